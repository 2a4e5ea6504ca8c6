"""Valid events for tests: any payload, of any case and tenant, in the order in which a store keeps them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from casetrail_contracts import BY_PAYLOAD, Envelope, Event, Payload, Personal, digest, event_id, read
from casetrail_contracts.canonical import encode
from casetrail_contracts.envelope import ActorKind, payload_data, record
from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.appointments import SessionMissed
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.care import RiskFlagRaised, RiskLevel
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, NotOnTrackSignalled
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.session import Attendance, Modality, SessionHeld
from casetrail_contracts.scalars import Moment

ISSUER = "casetrail.example"
TENANT = "north"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def case_id(number: int) -> str:
    """The same id of form v4 for the same number."""
    return str(UUID(bytes=hashlib.sha256(f"case {number}".encode()).digest()[:16], version=4))


def sealed(name: str) -> Personal[str]:
    """A text in sealed form, the same for the same name."""
    commitment = digest(name.encode())
    return Personal.from_sealed(f"sealed:v1:{commitment[:22]}:{commitment}:{commitment}{commitment[:20]}")


def definition(code: str) -> str:
    """A reference to a definition, which need not exist."""
    return f"{code}@1#{hashlib.sha256(code.encode()).hexdigest()}"


@dataclass
class History:
    """Numbers and chains events as the store would, for any number of cases of one tenant."""

    tenant: str = TENANT
    events: list[Event] = field(default_factory=list)
    _ends: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, case: str, payload: Payload, *, at: datetime | None = None) -> Event:
        """The next event of the case and of the tenant."""
        entry = BY_PAYLOAD[type(payload)]
        return self._append(case, at, entry.type, entry.dataschema, payload_data(payload))

    def add_unknown(self, case: str, *, at: datetime | None = None) -> Event:
        """An event of a type that this version of the contracts does not know."""
        schema = "https://schemas.casetrail.org/treatment/tomorrow/v1.0"
        return self._append(case, at, "org.casetrail.treatment.tomorrow.v1", schema, {"news": "yes"})

    def add_broken(self, case: str, *, at: datetime | None = None) -> bytes:
        """The bytes of a record whose payload is not what its type promises; numbered like any other."""
        schema = "https://schemas.casetrail.org/treatment/session_held/v1.0"
        envelope = self._envelope(
            case, at, "org.casetrail.treatment.session_held.v1", schema, {"sessionId": 7}
        )
        content = encode(record(envelope))
        self._ends[case] = (int(envelope.sequence), digest(content))
        self.events.append(Event(content, envelope, None))
        return content

    @property
    def contents(self) -> list[bytes]:
        """The bytes of all events in order."""
        return [event.bytes for event in self.events]

    def _append(
        self, case: str, at: datetime | None, kind: str, schema: str, data: dict[str, object]
    ) -> Event:
        content = encode(record(self._envelope(case, at, kind, schema, data)))
        event = read(content)
        self._ends[case] = (event.sequence, event.hash)
        self.events.append(event)
        return event

    def _envelope(
        self, case: str, at: datetime | None, kind: str, schema: str, data: dict[str, object]
    ) -> Envelope:
        version, previous = self._ends.get(case, (0, None))
        position = len(self.events) + 1
        command = str(UUID(bytes=hashlib.sha256(f"{case} {version}".encode()).digest()[:16], version=5))
        return Envelope(
            id=event_id(case, version + 1),
            source=f"https://{ISSUER}/tenants/{self.tenant}/cases/{case}",
            type=kind,
            subject=case,
            time=at or START + timedelta(minutes=position),
            recordedtime=START + timedelta(days=100, minutes=position),
            sequence=f"{version + 1:010d}",
            position=f"{position:016d}",
            previoushash=previous,
            salt=digest(f"salt {self.tenant} {position}".encode())[:22],
            commandid=command,
            correlationid=command,
            causationid=command,
            authid="therapist-1",
            authtype=ActorKind.APP_USER,
            authrole="therapist",
            authclient="ehr-north",
            softwareversion="0.1.0",
            dataschema=schema,
            data=data,
        )


def opened(
    therapist: str = "therapist-1", team: str | None = "team-east", supervisor: str | None = "supervisor-1"
) -> CaseOpened:
    """A case of that therapist and team."""
    return CaseOpened(
        patient_ref=sealed("patient"), therapist_id=therapist, supervisor_id=supervisor, team_id=team
    )


def session(name: str, started_at: datetime = START) -> SessionHeld:
    """A session that took place."""
    return SessionHeld(
        session_id=name,
        started_at=started_at,
        duration_minutes=50,
        timezone="Europe/London",
        attendance=Attendance.ON_TIME,
        modality=Modality.IN_PERSON,
    )


def scored(
    name: str,
    total: int | None,
    taken_at: datetime | str = START,
    *,
    instrument: str = "BDI",
    prorated_from: Decimal | None = None,
) -> AssessmentScored:
    """A form with that total."""
    return AssessmentScored(
        assessment_id=name,
        instrument=instrument,
        definition=definition(instrument),
        taken_at=Moment.parse(taken_at),
        setting="remote",
        respondent="patient",
        input_mode="screen",
        reported_total=total,
        total=total,
        raw_prorated=prorated_from,
        prorated=prorated_from is not None,
        risk_item_answered="notApplicable",
    )


def flagged(
    number: int, evidence: str, level: RiskLevel = RiskLevel.URGENT, therapist: str = "therapist-1"
) -> RiskFlagRaised:
    """A risk flag; the same number is the same flag."""
    return RiskFlagRaised(
        flag_id=str(UUID(bytes=hashlib.sha256(f"flag {number}".encode()).digest()[:16], version=5)),
        level=level,
        rule="riskItem",
        evidence=(evidence,),
        setting="remote",
        therapist_id=therapist,
        team_id="team-east",
    )


def because(*evidence: str, reason: ReasonCode = ReasonCode.PROGRESS) -> Because:
    """A reason that names its evidence, or a stated one."""
    return Because(
        reason_code=reason,
        evidence=evidence,
        stated_reason=None if evidence else sealed("reason"),
        decided_by="therapist-1",
        review_on=date(2026, 4, 1),
    )


def goals_set(names: Sequence[str], reason: Because) -> GoalsRevised:
    """A first revision that sets these goals."""
    return GoalsRevised(
        because=reason, added=tuple(GoalAdded(goal_id=name, text=sealed(name)) for name in names)
    )


def missed(name: str, scheduled_at: datetime = START) -> SessionMissed:
    """A session to which the patient did not come."""
    return SessionMissed(
        appointment_id=name, scheduled_at=scheduled_at, timezone="Europe/London", attendance="3"
    )


def rescored(event: str, form: AssessmentScored) -> AssessmentCorrected:
    """What a form says from now on, which that event told of."""
    return AssessmentCorrected(corrects=event, reason="entryMistake", corrected=form)


def amended(event: str, replacement: Replacement) -> EntryCorrected:
    """What that entry says from now on."""
    return EntryCorrected(target=event, kind="amended", cause="entryMistake", replacement=replacement)


def taken_back(event: str) -> EntryCorrected:
    """That entry should never have been made."""
    return EntryCorrected(target=event, kind="enteredInError", cause="duplicate")


def not_on_track(*evidence: str) -> NotOnTrackSignalled:
    """A signal that the course needs a review."""
    return NotOnTrackSignalled(
        instrument="PHQ9",
        rules=definition("OUTCOMES"),
        evidence=evidence,
        baseline=18,
        current=20,
        rule="notOnTrack",
        session=4,
    )


def withdrawn(fact: str, correction: str) -> DerivedFactWithdrawn:
    """The fact no longer holds because of the correction."""
    return DerivedFactWithdrawn(fact=fact, because_of=correction)
