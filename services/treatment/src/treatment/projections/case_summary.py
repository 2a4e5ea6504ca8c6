"""Fills the summaries of cases: what is known of each in codes and numbers, nothing sealed."""

import json
from typing import assert_never

from casetrail_contracts import Event
from casetrail_contracts.events.care import RiskFlagRaised, RiskLevel
from casetrail_contracts.events.case import CaseClosed, CaseOpened
from casetrail_contracts.events.formulation import (
    Focus,
    Grief,
    InterpersonalDeficits,
    InventoryRecorded,
    LinkToOnset,
    LivingStatus,
    ProblemAreaSelected,
    RoleDispute,
    RoleTransition,
)
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.plan import GoalChanged, GoalsRevised
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.scalars import instant_text
from treatment.projections.projection import Projection
from treatment.projections.rows import insert, put, update
from treatment.store.database import Row, Transaction, Value

Case = dict[str, Value]
TABLE = "case_summary"


def apply(write: Transaction, event: Event) -> None:
    """Bring the case's summary up to the event."""
    case: Case = {"tenant": event.tenant, "case_id": event.envelope.subject}
    at = instant_text(event.envelope.time)
    match event.payload:
        case CaseOpened() as opened:
            _open(write, case, event, opened)
        case CaseClosed() as closed:
            ended: Case = {"state": "closed", "closed_at": at, "closure_reason": closed.reason.value}
            update(write, TABLE, case, ended)
        case InventoryRecorded() as recorded:
            update(write, TABLE, case, {"inventory": json.dumps(inventory_counts(recorded))})
        case ProblemAreaSelected() as selected:
            _select(write, case, at, selected)
        case SessionHeld() as held:
            _hold(write, case, held)
        case AssessmentScored() as scored:
            _score(write, case, event.envelope.id, scored)
        case GoalsRevised() as revised:
            _revise(write, case, event.envelope.id, at, revised)
        case RiskFlagRaised() as raised:
            _flag(write, case, at, raised)
        case None:
            pass
        case unhandled:
            assert_never(unhandled)
    update(write, TABLE, case, {"version": event.sequence, "position": event.position})
    write.run(
        "UPDATE case_summary SET last_event_at = :at "
        "WHERE tenant = :tenant AND case_id = :case_id AND last_event_at < :at",
        {**case, "at": at},
    )


PROJECTION = Projection(name="case-summary", apply=apply)


def inventory_counts(recorded: InventoryRecorded) -> dict[str, int | bool]:
    """An inventory in numbers: who is in it stays in the events."""
    people = recorded.people
    return {
        "people": len(people),
        "past": sum(person.temporal == "past" for person in people),
        "deceased": sum(person.living_status is LivingStatus.DECEASED for person in people),
        "innermost": sum(person.closeness_ring == 1 for person in people),
        "inConflict": sum(
            person.conflict is not None and person.conflict.level in ("moderate", "high") for person in people
        ),
        "precipitants": sum(person.link_to_onset is LinkToOnset.PRECIPITANT for person in people),
        "noSignificantOthers": recorded.no_significant_others,
    }


def focus_code(focus: Focus) -> str | None:
    """The one code that says most about a focus beside its area."""
    match focus:
        case Grief():
            return focus.grief_pattern
        case RoleDispute():
            return focus.stage
        case RoleTransition():
            return focus.transition_type
        case InterpersonalDeficits():
            return focus.form


def _open(write: Transaction, case: Case, event: Event, opened: CaseOpened) -> None:
    at = instant_text(event.envelope.time)
    insert(
        write,
        TABLE,
        {
            **case,
            "state": "opened",
            "therapist_id": opened.therapist_id,
            "supervisor_id": opened.supervisor_id,
            "team_id": opened.team_id,
            "referral_source": opened.referral_source.value if opened.referral_source else None,
            "referred_on": opened.referred_on.isoformat() if opened.referred_on else None,
            "opened_at": at,
            "last_event_at": at,
            "version": event.sequence,
            "position": event.position,
        },
    )


