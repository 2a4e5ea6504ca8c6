"""The ending phase, late: the clock notices, then gains are reviewed and maintenance is decided."""

from datetime import date

from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.ending import (
    EndingReviewed,
    LetterRecorded,
    MaintenanceDecided,
    RelapsePlanRecorded,
)
from casetrail_contracts.events.medication import MedicationStopped
from casetrail_contracts.events.protocol import ProtocolDeviationDetected, ProtocolSwitched
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.examples.starting import ACUTE
from casetrail_contracts.examples.story import (
    CLOCK,
    DOCTOR,
    NEXT_THERAPIST,
    SUPERVISOR,
    Story,
    at,
    definition,
    sealed,
)


def tell(story: Story) -> None:
    """From a course that took too long to its maintenance."""
    too_long = ProtocolDeviationDetected(
        key="courseTooLong/IPT-16",
        rule="courseTooLong",
        severity="minor",
        definition=ACUTE,
        rules=definition("DEVIATIONS"),
        evidence=(story.id_of(SessionHeld),),
    )
    story.tell(too_long, at(183), CLOCK)
    reviewed = EndingReviewed(
        session_id="s-3", progress="muchBetter", feelings_about_ending=sealed("feelings about the ending")
    )
    story.tell(reviewed, at(189), NEXT_THERAPIST)
    story.tell(_relapse_plan(), at(196), NEXT_THERAPIST)
    letter = LetterRecorded(state="shared", kind="summaryLetter", letter_ref="letter-0001")
    story.tell(letter, at(197), NEXT_THERAPIST)
    story.tell(_without_medicine(story), at(198), DOCTOR)
    decision = MaintenanceDecided(decision="accepted", cadence_days=30, until=date(2028, 9, 15))
    story.tell(decision, at(199), NEXT_THERAPIST)
    story.tell(_to_maintenance(story), at(199, 10), SUPERVISOR)


def _relapse_plan() -> RelapsePlanRecorded:
    return RelapsePlanRecorded(
        warning_signs=(sealed("a warning sign"), sealed("another warning sign")),
        steps=(sealed("a step"),),
        contact="familyDoctor",
        shared_with_patient=True,
    )


def _without_medicine(story: Story) -> MedicationStopped:
    return MedicationStopped(
        because=Because(
            reason_code=ReasonCode.PROGRESS,
            evidence=(story.id_of(EndingReviewed),),
            decided_by="doctor-1",
            review_on=date(2026, 10, 16),
        ),
        entry_id="m-1",
        stopped_on=date(2026, 9, 16),
        comment=sealed("comment on the end"),
    )


def _to_maintenance(story: Story) -> ProtocolSwitched:
    return ProtocolSwitched(
        because=Because(
            reason_code=ReasonCode.PROGRESS,
            evidence=(story.id_of(EndingReviewed), story.id_of(MaintenanceDecided)),
            decided_by="supervisor-1",
            review_on=date(2027, 3, 17),
        ),
        definition=definition("IPT-M"),
        previous=ACUTE,
    )
