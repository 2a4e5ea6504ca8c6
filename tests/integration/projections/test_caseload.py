"""The caseload: one row per case, found by its caller's scope, page by page."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.builders import START, TENANT, History, case_id, flagged, opened, scored, session
from tests.integration.projections.feeding import feed_all

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.examples import CASE, CASE_EXAMPLES, OPENED
from casetrail_contracts.scalars import Moment
from treatment.projections.caseload_query import (
    BadCursor,
    CaseloadEntry,
    CaseloadPage,
    CaseState,
    LastScore,
    OpenRisk,
    Sort,
    page,
)
from treatment.projections.scope import Scope
from treatment.store.database import Database

ALL = Scope(tenant=TENANT, everything=True)
COURSE = list(CASE_EXAMPLES.values())


def ids(found: CaseloadPage) -> list[str]:
    return [entry.case_id for entry in found.cases]


def test_the_published_course_makes_one_row(database: Database) -> None:
    feed_all(database, COURSE)
    entry = CaseloadEntry(
        case_id=CASE,
        state=CaseState.ACTIVE,
        therapist_id="therapist-2",
        supervisor_id="supervisor-1",
        team_id="team-west",
        opened_at=OPENED,
        last_event_at=datetime(2027, 1, 2, 9, 0, tzinfo=UTC),
        protocol="IPT-M",
        phase="middle",
        problem_area=Area.ROLE_TRANSITION,
        session_count=1,
        missed_count=1,
        last_score=LastScore(
            instrument="PHQ9",
            total=26,
            mean=None,
            band="severe",
            taken_at=Moment(OPENED + timedelta(days=14)),
        ),
        on_track=True,
        open_risk=OpenRisk(review=0, urgent=0),
        unacknowledged=0,
        version=len(COURSE),
        position=len(COURSE),
    )
    assert page(database, ALL) == CaseloadPage(cases=(entry,), next=None)


def test_the_last_score_is_the_one_taken_last_not_the_one_that_came_last(database: Database) -> None:
    history, case = History(), case_id(1)
    history.add(case, opened())
    history.add(case, scored("a-1", 20, START + timedelta(days=7)))
    history.add(case, scored("a-2", 31, "2026-03"))
    history.add(case, scored("a-3", None, START + timedelta(days=9)))
    feed_all(database, history.contents)
    (entry,) = page(database, ALL).cases
    assert entry.last_score == LastScore(
        instrument="BDI", total=20, mean=None, band=None, taken_at=Moment(START + timedelta(days=7))
    )


def test_new_evidence_raises_a_flag_and_never_lowers_it(database: Database) -> None:
    history, case = History(), case_id(1)
    history.add(case, opened())
    evidence = history.add(case, scored("a-1", 20)).envelope.id
    for number, level in (
        (1, RiskLevel.REVIEW),
        (1, RiskLevel.URGENT),
        (1, RiskLevel.REVIEW),
        (2, RiskLevel.REVIEW),
    ):
        history.add(case, flagged(number, evidence, level))
    feed_all(database, history.contents)
    (entry,) = page(database, ALL).cases
    assert entry.open_risk == OpenRisk(review=1, urgent=1)


def test_an_event_of_an_unknown_type_counts_as_a_version(database: Database) -> None:
    history, case = History(), case_id(1)
    history.add(case, opened())
    history.add_unknown(case)
    feed_all(database, history.contents)
    (entry,) = page(database, ALL).cases
    assert (entry.version, entry.position) == (2, 2)


def test_an_old_event_that_is_told_late_does_not_set_the_last_event_back(database: Database) -> None:
    history, case = History(), case_id(1)
    history.add(case, opened(), at=START)
    history.add(case, session("s-1"), at=START + timedelta(days=7))
    history.add(case, scored("a-1", 9), at=START + timedelta(days=1))
    feed_all(database, history.contents)
    (entry,) = page(database, ALL).cases
    assert entry.last_event_at == START + timedelta(days=7)


@pytest.fixture
def three_therapists(database: Database) -> Database:
    history = History()
    history.add(case_id(1), opened("therapist-1", "team-east"))
    history.add(case_id(2), opened("therapist-2", "team-east"))
    history.add(case_id(3), opened("therapist-3", "team-west", "supervisor-2"))
    history.add(case_id(4), opened("therapist-1", None))
    feed_all(database, history.contents)
    other = History("south")
    other.add(case_id(5), opened("therapist-1", "team-east"))
    feed_all(database, other.contents)
    return database


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (ALL, [4, 3, 2, 1]),
        (Scope(tenant=TENANT, therapist="therapist-1"), [4, 1]),
        (Scope(tenant=TENANT, teams=frozenset({"team-east"})), [2, 1]),
        (Scope(tenant=TENANT, teams=frozenset({"team-east", "team-west"})), [3, 2, 1]),
        (Scope(tenant=TENANT, therapist="therapist-3", teams=frozenset({"team-east"})), [3, 2, 1]),
        (Scope(tenant=TENANT, supervisor="supervisor-2"), [3]),
        (Scope(tenant=TENANT), []),
        (Scope(tenant="south", everything=True), [5]),
        (Scope(tenant="nowhere", everything=True), []),
    ],
)
def test_a_caller_finds_the_cases_of_the_scope(
    three_therapists: Database, scope: Scope, found: list[int]
) -> None:
    assert ids(page(three_therapists, scope)) == [case_id(number) for number in found]


def test_closed_cases_can_be_left_out(database: Database) -> None:
    history = History()
    for number in (1, 2):
        history.add(case_id(number), opened())
    history.add(case_id(1), CaseClosed(reason=ClosureReason.COMPLETED))
    feed_all(database, history.contents)
    assert ids(page(database, ALL, state=CaseState.OPENED)) == [case_id(2)]
    assert ids(page(database, ALL, state=CaseState.CLOSED)) == [case_id(1)]


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_show_every_case_once_and_in_order(database: Database, sort: Sort) -> None:
    history = History()
    for number in range(1, 24):
        event = history.add(case_id(number), opened(), at=START + timedelta(days=number % 5))
        for flag in range(number % 3):
            level = RiskLevel.URGENT if flag else RiskLevel.REVIEW
            history.add(case_id(number), flagged(100 * number + flag, event.envelope.id, level))
    feed_all(database, history.contents)
    whole = page(database, ALL, sort=sort, limit=200)
    found, cursor = [], None
    while True:
        part = page(database, ALL, sort=sort, limit=5, after=cursor)
        found += ids(part)
        cursor = part.next
        if cursor is None:
            break
    assert found == ids(whole)
    assert sorted(found) == sorted(case_id(number) for number in range(1, 24))


def test_the_most_urgent_cases_come_first(database: Database) -> None:
    history = History()
    for number in (1, 2, 3):
        event = history.add(case_id(number), opened())
        if number != 1:
            level = RiskLevel.URGENT if number == 2 else RiskLevel.REVIEW
            history.add(case_id(number), flagged(number, event.envelope.id, level))
    feed_all(database, history.contents)
    assert ids(page(database, ALL, sort=Sort.RISK)) == [case_id(2), case_id(3), case_id(1)]


@pytest.mark.parametrize("cursor", ["", "nonsense", "bnVsbA", "WzEsMl0", "é"])
def test_a_made_up_cursor_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(BadCursor, match="start without one"):
        page(database, ALL, after=cursor)


def test_a_cursor_of_another_order_is_refused(three_therapists: Database) -> None:
    cursor = page(three_therapists, ALL, sort=Sort.OPENED, limit=1).next
    with pytest.raises(BadCursor, match="belongs to another order"):
        page(three_therapists, ALL, sort=Sort.RISK, after=cursor)
