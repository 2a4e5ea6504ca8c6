"""Corrections in the summary: what counts now, marked with the event that corrected it (reference 8.2)."""

from datetime import date, timedelta

import pytest
from tests.builders import (
    START,
    amended,
    because,
    definition,
    flagged,
    missed,
    not_on_track,
    rescored,
    scored,
    sealed,
    session,
    taken_back,
    withdrawn,
)
from tests.integration.projections.one_case import nth, summary

from casetrail_contracts import Payload
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.correction import Replacement
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.medication import Dose, MedicationChanged, MedicationRecorded
from casetrail_contracts.events.outcome import SuddenGainDetected, SuddenGainReversed
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.scalars import Moment
from treatment.projections.case_summary.consent import ConsentEntry, SuitabilityEntry
from treatment.projections.case_summary.derived import OutcomeFact
from treatment.projections.case_summary.homework import HomeworkEntry
from treatment.projections.case_summary.medication import MedicationEntry
from treatment.projections.case_summary.sessions import AssessmentEntry, MissedEntry
from treatment.store.database import Database

FORM = {
    "instrument": "BDI",
    "definition": definition("BDI"),
    "taken_at": Moment(START),
    "respondent": "patient",
    "risk_item_answered": "notApplicable",
    "event_id": nth(2),
}
GAIN = SuddenGainDetected(
    key="SuddenGain/PHQ9/a-2",
    instrument="PHQ9",
    rules=definition("OUTCOMES"),
    evidence=(nth(1),),
    after_session=3,
    magnitude=9,
)


@pytest.mark.parametrize(
    ("corrections", "total", "corrected_by"),
    [
        pytest.param((), 20, None, id="as it was told"),
        pytest.param((rescored(nth(2), scored("a-1", 12)),), 12, nth(3), id="corrected"),
        pytest.param(
            (rescored(nth(2), scored("a-1", 12)), rescored(nth(3), scored("a-1", 14))),
            14,
            nth(4),
            id="the correction corrected",
        ),
    ],
)
def test_a_corrected_form_counts_as_corrected_and_says_by_what(
    database: Database, corrections: tuple[Payload, ...], total: int, corrected_by: str | None
) -> None:
    found = summary(database, scored("a-1", 20), *corrections)
    form = AssessmentEntry.model_validate(
        {**FORM, "assessment_id": "a-1", "total": total, "corrected_by": corrected_by}
    )
    assert (found.assessments, found.last_score) == ((form,), form)


def test_a_form_entered_in_error_does_not_count_and_its_id_is_free_again(database: Database) -> None:
    found = summary(database, scored("a-1", 20), taken_back(nth(2)), scored("a-1", 8))
    assert [(form.event_id, form.total) for form in found.assessments] == [(nth(4), 8)]


def test_an_amended_session_takes_its_new_place(database: Database) -> None:
    moved = Replacement(session_held=session("s-1", START + timedelta(days=9)))
    found = summary(database, session("s-1"), session("s-2"), amended(nth(2), moved))
    assert [(held.number, held.session_id, held.corrected_by) for held in found.sessions] == [
        (1, "s-2", None),
        (2, "s-1", nth(4)),
    ]


def test_a_missed_session_is_amended_or_taken_back(database: Database) -> None:
    later = Replacement(session_missed=missed("ap-1", START + timedelta(days=1)))
    found = summary(database, missed("ap-1"), missed("ap-2"), amended(nth(2), later), taken_back(nth(3)))
    assert found.missed_sessions == (
        MissedEntry(
            appointment_id="ap-1",
            scheduled_at=START + timedelta(days=1),
            attendance="3",
            event_id=nth(2),
            corrected_by=nth(4),
        ),
    )


