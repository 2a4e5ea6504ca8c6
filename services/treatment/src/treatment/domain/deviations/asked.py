"""What a protocol asks to be recorded, and a course lacks when its time has come. It blocks nothing."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from casetrail_contracts.events.case import ClosureReason
from treatment.domain.deviations.course import Course, Placed, course_of
from treatment.domain.deviations.deviation import DeviationRules
from treatment.domain.deviations.initial_phase import EARLY, FORMULATIONS
from treatment.domain.deviations.record import CourseRecord, HeldSession
from treatment.domain.protocols import Artifact, Phase, Protocol

EARLY_BY_RULE = ("problemArea", "inventory", *FORMULATIONS)
"""In the initial phase a rule of deviation looks for these."""
AT_CLOSING = ("endingReview", "relapsePlan", "goodbyeLetterFinal", "finalMeasures")
"""And for these when the course is completed: `endingNotPrepared`, and invariant 7."""


class Lacking(NamedTuple):
    """What is not there, and the last session at which it could have been recorded in time."""

    session: HeldSession
    artifacts: tuple[Artifact, ...]


def asked(phase: Phase) -> Iterator[tuple[Artifact, int]]:
    """What no other rule looks for in this phase, with the number of the session by which it is due."""
    for required in phase.required:
        by_rule = phase.kind in EARLY and required.artifact in EARLY_BY_RULE
        if not by_rule and required.artifact not in (*AT_CLOSING, *phase.exit_gates):
            yield required.artifact, required.by_session


def not_recorded(protocol: Protocol, rules: DeviationRules, record: CourseRecord) -> tuple[Lacking, ...]:
    """By session, once the next one was held, or the case was closed at its time."""
    course = course_of(protocol, rules, record, frozenset())
    found: dict[str, Lacking] = {}
    for phase in protocol.phases:
        for artifact, by_session in asked(phase):
            last = _passed(course, by_session)
            if last is not None and artifact not in record.artifacts:
                earlier = found.get(last.session_id, Lacking(last, ()))
                found[last.session_id] = Lacking(last, (*earlier.artifacts, artifact))
    return tuple(found.values())


def gates_left_open(protocol: Protocol, rules: DeviationRules, record: CourseRecord) -> tuple[Lacking, ...]:
    """The last sessions of phases that were left for another one while a gate was open."""
    course = course_of(protocol, rules, record, frozenset())
    found = []
    for earlier, later in pairwise(_under(course)):
        gates = tuple(gate for gate in earlier.phase.exit_gates if gate not in record.artifacts)
        if gates and later.phase.code != earlier.phase.code:
            found.append(Lacking(earlier.session, gates))
    return tuple(found)


def _passed(course: Course, by_session: int) -> HeldSession | None:
    """The session by which it was due; None before that, and where another protocol held then."""
    under = _under(course)
    until = [one for one in under if one.number <= by_session]
    if by_session == 0 and not until and not course.record.protocol_since:
        # A group that began without its preparation: what it would have brought is asked for all the same.
        until = under[:1]
    if not until:
        return None
    closed_as = course.record.closed_as
    completed = closed_as is ClosureReason.COMPLETED
    closed_then = closed_as is not None and until[-1].number == by_session
    over = under[-1].number > by_session or completed or closed_then
    return until[-1].session if over else None


def _under(course: Course) -> list[Placed]:
    """The sessions under this protocol: those of another one before it are not judged by it."""
    return [one for one in course.placed if one.rank > course.record.protocol_since]
