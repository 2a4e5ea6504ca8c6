"""Closing: each reason with its end code, what it needs, and what follows (domain reference 1.6 to 1.8)."""

from dataclasses import replace

import pytest
from tests.builders import because, sealed
from tests.unit.treatment.course import OUTCOMES, Course, day
from tests.unit.treatment.given_when_then import form

from casetrail_contracts import Payload
from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.case import CaseClosed, CaseReopened, ClosureReason
from casetrail_contracts.events.correction import Replacement
from casetrail_contracts.events.ending import MaintenanceDecided
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.medication import MedicationRecorded, MedicationStopped
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, MeasureOutcome, OutcomeSummarised
from casetrail_contracts.scalars import Moment
from treatment.domain.refusals import FinalMeasuresMissing

COMPLETED = CaseClosed(reason=ClosureReason.COMPLETED)


def summaries(payloads: list[Payload]) -> list[OutcomeSummarised]:
    return [one for one in payloads if isinstance(one, OutcomeSummarised)]


@pytest.mark.parametrize(
    ("reason", "treated", "seen"),
    [
        pytest.param(reason, treated, seen, id=f"1.8 {reason}")
        for reason, treated, seen in (
            ("completed", "46", None),
            ("droppedOut", "47", "47"),
            ("endedByService", "48", "48"),
            ("deceased", "49", "17"),
            ("notSuitable", "10", "10"),
            ("adviceOnly", "12", "12"),
            ("referredOn", "13", "13"),
            ("declined", "14", "14"),
            ("assessmentIncomplete", "16", "16"),
            ("notAssessed", "50", "50"),
            ("transferred", "44", "44"),
            ("unknown", "96", "95"),
        )
    ],
)
def test_a_reason_has_its_end_code(reason: str, treated: str, seen: str | None) -> None:
    closure = CaseClosed(reason=ClosureReason(reason), final_measures_absent="notOffered")
    codes = []
    for sessions in (1, 0):
        course = Course()
        for number in range(sessions):
            course.session(f"s-{number}", number)
        codes += [one.end_code for one in summaries(course.record(closure, 2))]
    assert codes == [treated, seen or treated]


@pytest.mark.parametrize(
    ("reason", "onward", "code"),
    [
        pytest.param(reason, onward, code, id=f"1.8 {onward}")
        for reason, onward, code in (
            ("notSuitable", "signposted", "11"),
            ("transferred", "steppedUp", "40"),
            ("transferred", "steppedDown", "41"),
            ("transferred", "referredOutside", "44"),
        )
    ],
)
def test_where_the_patient_went_on_to_decides_the_end_code(reason: str, onward: str, code: str) -> None:
    closing = CaseClosed.model_validate({"reason": reason, "onward": onward})
    assert [one.end_code for one in summaries(Course().record(closing, 2))] == [code]


def test_1_8_an_amended_closing_has_the_end_code_of_what_it_says_now() -> None:
    course = Course()
    course.record(CaseClosed(reason=ClosureReason.TRANSFERRED), 2)
    amended = CaseClosed(reason=ClosureReason.TRANSFERRED, onward="steppedUp")
    derived = course.amend(course.event(CaseClosed), Replacement(case_closed=amended), 3)
    assert [one.end_code for one in summaries(derived)] == ["40"]


@pytest.mark.parametrize(("last_form", "taken"), [(14, True), (15, True), (13, False)])
def test_1_8_the_summary_says_whether_final_measures_were_taken(last_form: int, taken: bool) -> None:
    course = Course()
    course.session("s-1", 0)
    course.session("s-2", 14)
    course.score("a-1", 10, last_form)
    (summary,) = summaries(course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 16))
    assert summary.final_measures is taken


def test_every_reason_is_in_the_table() -> None:
    assert len(ClosureReason) == 12


def test_invariant_7_completed_needs_final_measures_or_the_reason_for_their_absence() -> None:
    course = Course()
    course.session("s-1", 0)
    course.score("a-1", 10, 0)
    course.session("s-2", 7)
    with pytest.raises(FinalMeasuresMissing):
        course.record(COMPLETED, 7)
    without = COMPLETED.model_copy(update={"final_measures_absent": "declined"})
    for closure, final in ((without, False), (COMPLETED, True)):
        again = Course()
        again.weekly(10)
        again.session("s-2", 7)
        if final:
            again.score("a-2", 9, 8)
        again.record(closure, 9)
        assert again.case.closed_as is ClosureReason.COMPLETED


