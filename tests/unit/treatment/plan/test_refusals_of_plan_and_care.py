"""What the commands about plan, measures and care are refused with, beyond the state."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.treatment.given_when_then import AT, INSTRUMENTS, because
from tests.unit.treatment.refusal import (
    BECAUSE,
    COMPLETED,
    DIAGNOSIS,
    NOBODY,
    RESOLVED,
    SOON,
    STOPPED,
    UNKNOWN,
    Row,
    check,
    homework,
)
from tests.unit.treatment.rich_case import FLAG
from tests.unit.treatment.samples import ALMOST, LATER

from casetrail_contracts.events.assessment import AssessmentScheduled, MoodRated
from casetrail_contracts.events.care import (
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskOutcome,
)
from casetrail_contracts.events.homework import HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.medication import MedicationChanged, MedicationRecorded
from casetrail_contracts.events.plan import GoalClosed, GoalRated, GoalsRevised, GoalStatus
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.commands import (
    Record,
)
from treatment.domain.refusals import (
    AlreadyEnded,
    AlreadyRecorded,
    EvidenceUnknown,
    GoalUnknown,
    InstrumentUnknown,
    InTheFuture,
    NotFound,
    PersonUnknown,
    ReviewBeforeDecision,
    WrongScale,
)

REVIEWED_BEFORE = BECAUSE.model_copy(update={"review_on": date(1999, 1, 1)})

PLAN = (
    Row(
        "revise-goals unknown",
        GoalsRevised(because=BECAUSE, closed=(GoalClosed(goal_id="g-9", status=GoalStatus.DROPPED),)),
        GoalUnknown("g-9"),
    ),
    Row("rate-goal unknown", GoalRated(goal_id="g-9", measurement="GBO", rating=1), GoalUnknown("g-9")),
    Row("rate-goal scale", GoalRated(goal_id="g-1", measurement="GAS", rating=1), WrongScale("g-1", "GBO")),
    Row(
        "rate-goal evidence",
        GoalRated(goal_id="g-1", measurement="GBO", rating=1, evidence=(NOBODY,)),
        EvidenceUnknown(NOBODY),
    ),
    Row("assign-homework taken", homework("h-1", linked_goal_id="g-1"), AlreadyRecorded("homework", "h-1")),
    Row("assign-homework goal", homework("h-2", linked_goal_id="g-9"), GoalUnknown("g-9")),
    Row(
        "assign-homework person",
        homework("h-2", linked_person_id="p-9"),
        PersonUnknown("p-9", "linkedPersonId"),
    ),
    Row(
        "review-homework unknown",
        HomeworkReviewed(homework_id="h-9", status="notDone"),
        NotFound("homework", "h-9", "homeworkId"),
    ),
    Row(
        "review-homework ended",
        HomeworkReviewed(homework_id="h-1", status="notDone"),
        AlreadyEnded("homework", "h-1"),
        (COMPLETED,),
    ),
    Row(
        "withdraw-homework ended",
        HomeworkWithdrawn(homework_id="h-1", reason="replaced"),
        AlreadyEnded("homework", "h-1"),
        (COMPLETED,),
    ),
    Row(
        "adapt-tactic evidence",
        TacticAdapted(because=because(NOBODY), kind="stepUp", trigger="risk"),
        EvidenceUnknown(NOBODY),
    ),
    Row(
        "adapt-tactic reviewed before",
        TacticAdapted(because=REVIEWED_BEFORE, kind="stepUp", trigger="risk"),
        ReviewBeforeDecision(date(1999, 1, 1), AT.at.date()),
    ),
    Row(
        "change-medication reviewed before",
        MedicationChanged(because=REVIEWED_BEFORE, entry_id="m-1", changed_on=AT.at.date()),
        ReviewBeforeDecision(date(1999, 1, 1), AT.at.date()),
    ),
    Row(
        "adapt-tactic person",
        TacticAdapted(because=BECAUSE, kind="addSignificantOther", trigger="lifeEvent", person_id="p-9"),
        PersonUnknown("p-9", "personId"),
    ),
    Row(
        "record-medication taken",
        MedicationRecorded(entry_id="m-1", kind="none", source="record"),
        AlreadyRecorded("medication entry", "m-1"),
    ),
    Row(
        "change-medication unknown",
        MedicationChanged(because=BECAUSE, entry_id="m-9", changed_on=AT.at.date()),
        NotFound("medication entry", "m-9", "entryId"),
    ),
    Row(
        "change-medication ended",
        MedicationChanged(because=BECAUSE, entry_id="m-1", changed_on=AT.at.date()),
        AlreadyEnded("medication entry", "m-1"),
        (STOPPED,),
    ),
    Row(
        "stop-medication ended",
        STOPPED.model_copy(update={"stopped_on": LATER.date()}),
        AlreadyEnded("medication entry", "m-1"),
        (STOPPED,),
    ),
    Row(
        "stop-medication evidence",
        STOPPED.model_copy(update={"because": because(NOBODY)}),
        EvidenceUnknown(NOBODY),
    ),
)

CARE = (
    Row("score-assessment other content", ALMOST, AlreadyRecorded("assessment", "a-1")),
    Row("score-assessment to come", replace(ALMOST, taken_at=SOON), InTheFuture("takenAt")),
    Row(
        "schedule-assessment unknown",
        AssessmentScheduled(instrument="PHQ99", due_on=AT.at.date()),
        InstrumentUnknown("PHQ99", tuple(sorted(INSTRUMENTS.by_code))),
    ),
    Row(
        "rate-mood person",
        MoodRated(at=AT, average=5, linked_person_ids=("p-9",)),
        PersonUnknown("p-9", "linkedPersonIds"),
    ),
    Row("rate-mood to come", MoodRated(at=SOON, average=5), InTheFuture("at")),
    Row(
        "acknowledge-risk unknown",
        RiskFlagAcknowledged(flag_id=UNKNOWN, acknowledged_by="t-1"),
        NotFound("risk flag", UNKNOWN, "flagId"),
    ),
    Row(
        "escalate-risk unknown",
        RiskFlagEscalated(flag_id=UNKNOWN, step=2),
        NotFound("risk flag", UNKNOWN, "flagId"),
    ),
    Row(
        "resolve-risk unknown",
        RESOLVED.model_copy(update={"flag_id": UNKNOWN}),
        NotFound("risk flag", UNKNOWN, "flagId"),
    ),
    Row(
        "resolve-risk ended",
        RESOLVED.model_copy(update={"outcome": RiskOutcome.UNABLE_TO_CONTACT}),
        AlreadyEnded("risk flag", FLAG),
        (RESOLVED,),
    ),
    Row(
        "resolve-risk evidence", RESOLVED.model_copy(update={"evidence": (NOBODY,)}), EvidenceUnknown(NOBODY)
    ),
    Row("record to come", Record(entry=DIAGNOSIS, at=SOON), InTheFuture("happenedAt")),
)


@pytest.mark.parametrize("row", [*PLAN, *CARE], ids=lambda row: row.name)
def test_an_entry_is_refused_with_the_facts(row: Row) -> None:
    check(row)
