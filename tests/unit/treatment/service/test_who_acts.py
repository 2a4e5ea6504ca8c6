"""What kind of actor an event names (architecture 3, `authtype`): a person, software, or the installation."""

import pytest

from casetrail_contracts.envelope import ActorKind
from casetrail_contracts.identity import Actor, Claims, Role
from treatment.application import Caller, Request
from treatment.application.origin import Origin

ORIGIN = Origin(issuer=lambda _: "casetrail.example", software_version="0.1.0")
SOFTWARE = {Role.CLOCK: ActorKind.SYSTEM, Role.NOTIFIER: ActorKind.SERVICE_ACCOUNT}


@pytest.mark.parametrize("role", Role)
def test_a_role_of_software_is_no_person_and_every_other_one_is(role: Role) -> None:
    claims = Claims(sub="a-1", tenant="north", roles=frozenset({role}))
    request = Request(caller=Caller(claims=claims, roles=(role,)), idempotency_key="k", name="n", body={})
    assert ORIGIN.of(request, role).actor_kind is SOFTWARE.get(role, ActorKind.APP_USER)


def test_a_records_system_writes_for_the_person_whom_it_names() -> None:
    claims = Claims(sub="t-1", tenant="north", roles=frozenset({Role.SYSTEM}), act=Actor(sub="records-north"))
    origin = ORIGIN.of(
        Request(caller=Caller(claims=claims, roles=(Role.SYSTEM,)), idempotency_key="k", name="n", body={}),
        Role.SYSTEM,
    )
    assert (origin.actor_id, origin.actor_kind, origin.client_id) == (
        "t-1",
        ActorKind.APP_USER,
        "records-north",
    )


def test_what_the_installation_says_is_of_the_system() -> None:
    assert ORIGIN.of_installation("north", "c").actor_kind is ActorKind.SYSTEM