def test_the_outcome_is_summed_up_with_its_evidence() -> None:
    course = Course()
    course.weekly(20, 12, 4)
    for name, on, answers in (("g-1", 0, (3, 3, 3, 3, 3, 0, 0)), ("g-2", 14, (1, 1, 1, 0, 0, 0, 0))):
        taken = replace(form(answers, code="GAD7", name=name), taken_at=Moment(day(on)))
        course.form(taken, day(on, 2))
    (summary,) = summaries(course.record(COMPLETED, 14))
    assert summary == OutcomeSummarised(
        rules=OUTCOMES,
        end_code="46",
        attended_sessions=3,
        finished_course=True,
        measures=(
            MeasureOutcome(
                instrument="GAD7",
                first=15,
                last=3,
                forms=2,
                evidence=(course.form_event("g-1"), course.form_event("g-2")),
            ),
            MeasureOutcome(
                instrument="PHQ9",
                first=20,
                last=4,
                forms=3,
                evidence=(course.form_event("a-1"), course.form_event("a-3")),
            ),
        ),
        caseness_at_start=True,
        recovered=True,
        reliably_improved=True,
        reliably_deteriorated=False,
        reliably_recovered=True,
        final_measures=True,
    )


def test_a_case_that_is_closed_again_is_summed_up_again() -> None:
    course = Course()
    course.weekly(20)
    closure = CaseClosed(reason=ClosureReason.DROPPED_OUT)
    first = summaries(course.record(closure, 1))
    course.record(CaseReopened(reason="patientReturned"), 2)
    course.session("s-2", 7)
    second = summaries(course.record(closure, 8))
    assert [one.attended_sessions for one in (*first, *second)] == [1, 2]


@pytest.mark.parametrize("how", ["form", "session", "late form"])
def test_a_closed_case_that_was_otherwise_has_a_new_summary(how: str) -> None:
    course = Course()
    course.weekly(20, 12)
    course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 8)
    told = course.event(OutcomeSummarised)
    match how:
        case "form":
            derived = course.correct("a-2", 15, 7, now=9)
        case "session":
            derived = course.take_back(course.event(type(course.case.sessions["s-2"])), 9)
        case _:
            derived = course.score("a-3", 11, 8, now=20)
    withdrawn = [one.fact for one in derived if isinstance(one, DerivedFactWithdrawn)]
    assert told in withdrawn
    assert len(summaries(derived)) == 1


def test_a_form_after_the_closing_changes_nothing_of_the_summary() -> None:
    course = Course()
    course.weekly(20, 12)
    course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT), 8)
    assert summaries(course.score("a-3", 11, 30)) == []


def test_1_6_every_open_piece_of_homework_is_withdrawn_at_closing() -> None:
    course = Course()
    for name in ("open", "carried", "done"):
        course.record(HomeworkAssigned(homework_id=name, title=sealed("title"), type="diary"))
    course.record(HomeworkReviewed(homework_id="carried", status="carriedOver"))
    course.record(HomeworkReviewed(homework_id="done", status="notDone"))
    derived = course.record(CaseClosed(reason=ClosureReason.DROPPED_OUT))
    assert [one for one in derived if isinstance(one, HomeworkWithdrawn)] == [
        HomeworkWithdrawn(homework_id=name, reason="caseClosed") for name in ("open", "carried")
    ]
    assert course.case.homework == {"open": "withdrawn", "carried": "withdrawn", "done": "notDone"}


STOPPED = MedicationStopped(because=because(), entry_id="m-1", stopped_on=day(1).date())
ACCEPTED = MaintenanceDecided(decision="accepted", cadence_days=30)


@pytest.mark.parametrize(
    ("kind", "entries", "told"),
    [
        pytest.param("antidepressant", (STOPPED, ACCEPTED), 1, id="1.7 stopped before maintenance"),
        pytest.param("antidepressant", (ACCEPTED, STOPPED), 1, id="1.7 stopped in maintenance"),
        pytest.param("antidepressant", (ACCEPTED,), 0, id="1.7 goes on in maintenance"),
        pytest.param("antidepressant", (STOPPED,), 0, id="1.7 stopped without maintenance"),
        pytest.param("hypnotic", (STOPPED, ACCEPTED), 0, id="1.7 another medicine"),
    ],
)
def test_medication_that_stops_before_maintenance_is_a_caution(
    kind: str, entries: tuple[MedicationStopped | MaintenanceDecided, ...], told: int
) -> None:
    course = Course()
    course.record(
        MedicationRecorded.model_validate(
            {"entry_id": "m-1", "kind": kind, "name": sealed("name"), "source": "record"}
        )
    )
    found = [one for entry in entries for one in course.record(entry, 1)]
    assert [one.rule for one in found if isinstance(one, ReviewNeeded)] == [
        "medicationBeforeMaintenance"
    ] * told