def test_an_amended_consent_is_in_force_as_amended(database: Database) -> None:
    spoken = Replacement(consent_recorded=ConsentRecorded(scope="treatment", given_how="spoken"))
    found = summary(
        database,
        ConsentRecorded(scope="treatment"),
        ConsentRecorded(scope="messages"),
        amended(nth(2), spoken),
        taken_back(nth(3)),
    )
    assert found.consents == (
        ConsentEntry(
            scope="treatment",
            given_by="patient",
            given_how="spoken",
            given_at=START + timedelta(days=1),
            event_id=nth(2),
            corrected_by=nth(4),
        ),
    )


def test_advice_that_is_taken_back_leaves_the_advice_before_it(database: Database) -> None:
    advice = SuitabilityAdvised(outcome="suitable", combination="iptAlone", advised_by="doctor-1")
    doubt = SuitabilityAdvised(outcome="deferred", combination="medicationFirst", advised_by="doctor-2")
    found = summary(database, advice, doubt, taken_back(nth(3)))
    assert found.suitability == SuitabilityEntry(
        outcome="suitable",
        combination="iptAlone",
        advised_by="doctor-1",
        advised_at=START + timedelta(days=1),
        event_id=nth(2),
        corrected_by=None,
    )


def test_a_review_of_homework_that_is_taken_back_gives_the_status_before_it(database: Database) -> None:
    assigned = HomeworkAssigned(homework_id="h-1", title=sealed("title"), type="diary")
    amendment = HomeworkAssigned(homework_id="h-1", title=sealed("title"), type="practiceSkill")
    found = summary(
        database,
        assigned,
        HomeworkReviewed(homework_id="h-1", status="carriedOver", mood_before=7),
        HomeworkReviewed(homework_id="h-1", status="completed"),
        taken_back(nth(4)),
        amended(nth(2), Replacement(homework_assigned=amendment)),
    )
    assert found.homework == (
        HomeworkEntry(
            homework_id="h-1",
            type="practiceSkill",
            status="carriedOver",
            mood_before=7,
            event_id=nth(2),
            corrected_by=nth(6),
        ),
    )


def test_a_change_of_medication_stands_on_the_amended_entry(database: Database) -> None:
    dose, more = (
        Dose.model_validate({"amount": amount, "unit": "mg", "frequency": "onceDaily"})
        for amount in ("50", "75")
    )
    first = MedicationRecorded(
        entry_id="m-1", kind="antidepressant", name=sealed("name"), dose=dose, source="record"
    )
    amendment = first.model_copy(update={"kind": "anxiolytic", "adherence": "full"})
    change = MedicationChanged(because=because(), entry_id="m-1", dose=more, changed_on=date(2026, 4, 1))
    found = summary(database, first, change, amended(nth(2), Replacement(medication_recorded=amendment)))
    assert found.medication == (
        MedicationEntry(
            entry_id="m-1",
            kind="anxiolytic",
            dose=more,
            adherence="full",
            source="record",
            running=True,
            changed_on=date(2026, 4, 1),
            event_id=nth(2),
            corrected_by=nth(4),
        ),
    )


def test_a_derived_fact_that_was_withdrawn_is_gone(database: Database) -> None:
    deviation = ProtocolDeviationDetected(
        key="measureMissed/PHQ9/s-1",
        rule="measureMissed",
        severity="minor",
        definition=definition("IPT-16"),
        rules=definition("DEVIATIONS"),
    )
    facts = (not_on_track(nth(1)), deviation, GAIN, SuddenGainReversed(gain=nth(4), evidence=(nth(1),)))
    taken = (withdrawn(nth(number), nth(1)) for number in (2, 3, 5))
    found = summary(database, *facts, *taken)
    assert (found.on_track, found.deviations) == (True, ())
    assert found.outcome_facts == (
        OutcomeFact(
            type="sudden_gain_detected",
            instrument="PHQ9",
            rule=None,
            evidence=(nth(1),),
            detected_at=START + timedelta(days=3),
            event_id=nth(4),
            reviewed_by=None,
        ),
    )


def test_a_correction_of_what_is_not_shown_changes_nothing(database: Database) -> None:
    found = summary(database, flagged(1, nth(1)), taken_back(nth(1)))
    assert [flag.evidence for flag in found.open_flags] == [(nth(1),)]
