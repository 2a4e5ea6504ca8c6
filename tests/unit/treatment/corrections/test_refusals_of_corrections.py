"""What a correction is refused with: a replacement keeps to what a new entry would."""

from dataclasses import replace

import pytest
from tests.unit.treatment.given_when_then import AT, CASE, form, held
from tests.unit.treatment.refusal import (
    MOVED,
    NOBODY,
    PAST,
    SOON,
    WITH_OTHER,
    Row,
    amended,
    check,
    contact,
    homework,
    in_error,
)
from tests.unit.treatment.rich_case import number
from tests.unit.treatment.samples import ALMOST

from casetrail_contracts import event_id
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.formulation import TimelineEntry, TimelineRecorded
from casetrail_contracts.events.homework import HomeworkAssigned
from treatment.domain.commands import (
    CorrectAssessment,
)
from treatment.domain.refusals import (
    EvidenceUnknown,
    GoalUnknown,
    InTheFuture,
    NotCorrectable,
    NotFound,
    NotTakenBack,
    PersonUnknown,
)

CORRECTIONS = (
    Row("correct-entry unknown", in_error(NOBODY), NotFound("event", NOBODY, "target")),
    Row(
        "correct-entry twice",
        amended(number(type(held())), session_held=held("s-1", duration_minutes=40)),
        NotCorrectable("SessionHeld", "it was entered in error or withdrawn before"),
        (in_error(number(type(held()))),),
    ),
    Row(
        "correct-entry opening",
        in_error(event_id(CASE, 1)),
        NotTakenBack(
            "CaseOpened", "close the case, and request the erasure of what it holds of a wrong patient"
        ),
    ),
    Row(
        "correct-entry another kind",
        amended(PAST, session_held=held("s-1")),
        NotCorrectable("ConsentRecorded", "the replacement is of another kind"),
    ),
    Row(
        "correct-entry another id",
        amended(number(type(held())), session_held=held("s-9")),
        NotCorrectable("SessionHeld", "the replacement names another id"),
    ),
    Row(
        "correct-entry to come",
        amended(number(type(held())), session_held=held("s-1", started_at=SOON.at)),
        InTheFuture("startedAt"),
    ),
    Row(
        "correct-entry attendee",
        amended(number(type(held())), session_held=held("s-1", attendees=WITH_OTHER.attendees)),
        PersonUnknown("p-9", "attendees.personId"),
    ),
    Row(
        "correct-entry contact",
        amended(event_id(CASE, 15), follow_up_recorded=contact(at=SOON)),
        InTheFuture("at"),
        (contact(),),
    ),
    Row(
        "correct-entry mood",
        amended(event_id(CASE, 15), mood_rated=MoodRated(at=AT, average=5, linked_person_ids=("p-9",))),
        PersonUnknown("p-9", "linkedPersonIds"),
        (MoodRated(at=AT, average=5),),
    ),
    Row(
        "correct-entry evidence",
        amended(
            number(SuitabilityAdvised),
            suitability_advised=SuitabilityAdvised(
                outcome="deferred", combination="iptAlone", advised_by="d-1", evidence=(NOBODY,)
            ),
        ),
        EvidenceUnknown(NOBODY),
    ),
    Row(
        "correct-entry consent",
        amended(PAST, consent_recorded=ConsentRecorded(scope="significantOther", person_id="p-9")),
        PersonUnknown("p-9", "personId"),
    ),
    Row(
        "correct-entry timeline",
        amended(event_id(CASE, 15), timeline_recorded=MOVED),
        PersonUnknown("p-9", "entries.0.personId"),
        (TimelineRecorded(entries=(TimelineEntry(on="2026", kind="loss"),)),),
    ),
    Row(
        "correct-entry links",
        amended(number(HomeworkAssigned), homework_assigned=homework("h-1", linked_goal_id="g-9")),
        GoalUnknown("g-9"),
    ),
    Row(
        "correct-assessment unknown",
        CorrectAssessment(form=form(total=3, name="a-9"), reason="wrongForm", at=AT),
        NotFound("form", "a-9", "assessmentId"),
    ),
    Row(
        "correct-assessment future",
        CorrectAssessment(form=ALMOST, reason="wrongForm", at=SOON),
        InTheFuture("happenedAt"),
    ),
    Row(
        "correct-assessment taken later",
        CorrectAssessment(form=replace(ALMOST, taken_at=SOON), reason="wrongDate", at=AT),
        InTheFuture("takenAt"),
    ),
)


@pytest.mark.parametrize("row", CORRECTIONS, ids=lambda row: row.name)
def test_a_correction_is_refused_with_the_facts(row: Row) -> None:
    check(row)
