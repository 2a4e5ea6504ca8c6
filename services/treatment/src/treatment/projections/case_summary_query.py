"""What is known of one case, in codes and numbers; texts stay sealed in the events."""

from collections.abc import Mapping, Sequence
from datetime import date

from casetrail_contracts.events.case import ClosureReason, ReferralSource
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Code, DefinitionRef, Instant, StaffId, Uuid
from treatment.domain.protocols import Protocol
from treatment.projections.case_summary.adaptations import Adaptation, adaptations, last_revision
from treatment.projections.case_summary.consent import ConsentEntry, SuitabilityEntry, consents, suitability
from treatment.projections.case_summary.derived import (
    DeviationEntry,
    OutcomeEntry,
    OutcomeFact,
    deviations,
    is_on_track,
    outcome,
    outcome_facts,
)
from treatment.projections.case_summary.entries import of_case
from treatment.projections.case_summary.entry import Entry
from treatment.projections.case_summary.focus import SelectedArea, problem_areas
from treatment.projections.case_summary.goals import GoalEntry, goals
from treatment.projections.case_summary.homework import HomeworkEntry, homework
from treatment.projections.case_summary.inventory import InventoryCounts, inventory
from treatment.projections.case_summary.medication import MedicationEntry, medication
from treatment.projections.case_summary.risk import FlagEntry, flags
from treatment.projections.case_summary.sessions import (
    AssessmentEntry,
    MissedEntry,
    SessionEntry,
    assessments,
    last_score,
    missed_sessions,
    sessions,
)
from treatment.projections.caseload_query import CaseState
from treatment.store.database import Database, Row


class CaseSummary(Contract):
    """One case as its events have made it up to `version`, with corrections applied."""

    case_id: Uuid
    state: CaseState
    therapist_id: StaffId
    supervisor_id: StaffId | None
    team_id: StaffId | None
    referral_source: ReferralSource | None
    referred_on: date | None
    opened_at: Instant
    closed_at: Instant | None
    closure_reason: ClosureReason | None
    last_event_at: Instant
    consents: tuple[ConsentEntry, ...]
    """In force: recorded, and not taken back."""
    suitability: SuitabilityEntry | None
    protocol: DefinitionRef | None
    phase: Code | None
    deviations: tuple[DeviationEntry, ...]
    problem_areas: tuple[SelectedArea, ...]
    inventory: InventoryCounts | None
    sessions: tuple[SessionEntry, ...]
    missed_sessions: tuple[MissedEntry, ...]
    assessments: tuple[AssessmentEntry, ...]
    last_score: AssessmentEntry | None
    """The newest form that has a score, by the time at which it was taken."""
    goals: tuple[GoalEntry, ...]
    homework: tuple[HomeworkEntry, ...]
    medication: tuple[MedicationEntry, ...]
    open_flags: tuple[FlagEntry, ...]
    resolved_flags: tuple[FlagEntry, ...]
    outcome_facts: tuple[OutcomeFact, ...]
    on_track: bool
    """False while a not-on-track signal is open: neither reviewed nor withdrawn."""
    adaptations: tuple[Adaptation, ...]
    last_revision: Adaptation | None
    """The newest adaptation of the goals."""
    outcome: OutcomeEntry | None
    """What came of the course, while it is closed."""
    version: int
    position: int


def of(
    database: Database, tenant: str, case_id: str, protocols: Mapping[str, Protocol]
) -> CaseSummary | None:
    """The summary of a case; None when the tenant has no such case. Who may see it, the caller checks.

    `protocols` are the installed ones by reference: that of the case says how its sessions are numbered.
    """
    with database.reading() as read:
        if database.is_postgres:
            # All parts of the answer show the same moment.
            read.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = read.run(
            "SELECT * FROM case_summary WHERE tenant = :tenant AND case_id = :case_id",
            {"tenant": tenant, "case_id": case_id},
        )
        entries = of_case(read, tenant, case_id)
    return _summary(found[0], entries, protocols) if found else None


def _summary(row: Row, entries: Sequence[Entry], protocols: Mapping[str, Protocol]) -> CaseSummary:
    protocol = protocols.get(row["protocol"])
    parts = {**_before_and_during(entries, protocol), **_plan(entries), **_care(entries)}
    closed = row["state"] == CaseState.CLOSED
    return CaseSummary.model_validate(
        {
            **{name: value for name, value in row.items() if name not in ("tenant", "began")},
            **parts,
            "outcome": outcome(entries) if closed else None,
        }
    )


def _before_and_during(entries: Sequence[Entry], protocol: Protocol | None) -> dict[str, object]:
    forms = assessments(entries)
    return {
        "consents": consents(entries),
        "suitability": suitability(entries),
        "problem_areas": problem_areas(entries),
        "inventory": inventory(entries),
        "sessions": sessions(entries, protocol),
        "missed_sessions": missed_sessions(entries),
        "assessments": forms,
        "last_score": last_score(forms),
    }


def _plan(entries: Sequence[Entry]) -> dict[str, object]:
    adapted = adaptations(entries)
    return {
        "goals": goals(entries),
        "homework": homework(entries),
        "medication": medication(entries),
        "adaptations": adapted,
        "last_revision": last_revision(adapted),
    }


def _care(entries: Sequence[Entry]) -> dict[str, object]:
    raised, facts = flags(entries), outcome_facts(entries)
    return {
        "deviations": deviations(entries),
        "open_flags": tuple(flag for flag in raised if flag.outcome is None),
        "resolved_flags": tuple(flag for flag in raised if flag.outcome is not None),
        "outcome_facts": facts,
        "on_track": is_on_track(facts),
    }
