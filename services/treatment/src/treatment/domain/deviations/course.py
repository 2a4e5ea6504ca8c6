"""A course seen through its protocol: which session has which number and phase, and which are settled."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from casetrail_contracts.events.protocol import DeviationRule
from treatment.domain.deviations.deviation import Deviation, DeviationRules, Severity
from treatment.domain.deviations.record import CourseRecord, HeldSession
from treatment.domain.phases import SetByHand, numbers, phase_after, phase_of
from treatment.domain.protocols import Phase, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An attended session with its place in the course."""

    session: HeldSession
    rank: int
    """Its place among all attended sessions, from 1."""
    number: int
    """Its number in the protocol; 0 for an individual session before a group."""
    phase: Phase

    @property
    def on(self) -> date:
        """The day, where it took place."""
        return self.session.started_at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the rules work with."""

    protocol: Protocol
    rules: DeviationRules
    record: CourseRecord
    placed: tuple[Placed, ...]
    """In order of their start."""
    by_hand: tuple[SetByHand, ...]
    """Phases set by hand, counted in numbers of the protocol."""
    settled: frozenset[str]
    """Sessions for which everything that belongs to them can be expected to be entered."""

    def deviation(
        self, rule: DeviationRule, about: str, *evidence: str, severity: Severity | None = None
    ) -> Deviation:
        """A deviation with the severity of the rule set, unless another one is given."""
        return Deviation(
            rule=rule,
            severity=severity or self.rules.severities[rule],
            key=f"{rule}/{about}",
            evidence=evidence,
        )

    def judged(self, rule: DeviationRule) -> Iterator[Placed]:
        """The sessions under this protocol about which the rule can decide now."""
        for one in self.placed:
            if one.rank > self.record.protocol_since and (
                rule not in self.rules.settling or one.session.session_id in self.settled
            ):
                yield one

    def phase_of(self, number: int) -> Phase:
        """The phase of a session, also of one to come."""
        return phase_of(self.protocol, number, self.by_hand)

    @property
    def next_number(self) -> int:
        """The number of the session to come."""
        return self.placed[-1].number + 1 if self.placed else 1


def course_of(
    protocol: Protocol, rules: DeviationRules, record: CourseRecord, unsettled: frozenset[str]
) -> Course:
    """The course; `unsettled` are the sessions about which more is still to be entered."""
    sessions = sorted(record.sessions, key=lambda session: (session.started_at, session.session_id))
    numbered = numbers(protocol, [session.in_group for session in sessions])
    before = numbered.count(0)
    by_hand = _in_numbers(record, before)
    return Course(
        protocol=protocol,
        rules=rules,
        record=record,
        by_hand=by_hand,
        placed=tuple(
            Placed(session=session, rank=rank, number=number, phase=phase_of(protocol, number, by_hand))
            for rank, (session, number) in enumerate(zip(sessions, numbered, strict=True), start=1)
        ),
        settled=frozenset(session.session_id for session in sessions) - unsettled,
    )


def phase_now(protocol: Protocol, record: CourseRecord) -> Phase:
    """The phase that the course is in, with its attended sessions numbered as the protocol does."""
    sessions = sorted(record.sessions, key=lambda session: (session.started_at, session.session_id))
    numbered = numbers(protocol, [session.in_group for session in sessions])
    before = numbered.count(0)
    if sessions and before == len(sessions):
        return phase_of(protocol, 0)
    return phase_after(protocol, len(sessions) - before, _in_numbers(record, before))


def newest(record: CourseRecord) -> HeldSession | None:
    """The session that started last."""
    return max(record.sessions, key=lambda session: (session.started_at, session.session_id), default=None)


def _in_numbers(record: CourseRecord, before: int) -> tuple[SetByHand, ...]:
    """Counts of attended sessions as numbers of the protocol, which leave out those before a group."""
    return tuple(replace(one, after_session=one.after_session - before) for one in record.phases_by_hand)
