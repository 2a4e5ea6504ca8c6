"""Each command of the catalogue yields its event, and a repeat by the sender's id yields nothing."""

import pytest
from tests.unit.treatment.given_when_then import Given, circumstances, given
from tests.unit.treatment.rich_case import RICH, RICH_CASE
from tests.unit.treatment.samples import SAMPLES, Sample

from treatment.api.command_routes import OPENING, ROUTES
from treatment.domain.refusals import (
    AlreadyRecorded,
    CaseUnknown,
    NotFound,
    NotInThisState,
    ReasonMissing,
    Refusal,
)

REPEATS: dict[str, Refusal] = {
    "open-case": AlreadyRecorded("case", given().case.case_id),
    "withdraw-consent": NotFound("consent", "treatment", "scope"),
    "activate": NotInThisState("active", "CaseActivated"),
    "pause": NotInThisState("paused", "CasePaused"),
    "resume": NotInThisState("active", "CaseResumed"),
    "close": NotInThisState("closed", "CaseClosed"),
    "reopen": NotInThisState("active", "CaseReopened"),
    "agree-formulation": ReasonMissing("another formulation of the kind ipaf"),
    "cancel-appointment": NotFound("appointment that is to come", "ap-1", "appointmentId"),
    "approve-erasure": NotFound("open request for erasure", given().case.case_id + "-0000000014", "request"),
    "refuse-erasure": NotFound("open request for erasure", given().case.case_id + "-0000000014", "request"),
}
"""Commands without an id of the sender that cannot be carried out a second time."""
AGAIN = {
    "advise-suitability",
    "transfer",
    "record-diagnosis",
    "give-sick-role",
    "record-timeline",
    "record-inventory",
    "revise-person",
    "agree-contract",
    "reschedule-appointment",
    "rate-goal",
    "adapt-tactic",
    "change-medication",
    "review-ending",
    "record-relapse-plan",
    "record-letter",
    "decide-maintenance",
    "schedule-assessment",
    "rate-mood",
    "check-risk",
    "record-safety-plan",
    "refer-crisis",
}
"""Commands without an id of the sender that may be meant a second time; HTTP has a key for repeats."""


def on(sample: Sample) -> Given:
    """The sample's case; the rich one is put together once."""
    more = sample.base[len(RICH) :]
    return RICH_CASE.also(*more) if sample.base[: len(RICH)] == RICH else given(*sample.base)


def test_every_command_of_the_interface_has_a_sample() -> None:
    assert set(SAMPLES) == {OPENING.name, *(route.name for route in ROUTES)}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_command_yields_its_event(name: str) -> None:
    sample = SAMPLES[name]
    first, *derived = on(sample).when(sample.command, circumstances(now=sample.now)).facts
    assert first.payload == sample.event
    assert all(fact.caused_by is not None for fact in derived)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_repeat_yields_nothing_is_refused_or_is_meant_again(name: str) -> None:
    sample = SAMPLES[name]
    again = on(sample).also(sample.event).when(sample.command, circumstances(now=sample.now))
    if name in REPEATS:
        again.then_refused(REPEATS[name])
    elif name in AGAIN:
        again.then(sample.event)
    else:
        assert again.facts == []


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "open-case"])
def test_a_case_that_was_never_opened_is_unknown(name: str) -> None:
    given().when(SAMPLES[name].command).then_refused(CaseUnknown())
