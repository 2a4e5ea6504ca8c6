"""In maintenance a session is corrected: its scores are judged anew, and what does not hold is taken back."""

from casetrail_contracts.events.appointments import FollowUpRecorded
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.consent import ConsentRecorded
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    RecurrenceSuspected,
    ReliableDeteriorationReached,
    ReliableImprovementReached,
    RemissionReached,
    SuddenGainDetected,
    SuddenGainReversed,
)
from casetrail_contracts.events.session import Attendance, Attendee, Modality, SessionHeld
from casetrail_contracts.examples.measuring import RULES
from casetrail_contracts.examples.story import NEXT_THERAPIST, Story, at, sealed
from casetrail_contracts.scalars import Moment


def tell(story: Story) -> None:
    """A contact by phone, then the correction and what follows from it in the same append."""
    contact = FollowUpRecorded(
        follow_up_id="f-1",
        at=Moment.parse("2026-10"),
        modality=Modality.PHONE,
        outcome="reached",
        wellbeing="worse",
        measures=("a-20",),
    )
    story.tell(contact, Moment.parse("2026-10"), NEXT_THERAPIST)
    correction = EntryCorrected(
        target=story.id_of(SessionHeld),
        kind="amended",
        cause="newInformation",
        replacement=Replacement(session_held=_session(story)),
        reason=sealed("reason of the correction"),
    )
    story.tell(correction, at(240), NEXT_THERAPIST)
    withdrawn = DerivedFactWithdrawn(
        fact=story.id_of(ReliableDeteriorationReached), because_of=story.id_of(EntryCorrected)
    )
    story.derive(withdrawn, EntryCorrected)
    _milestones(story)
    _gain(story)


def _session(story: Story) -> SessionHeld:
    """What the entry says from now on: the partner came for a while, and an interpreter was there."""
    return SessionHeld(
        session_id="s-3",
        appointment_id="ap-3",
        started_at=at(13).at,
        duration_minutes=55,
        timezone="Europe/London",
        attendance=Attendance.LATE_BUT_SEEN,
        modality=Modality.IN_PERSON,
        therapist_id="therapist-1",
        attendees=(
            Attendee(role="patient", consent_ref=story.id_of(ConsentRecorded)),
            Attendee(role="therapist"),
            Attendee(role="interpreter", minutes_present=55),
            Attendee(role="significantOther", person_id="p-1", minutes_present=15),
        ),
        techniques=("communicationAnalysis", "significantOtherSession"),
        topics=("household", "money"),
        measures=("a-3",),
        notes_ref="notes-0001",
    )


def _milestones(story: Story) -> None:
    forms = (story.id_of(AssessmentScored), story.id_of(AssessmentCorrected))
    better = ReliableImprovementReached(
        instrument="PHQ9", rules=RULES, evidence=forms, baseline=16, current=6
    )
    story.derive(better, EntryCorrected)
    remission = RemissionReached(instrument="PHQ9", rules=RULES, evidence=forms, baseline=16, current=3)
    story.derive(remission, EntryCorrected)
    recurrence = RecurrenceSuspected(instrument="PHQ9", rules=RULES, evidence=forms, baseline=16, current=12)
    story.derive(recurrence, EntryCorrected)


def _gain(story: Story) -> None:
    before, after = story.id_of(AssessmentScored), story.id_of(AssessmentCorrected)
    gain = SuddenGainDetected(
        key=f"SuddenGain/PHQ9/{after}",
        instrument="PHQ9",
        rules=RULES,
        evidence=(before, after),
        after_session=4,
        magnitude=7,
    )
    story.derive(gain, EntryCorrected)
    lost = SuddenGainReversed(
        gain=story.id_of(SuddenGainDetected), evidence=(story.id_of(SuddenGainDetected), after), rules=RULES
    )
    story.derive(lost, EntryCorrected)
