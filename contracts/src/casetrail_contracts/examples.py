"""One example of each event, for documentation, for consumers' tests and as golden bytes.

The person is invented. Sealed values have the right form and open with no key.
"""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from casetrail_contracts.canonical import encode
from casetrail_contracts.envelope import ActorKind, Envelope, digest, event_id, payload_data, record
from casetrail_contracts.events import BY_PAYLOAD, Payload
from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.care import RiskFlagRaised, RiskLevel
from casetrail_contracts.events.case import CaseClosed, CaseOpened, ClosureReason, ReferralSource
from casetrail_contracts.events.formulation import (
    Conflict,
    InventoryPerson,
    InventoryRecorded,
    LinkToOnset,
    LivingStatus,
    ProblemAreaSelected,
    Relationship,
    RoleDispute,
)
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.session import Attendance, Attendee, Modality, SessionHeld
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import Moment

CASE = "7c0f2a52-5a3e-4a55-9d0e-2f6f3b1f9a10"
TENANT = "north"
ISSUER = "casetrail.example"
COMMAND = "0b6c2f0e-9a41-5d3e-8f1c-3f2f7f0c9b77"
OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PHQ9 = f"PHQ9@1#{sha256(b'PHQ9').hexdigest()}"


def _sealed(name: str) -> Personal[str]:
    """A text in sealed form, the same for the same name."""
    commitment = digest(name.encode())
    return Personal.from_sealed(f"sealed:v1:{commitment[:22]}:{commitment}:{commitment}{commitment[:20]}")


def _payloads() -> list[tuple[Payload, timedelta]]:
    """A short course in order: each payload with the time since the case was opened."""
    return [
        (
            CaseOpened(
                patient_ref=_sealed("patient"),
                therapist_id="therapist-1",
                supervisor_id="supervisor-1",
                team_id="team-east",
                referral_source=ReferralSource.PRIMARY_CARE,
                referred_on=date(2026, 2, 9),
            ),
            timedelta(),
        ),
        (
            InventoryRecorded(
                people=(
                    InventoryPerson(
                        person_id="p-1",
                        alias=_sealed("alias"),
                        relationship=Relationship.PARTNER,
                        temporal="present",
                        living_status=LivingStatus.LIVING,
                        closeness_ring=1,
                        closeness_desired=1,
                        contact_frequency="daily",
                        contact_channels=("inPerson",),
                        reciprocity="partlyReciprocal",
                        conflict=Conflict(level="moderate", pattern="avoided", recent=True),
                        link_to_onset=LinkToOnset.PRECIPITANT,
                    ),
                )
            ),
            timedelta(days=7),
        ),
        (
            ProblemAreaSelected(
                rank="primary",
                focus=RoleDispute(other_party_id="p-1", stage="impasse", issue=_sealed("issue")),
                agreed_on=date(2026, 3, 16),
            ),
            timedelta(days=14),
        ),
        (
            SessionHeld(
                session_id="s-3",
                started_at=OPENED + timedelta(days=14),
                duration_minutes=50,
                timezone="Europe/London",
                attendance=Attendance.ON_TIME,
                modality=Modality.IN_PERSON,
                attendees=(Attendee(role="patient"), Attendee(role="therapist")),
                techniques=("communicationAnalysis",),
                measures=("a-3",),
            ),
            timedelta(days=14),
        ),
        (
            AssessmentScored(
                assessment_id="a-3",
                instrument="PHQ9",
                definition=PHQ9,
                taken_at=Moment(OPENED + timedelta(days=14)),
                setting="inSession",
                respondent="patient",
                input_mode="screen",
                session_id="s-3",
                items=(2, 2, 2, 2, 1, 2, 2, 1, 2),
                reported_total=16,
                total=16,
                band="moderatelySevere",
                risk_item_answered="yes",
            ),
            timedelta(days=14),
        ),
        (
            RiskFlagRaised(
                flag_id="5f0f0a6c-7d3c-5a44-9b7e-0a4f2f1d6c33",
                level=RiskLevel.URGENT,
                rule="riskItem",
                definition=PHQ9,
                evidence=(event_id(CASE, 5),),
                setting="inSession",
                therapist_id="therapist-1",
                supervisor_id="supervisor-1",
                team_id="team-east",
            ),
            timedelta(days=14),
        ),
        (
            GoalsRevised(
                because=Because(
                    reason_code=ReasonCode.RISK_CHANGE,
                    evidence=(event_id(CASE, 5), event_id(CASE, 6)),
                    decided_by="therapist-1",
                    review_on=date(2026, 3, 30),
                ),
                added=(GoalAdded(goal_id="g-1", text=_sealed("goal"), priority=1),),
            ),
            timedelta(days=15),
        ),
        (CaseClosed(reason=ClosureReason.REFERRED_ON), timedelta(days=28)),
    ]


def _course() -> dict[str, bytes]:
    course: dict[str, bytes] = {}
    previous: str | None = None
    for sequence, (payload, since) in enumerate(_payloads(), start=1):
        entry = BY_PAYLOAD[type(payload)]
        derived = isinstance(payload, RiskFlagRaised)
        envelope = Envelope(
            id=event_id(CASE, sequence),
            source=f"https://{ISSUER}/tenants/{TENANT}/cases/{CASE}",
            type=entry.type,
            subject=CASE,
            time=OPENED + since,
            recordedtime=OPENED + since + timedelta(minutes=5),
            sequence=f"{sequence:010d}",
            position=f"{sequence:016d}",
            previoushash=previous,
            salt=digest(f"salt {sequence}".encode())[:22],
            commandid=COMMAND,
            correlationid=COMMAND,
            causationid=event_id(CASE, sequence - 1) if derived else COMMAND,
            authid="therapist-1",
            authtype=ActorKind.APP_USER,
            authrole="therapist",
            authclient="ehr-north",
            softwareversion="0.1.0",
            dataschema=entry.dataschema,
            data=payload_data(payload),
        )
        course[entry.name] = encode(record(envelope))
        previous = digest(course[entry.name])
    return course


EXAMPLES: dict[str, bytes] = _course()
"""The exact bytes of one record of each event, by the event's name; together they are one case."""
