"""A course that goes on day by day: each command is decided when it comes, and what it yields is stored."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.builders import History
from tests.unit.treatment.given_when_then import AT, CASE, INSTALLED, circumstances, form, held, opened

from casetrail_contracts import Payload
from casetrail_contracts.events.assessment import CorrectionReason
from casetrail_contracts.events.case import CaseActivated
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from casetrail_contracts.events.protocol import ProtocolAssigned
from casetrail_contracts.identity import Role
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.commands import Command, CorrectAssessment, Entry, Record, ReviewDue, ScoreAssessment
from treatment.domain.decisions import decide
from treatment.domain.folding import evolve

OUTCOMES = INSTALLED.definitions.outcomes.reference
DEVIATIONS = INSTALLED.definitions.deviations.reference
SAFETY = INSTALLED.definitions.safety.reference
SUITABLE = SuitabilityAdvised(outcome="suitable", combination="iptAlone", advised_by="d-1")


def day(number: int, hour: int = 0) -> datetime:
    """So many days after the first one."""
    return AT.at + timedelta(days=number, hours=hour)


def phq(total: int, item_9: int = 0) -> tuple[int, ...]:
    """The answers of a PHQ-9 with this total and this answer to item 9, or the least that the total needs."""
    item_9 = max(item_9, total - 24)
    rest = total - item_9
    return (*(min(3, max(0, rest - 3 * item)) for item in range(8)), item_9)


class Course:
    """An active case by a protocol; days are counted from its opening."""

    def __init__(self, protocol: str | None = "IPT-16") -> None:
        self._history = History()
        self.definitions = INSTALLED.definitions
        """By which it is judged from now on."""
        self.case = Case(case_id=CASE)
        self.told: list[tuple[str, Payload]] = []
        """Every event of the case: its id and what it says."""
        self._store(opened, day(0))
        self._store(ConsentRecorded(scope="treatment"), day(0))
        self._store(SUITABLE, day(0))
        if protocol is not None:
            reference = INSTALLED.protocol(protocol).reference
            self._store(ProtocolAssigned(definition=reference), day(0))
            self._store(CaseActivated(), day(0))

    def do(self, command: Command, now: datetime, *roles: Role) -> list[Payload]:
        """What policy derived from the command."""
        facts = decide(
            self.case, command, circumstances("t-1", *roles, now=now, definitions=self.definitions)
        )
        for fact in facts:
            self._store(fact.payload, fact.at.at)
        derived = [fact for fact in facts if fact.caused_by is not None or isinstance(command, ReviewDue)]
        return [fact.payload for fact in derived]

    def record(self, entry: Entry, on: int = 0, *roles: Role) -> list[Payload]:
        """The entry, made on that day."""
        return self.do(Record(entry=entry, at=Moment(day(on))), day(on, 1), *roles)

    def session(self, name: str, on: int, **changes: object) -> list[Payload]:
        """A session on that day, recorded on that day."""
        return self.record(held(name, **{"started_at": day(on), **changes}), on)

    def session_on(self, on: int, *, entered: int, name: str = "s-1") -> list[Payload]:
        """A session of that day, entered on another one."""
        return self.record(held(name, started_at=day(on)), entered)

    def score(
        self, name: str, total: int, on: int, *, item_9: int = 0, now: int | None = None
    ) -> list[Payload]:
        """A PHQ-9 of that day."""
        command = replace(form(phq(total, item_9), name=name), taken_at=Moment(day(on)))
        return self.do(command, day(on if now is None else now, 2))

    def name_session(self, name: str, total: int, on: int, session: str) -> list[Payload]:
        """A PHQ-9 of that day that says to which session it belongs."""
        command = replace(form(phq(total), name=name), taken_at=Moment(day(on)), session_id=session)
        return self.do(command, day(on, 2))

    def form(self, command: ScoreAssessment, now: datetime) -> list[Payload]:
        """Any form."""
        return self.do(command, now)

    def correct(
        self,
        name: str,
        total: int,
        on: int,
        *,
        item_9: int = 0,
        now: int,
        reason: CorrectionReason = "entryMistake",
    ) -> list[Payload]:
        """What that PHQ-9 should have said."""
        command = replace(form(phq(total, item_9), name=name), taken_at=Moment(day(on)))
        return self.do(CorrectAssessment(form=command, reason=reason, at=Moment(day(now))), day(now, 2))

    def change_instrument(
        self, name: str, code: str, items: tuple[int, ...], on: int, *, now: int
    ) -> list[Payload]:
        """That form was one of another instrument."""
        command = replace(form(items, code=code, name=name), taken_at=Moment(day(on)))
        return self.do(CorrectAssessment(form=command, reason="wrongForm", at=Moment(day(now))), day(now, 2))

    def amend(self, target: str, replacement: Replacement, on: int) -> list[Payload]:
        """What that entry should have said."""
        amended = EntryCorrected(target=target, kind="amended", cause="entryMistake", replacement=replacement)
        return self.record(amended, on)

    def take_back(self, target: str, on: int) -> list[Payload]:
        """That entry should never have been made."""
        return self.record(EntryCorrected(target=target, kind="enteredInError", cause="wrongPatient"), on)

    def tick(self, on: int, hour: int = 3) -> list[Payload]:
        """The policy clock asks on that day."""
        return self.do(ReviewDue(), day(on, hour), Role.CLOCK)

    def weekly(self, *totals: int) -> list[list[Payload]]:
        """A session a week, s-1 on day 0, each with its PHQ-9: what each form led to."""
        derived = []
        for number, total in enumerate(totals, start=1):
            on = 7 * (number - 1)
            self.session(f"s-{number}", on)
            derived.append(self.score(f"a-{number}", total, on))
        return derived

    def event(self, payload: type[Payload], place: int = -1) -> str:
        """The id of an event of this kind: the newest one, unless another place is named."""
        return [event_id for event_id, told in self.told if type(told) is payload][place]

    def form_event(self, name: str) -> str:
        """The id of the event that scored this form."""
        return next(event_id for event_id, told in self.told if getattr(told, "assessment_id", None) == name)

    def store(self, payload: Payload, on: int) -> None:
        """What is stored already, whether or not it would be accepted today."""
        self._store(payload, day(on))

    def _store(self, payload: Payload, at: datetime) -> None:
        event = self._history.add(CASE, payload, at=at)
        self.case = evolve(self.case, event)
        self.told.append((event.envelope.id, payload))
