"""The read models and the fold of the domain tell the same case, after every event of the told course."""

from typing import get_args

from tests.builders import TENANT, History, taken_back
from tests.integration.projections.feeding import feed_all
from tests.integration.projections.one_case import ALL, PROTOCOLS

from casetrail_contracts import read
from casetrail_contracts.events import DerivedFact
from casetrail_contracts.events.protocol import PhaseEntered
from casetrail_contracts.examples import CASE, CASE_EXAMPLES
from treatment.domain.case import Case
from treatment.domain.decisions.taking_back import INSTEAD
from treatment.domain.folding import fold
from treatment.projections.case_summary_query import CaseSummary, of
from treatment.projections.caseload_query import CaseloadEntry, page
from treatment.store.database import Database

COURSE = list(CASE_EXAMPLES.values())
KEPT = {*INSTEAD, PhaseEntered, *get_args(DerivedFact)}
"""What is not taken back, and phases: after one in error, policy tells the one that holds."""


def folded(case: Case) -> dict[str, object]:
    return {
        "state": case.status.value,
        "in charge": (case.therapist_id, case.supervisor_id, case.team_id),
        "consents": set(case.consents),
        "advice": case.suitability.outcome if case.suitability else None,
        "protocol": case.protocol,
        "phase": case.phase,
        "focus": {rank: focus.area for rank, focus in case.focus.items()},
        "people": len(case.people),
        "sessions": {name: held.started_at for name, held in case.sessions.items()},
        "treatments": set(case.attended),
        "missed": {name: missed.attendance for name, missed in case.missed.items()},
        "totals": {name: form.total for name, form in case.assessments.items()},
        "goals": {name: goal.status for name, goal in case.goals.items()},
        "homework": dict(case.homework),
        "medication": dict(case.medication),
        "open flags": {
            name: (flag.level, flag.evidence, flag.step) for name, flag in case.open_flags.items()
        },
    }


def summarised(case: CaseSummary) -> dict[str, object]:
    return {
        "state": case.state.value,
        "in charge": (case.therapist_id, case.supervisor_id, case.team_id),
        "consents": {(consent.scope, consent.person_id) for consent in case.consents},
        "advice": case.suitability.outcome if case.suitability else None,
        "protocol": case.protocol,
        "phase": case.phase,
        "focus": {area.rank: area.area for area in case.problem_areas},
        "people": case.inventory.people if case.inventory else 0,
        "sessions": {held.session_id: held.started_at for held in case.sessions},
        "treatments": {held.session_id for held in case.sessions if held.number is not None},
        "missed": {missed.appointment_id: missed.attendance for missed in case.missed_sessions},
        "totals": {form.assessment_id: form.total for form in case.assessments},
        "goals": {goal.goal_id: goal.status for goal in case.goals},
        "homework": {piece.homework_id: piece.status for piece in case.homework},
        "medication": {entry.entry_id: entry.running for entry in case.medication},
        "open flags": {flag.flag_id: (flag.level, flag.evidence, flag.step) for flag in case.open_flags},
    }


def in_figures(case: CaseSummary | CaseloadEntry) -> dict[str, object]:
    """What the list says of a case, told from either read model."""
    if isinstance(case, CaseloadEntry):
        counts = (case.session_count, case.missed_count, case.open_risk.review + case.open_risk.urgent)
        score = case.last_score.total if case.last_score else None
        protocol, area = case.protocol, case.problem_area
    else:
        attended = sum(held.number is not None for held in case.sessions)
        counts = (attended, len(case.missed_sessions), len(case.open_flags))
        score = case.last_score.total if case.last_score else None
        protocol = case.protocol.partition("@")[0] if case.protocol else None
        area = next((area.area for area in case.problem_areas if area.rank == "primary"), None)
    return {
        "state": case.state,
        "in charge": (case.therapist_id, case.supervisor_id, case.team_id),
        "protocol": protocol,
        "phase": case.phase,
        "area": area,
        "counts": counts,
        "score": score,
        "on track": case.on_track,
        "last": case.last_event_at,
        "version": case.version,
    }


def test_the_summary_and_the_list_say_what_the_fold_says_after_every_event(database: Database) -> None:
    for number in range(1, len(COURSE) + 1):
        feed_all(database, COURSE[:number])
        summary = of(database, TENANT, CASE, PROTOCOLS)
        (row,) = page(database, ALL).cases
        assert summary is not None
        assert summarised(summary) == folded(fold(CASE, map(read, COURSE[:number])))
        assert in_figures(row) == in_figures(summary)


def test_they_say_the_same_after_every_entry_that_is_taken_back(database: Database) -> None:
    history = History(tenant=TENANT)
    for event in map(read, COURSE):
        assert event.payload is not None
        history.add(CASE, event.payload, at=event.envelope.time)
    targets = [
        event.envelope.id
        for event in history.events
        if event.payload is not None and type(event.payload) not in KEPT
    ]
    for target in reversed(targets):
        history.add(CASE, taken_back(target))
    feed_all(database, history.contents)
    summary = of(database, TENANT, CASE, PROTOCOLS)
    (row,) = page(database, ALL).cases
    assert summary is not None
    assert summarised(summary) == folded(fold(CASE, history.events))
    assert in_figures(row) == in_figures(summary)