def _select(write: Transaction, case: Case, at: str, selected: ProblemAreaSelected) -> None:
    put(
        write,
        "case_summary_problem_area",
        {**case, "rank": selected.rank},
        {
            "area": selected.focus.area.value,
            "detail": focus_code(selected.focus),
            "agreed_on": selected.agreed_on.isoformat() if selected.agreed_on else None,
            "selected_at": at,
        },
    )


def _hold(write: Transaction, case: Case, held: SessionHeld) -> None:
    put(
        write,
        "case_summary_session",
        {**case, "session_id": held.session_id},
        {
            "started_at": instant_text(held.started_at),
            "duration_minutes": held.duration_minutes,
            "attendance": held.attendance.value,
            "modality": held.modality.value,
            "techniques": json.dumps(held.techniques),
        },
    )


def _score(write: Transaction, case: Case, event_id: str, scored: AssessmentScored) -> None:
    put(
        write,
        "case_summary_assessment",
        {**case, "assessment_id": scored.assessment_id},
        {
            "instrument": scored.instrument,
            "definition": scored.definition,
            "taken_at": str(scored.taken_at),
            "taken_instant": instant_text(scored.taken_at.at),
            "respondent": scored.respondent,
            "total": scored.total,
            "band": scored.band,
            "prorated": int(scored.prorated),
            "total_mismatch": int(scored.total_mismatch),
            "risk_item_answered": scored.risk_item_answered,
            "session_id": scored.session_id,
            "event_id": event_id,
        },
    )


def _revise(write: Transaction, case: Case, event_id: str, at: str, revised: GoalsRevised) -> None:
    for added in revised.added:
        columns: Case = {
            "status": added.status.value,
            "priority": added.priority,
            "problem_area": added.problem_area.value if added.problem_area else None,
            "target_date": added.target_date.isoformat() if added.target_date else None,
            "measurement": added.measurement,
        }
        put(write, "case_summary_goal", {**case, "goal_id": added.goal_id}, columns)
    for changed in revised.changed:
        if columns := _changes(changed):
            update(write, "case_summary_goal", {**case, "goal_id": changed.goal_id}, columns)
    for closed in revised.closed:
        goal: Case = {**case, "goal_id": closed.goal_id}
        update(write, "case_summary_goal", goal, {"status": closed.status.value})
    because = revised.because
    revision = {
        "eventId": event_id,
        "revisedAt": at,
        "reasonCode": because.reason_code.value,
        "evidence": because.evidence,
        "decidedBy": because.decided_by,
        "reviewAtSessionId": because.review_at_session_id,
        "reviewOn": because.review_on.isoformat() if because.review_on else None,
    }
    update(write, TABLE, case, {"last_revision": json.dumps(revision)})


def _changes(changed: GoalChanged) -> Case:
    """What is absent stays as it was."""
    columns: Case = {
        "status": changed.status.value if changed.status else None,
        "priority": changed.priority,
        "target_date": changed.target_date.isoformat() if changed.target_date else None,
    }
    return {name: value for name, value in columns.items() if value is not None}


def _flag(write: Transaction, case: Case, at: str, raised: RiskFlagRaised) -> None:
    """The same flag again adds evidence; its level rises, and never falls by itself."""
    flag: Case = {**case, "flag_id": raised.flag_id}
    known = write.run(
        "SELECT level, rule, raised_at, evidence FROM case_summary_flag "
        "WHERE tenant = :tenant AND case_id = :case_id AND flag_id = :flag_id",
        flag,
    )
    before: Row = (
        known[0] if known else {"level": None, "rule": raised.rule, "raised_at": at, "evidence": "[]"}
    )
    urgent = RiskLevel.URGENT in (before["level"], raised.level)
    evidence = dict.fromkeys([*json.loads(before["evidence"]), *raised.evidence])
    put(
        write,
        "case_summary_flag",
        flag,
        {
            "level": (RiskLevel.URGENT if urgent else RiskLevel.REVIEW).value,
            "rule": before["rule"],
            "raised_at": before["raised_at"],
            "evidence": json.dumps(list(evidence)),
        },
    )
