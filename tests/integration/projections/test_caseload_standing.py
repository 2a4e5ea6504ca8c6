"""Where a case stands in the caseload: its state, who is in charge, protocol, phase and focus."""

import pytest
from tests.builders import (
    TENANT,
    because,
    definition,
    taken_back,
)
from tests.integration.projections.one_case import ALL, nth, row

from casetrail_contracts import Payload
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseTransferred,
    ClosureReason,
)
from casetrail_contracts.events.problem_area import (
    Area,
    InterpersonalDeficits,
    ProblemAreaRevised,
    ProblemAreaSelected,
    RoleDispute,
)
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolAssigned, ProtocolSwitched
from treatment.projections.caseload_query import CaseState, page
from treatment.projections.scope import Scope
from treatment.store.database import Database

CLOSED = CaseClosed(reason=ClosureReason.COMPLETED)
PAUSED = CasePaused(reason="illness")
REOPENED = CaseReopened(reason="relapse")
DISPUTE = RoleDispute(other_party_id="p-1", stage="impasse")
ISOLATION = InterpersonalDeficits(form="isolation")


@pytest.mark.parametrize(
    ("payloads", "state"),
    [
        pytest.param((), CaseState.OPENED, id="opened"),
        pytest.param((CaseActivated(),), CaseState.ACTIVE, id="activated"),
        pytest.param((CaseActivated(), PAUSED), CaseState.PAUSED, id="paused"),
        pytest.param((CaseActivated(), PAUSED, CaseResumed()), CaseState.ACTIVE, id="resumed"),
        pytest.param((CLOSED,), CaseState.CLOSED, id="closed"),
        pytest.param((CaseActivated(), CLOSED, REOPENED), CaseState.ACTIVE, id="reopened"),
        pytest.param((CLOSED, REOPENED), CaseState.OPENED, id="reopened before it began"),
    ],
)
def test_a_case_stands_where_its_life_has_brought_it(
    database: Database, payloads: tuple[Payload, ...], state: CaseState
) -> None:
    assert row(database, *payloads).state is state


def test_a_transferred_case_is_found_by_those_in_charge_now(database: Database) -> None:
    row(database, CaseTransferred(therapist_id="therapist-9", team_id="team-west", reason="staffChange"))
    scopes = (
        Scope(tenant=TENANT, therapist="therapist-1"),
        Scope(tenant=TENANT, supervisor="supervisor-1"),
        Scope(tenant=TENANT, teams=frozenset({"team-east"})),
        Scope(tenant=TENANT, therapist="therapist-9"),
        Scope(tenant=TENANT, teams=frozenset({"team-west"})),
    )
    assert [len(page(database, scope).cases) for scope in scopes] == [0, 0, 0, 1, 1]


def test_cases_are_found_by_the_protocol_that_they_follow_now(database: Database) -> None:
    switched = ProtocolSwitched(
        because=because(), definition=definition("IPT-M"), previous=definition("IPT-16")
    )
    phase = PhaseEntered(phase="maintenance", attended_sessions=3)
    found = row(database, ProtocolAssigned(definition=definition("IPT-16")), switched, phase)
    assert (found.protocol, found.phase) == ("IPT-M", "maintenance")
    assert page(database, ALL, protocol="IPT-M").cases == (found,)
    assert page(database, ALL, protocol="IPT-16").cases == ()


@pytest.mark.parametrize(
    ("payloads", "area"),
    [
        pytest.param((), Area.ROLE_DISPUTE, id="selected"),
        pytest.param(
            (ProblemAreaRevised(because=because(), rank="primary", focus=ISOLATION),),
            Area.INTERPERSONAL_DEFICITS,
            id="primary revised",
        ),
        pytest.param(
            (ProblemAreaRevised(because=because(), rank="secondary", focus=ISOLATION),),
            Area.ROLE_DISPUTE,
            id="secondary revised",
        ),
        pytest.param(
            (ProblemAreaRevised(because=because(), rank="primary", focus=ISOLATION), taken_back(nth(3))),
            Area.ROLE_DISPUTE,
            id="revised in error",
        ),
        pytest.param((taken_back(nth(2)),), None, id="selected in error"),
    ],
)
def test_the_primary_area_is_the_one_revised_last(
    database: Database, payloads: tuple[Payload, ...], area: Area | None
) -> None:
    selected = ProblemAreaSelected(rank="primary", focus=DISPUTE)
    assert row(database, selected, *payloads).problem_area is area
