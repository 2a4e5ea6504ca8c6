"""The register of a tenant: what is published once, and who acts under which pseudonym."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from casetrail_contracts import Payload, Personal, read
from casetrail_contracts.events.register import (
    ActorRegistered,
    ActorRetired,
    DefinitionPublished,
    TenantRegistered,
)
from casetrail_contracts.examples import CASE_EXAMPLES, REGISTER_EXAMPLES
from casetrail_contracts.identity import Role
from treatment.domain.refusals import ActorKnown, ActorUnknown
from treatment.domain.register import PublishDefinitions, Register, decide_register, fold_register

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMPTY = Register(register_id="4b1d7a3e-60c8-5f0e-8f5f-3d0b8a6e2c11")
RULES = DefinitionPublished(kind="ruleSet", definition=f"RULES@1#{'a' * 64}", text="first")
OTHER = DefinitionPublished(kind="ruleSet", definition=f"RULES@2#{'b' * 64}", text="second")
ARRIVAL = ActorRegistered(actor_id="t-1", role=Role.THERAPIST, identity=Personal.plain("Dr Example"))
LEAVE = ActorRetired(actor_id="t-1", role=Role.THERAPIST, reason="left")


def payloads(register: Register, *installed: DefinitionPublished) -> list[Payload]:
    command = PublishDefinitions(issuer="casetrail.example", installed=installed)
    return [fact.payload for fact in decide_register(register, command, NOW)]


def acting(*, acts: bool) -> Register:
    return replace(EMPTY, actors={("t-1", Role.THERAPIST): acts})


def test_the_tenant_comes_first_and_then_its_definitions() -> None:
    assert payloads(EMPTY, RULES) == [TenantRegistered(issuer="casetrail.example"), RULES]


def test_only_what_is_new_is_published() -> None:
    known = replace(EMPTY, issuer="casetrail.example", published={RULES.definition: RULES})
    assert payloads(known, RULES) == []
    assert payloads(known, RULES, OTHER) == [OTHER]


def test_an_actor_is_registered_retired_and_registered_again() -> None:
    for register, command in ((EMPTY, ARRIVAL), (acting(acts=True), LEAVE), (acting(acts=False), ARRIVAL)):
        assert [fact.payload for fact in decide_register(register, command, NOW)] == [command]


def test_two_people_never_share_a_pseudonym_in_a_role() -> None:
    with pytest.raises(ActorKnown):
        decide_register(acting(acts=True), ARRIVAL, NOW)
    other = ARRIVAL.model_copy(update={"role": Role.SUPERVISOR})
    assert decide_register(acting(acts=True), other, NOW)


@pytest.mark.parametrize("register", [EMPTY, acting(acts=False)], ids=["never", "no more"])
def test_who_does_not_act_cannot_be_retired(register: Register) -> None:
    with pytest.raises(ActorUnknown):
        decide_register(register, LEAVE, NOW)


def test_the_example_folds_and_keeps_no_identity() -> None:
    events = [read(content) for content in REGISTER_EXAMPLES.values()]
    register = fold_register(EMPTY, events)
    assert (register.version, register.last_hash) == (len(events), events[-1].hash)
    assert register.actors == {("therapist-7", Role.THERAPIST): False}
    (text,) = register.published.values()
    assert isinstance(events[1].payload, DefinitionPublished)
    assert text == events[1].payload
    assert "sealed" not in repr(register.actors)


def test_events_of_a_case_say_nothing_to_a_register() -> None:
    stray = fold_register(EMPTY, [read(content) for content in CASE_EXAMPLES.values()])
    assert (stray.issuer, stray.published, stray.actors) == (None, {}, {})
