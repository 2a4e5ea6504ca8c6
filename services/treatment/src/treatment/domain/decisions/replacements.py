"""What a replacement must keep to: what it names is of this case, and what it tells is not to come."""

from typing import assert_never

from casetrail_contracts.events.appointments import FollowUpRecorded, SessionMissed
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.care import CrisisReferralMade, RiskChecked
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.correction import Correctable, Replacement
from casetrail_contracts.events.ending import EndingReviewed, RelapsePlanRecorded
from casetrail_contracts.events.formulation import DiagnosisRecorded, TimelineRecorded
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.medication import MedicationRecorded
from casetrail_contracts.events.session import SessionHeld
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances
from treatment.domain.decisions.care import checked, referred
from treatment.domain.decisions.closing import check_closing
from treatment.domain.decisions.evidence import check_evidence, check_person
from treatment.domain.decisions.formulation import check_timeline
from treatment.domain.decisions.homework import check_links
from treatment.domain.decisions.mood import check_mood
from treatment.domain.decisions.sessions import check_held
from treatment.domain.decisions.zones import check_zone
from treatment.domain.facts import not_in_the_future


def with_what_counts(case: Case, replacement: Replacement) -> Replacement:
    """What would be stored: a risk check and a referral leave out what the case does not have."""
    match replacement.entry:
        case RiskChecked() as check:
            return Replacement(risk_checked=checked(case, check))
        case CrisisReferralMade() as referral:
            return Replacement(crisis_referral_made=referred(case, referral))
        case _:
            return replacement


def check_replacement(case: Case, replacement: Correctable, circumstances: Circumstances) -> None:
    """Raise what the entry itself would have been refused with, had it come as a new one."""
    match replacement:
        case SessionHeld():
            check_held(case, replacement, circumstances)
        case FollowUpRecorded():
            not_in_the_future(replacement.at, circumstances.now, "at")
        case MoodRated():
            check_mood(case, replacement, circumstances)
        case SuitabilityAdvised():
            check_evidence(case, replacement.evidence)
        case ConsentRecorded():
            check_person(case, replacement.person_id, "personId")
        case TimelineRecorded():
            check_timeline(case, replacement)
        case CaseClosed():
            check_closing(case, replacement)
        case HomeworkAssigned():
            check_links(case, replacement)
        case SessionMissed():
            check_zone(replacement.timezone)
        case (
            RiskChecked()
            | CrisisReferralMade()
            | DiagnosisRecorded()
            | HomeworkReviewed()
            | MedicationRecorded()
            | EndingReviewed()
            | RelapsePlanRecorded()
        ):
            pass
        case _:
            assert_never(replacement)
