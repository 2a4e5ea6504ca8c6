"""Simulated courses into the store, by the same commands as everybody's, at the time of each command."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from casetrail_contracts import Event
from casetrail_contracts.canonical import Json, encode
from casetrail_contracts.events.outcome import OutcomeSummarised
from casetrail_contracts.identity import Actor, Claims, Role
from treatment.application import Application, Caller, Request
from treatment.definitions.installed import Installed
from treatment.domain.refusals import Refusal
from treatment.simulator.course import course_steps
from treatment.simulator.draw import Cohort
from treatment.simulator.drawn import DrawnCourse
from treatment.simulator.step import Seen, Sender, Staff, Step, Telling
from treatment.store.case_store import CaseStore

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
SOFTWARE = "casetrail-simulate"


class NotRefused(RuntimeError):
    """A form was stored that no such form can hold."""


@dataclass(slots=True)
class SimulatedTime:
    """The clock and the ids of an application that is told of the past."""

    at: datetime = BEGINNING
    case_id: UUID = field(default_factory=lambda: UUID(int=0))

    def now(self) -> datetime:
        """The time of the command that is being sent."""
        return self.at

    def new_case_id(self) -> UUID:
        """The id of the course that is being told."""
        return self.case_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one course."""

    case_id: str
    events: int
    """All of them, whether they were stored now or before."""
    refused: int
    summary: OutcomeSummarised | None
    """What the system made of the course when it ended; none where the case stays open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrator:
    """Tells drawn courses to an application as the staff of one tenant."""

    application: Application
    time: SimulatedTime
    """What `application` takes its time and its ids from."""
    installed: Installed
    cohort: Cohort
    sha256: str
    """Digest of the parameters that the courses were drawn by."""
    tenant: str

    def tell(self, course: DrawnCourse) -> Told:
        """Store a course whole. Telling it again stores nothing. Raises what `Application.handle` raises."""
        telling = self._telling(course)
        identity = f"{self._identity()}/{course.number}"
        self.time.case_id = UUID(int=Random(identity).getrandbits(128), version=4)  # noqa: S311
        seen, case_id, events, refused, summary = Seen(), None, 0, 0, None
        for step in course_steps(telling):
            command = step.command(seen)
            if command is None:
                continue
            self.time.at = step.at
            request = self._request(step, telling.staff, identity, case_id)
            try:
                answer = self.application.handle(request, command)
            except Refusal:
                if not step.is_mistake:
                    raise
                refused += 1
                continue
            if step.is_mistake:
                raise NotRefused(step.key)
            case_id, events = answer.subject, events + len(answer.events)
            summary = _summary(answer.events) or summary
            seen = seen.after(step.key, answer.events)
            seen = seen.reviewed() if step.reviews else seen
        return Told(case_id=case_id or "", events=events, refused=refused, summary=summary)

    def _telling(self, course: DrawnCourse) -> Telling:
        therapist = 1 + (course.number - 1) % self.cohort.figures.work.therapists
        return Telling(
            course=course,
            staff=Staff(
                therapist=f"therapist-{therapist}",
                supervisor="supervisor-1",
                doctor="doctor-1",
                team="team-1",
            ),
            protocol=self.cohort.protocols[course.protocol],
            instruments=self.installed.instruments.by_code,
            timezone=self.cohort.figures.calendar.timezone,
            seed=self.cohort.seed,
        )

    def _identity(self) -> str:
        """Of the cohort: whatever it is drawn by. Another first day, say, makes other cases."""
        cohort = self.cohort
        drawn_by: dict[str, Json] = {
            "seed": cohort.seed,
            "cohort": cohort.name,
            "firstDay": cohort.first_day.isoformat(),
            "mix": [[code, str(weight)] for code, weight in cohort.mix.items()],
            "parameters": self.sha256,
        }
        return hashlib.sha256(encode(drawn_by)).hexdigest()

    def _request(self, step: Step, staff: Staff, identity: str, case_id: str | None) -> Request:
        return Request(
            caller=_caller(step.by, staff, self.tenant),
            idempotency_key=f"simulate/{identity}/{step.key}",
            name=step.name,
            body={"step": step.key},
            case_id=case_id,
        )


def _summary(events: Sequence[Event]) -> OutcomeSummarised | None:
    """The newest one among these events."""
    told = [event.payload for event in events if isinstance(event.payload, OutcomeSummarised)]
    return told[-1] if told else None


def _caller(sender: Sender, staff: Staff, tenant: str) -> Caller:
    role = Role.DOCTOR if sender == "doctor" else Role.THERAPIST
    claims = Claims(
        sub=staff.doctor if sender == "doctor" else staff.therapist,
        tenant=tenant,
        roles=frozenset({role}),
        teams=frozenset({staff.team}),
        act=Actor(sub=SOFTWARE),
    )
    return Caller(claims=claims, roles=(role,))


def simulated_application(
    store: CaseStore, installed: Installed, issuer: Callable[[str], str], software_version: str
) -> tuple[Application, SimulatedTime]:
    """An application on this store that lives in the time of what it is told."""
    time = SimulatedTime()
    application = Application(
        store,
        installed=installed,
        issuer=issuer,
        software_version=software_version,
        now=time.now,
        new_case_id=time.new_case_id,
    )
    return application, time
