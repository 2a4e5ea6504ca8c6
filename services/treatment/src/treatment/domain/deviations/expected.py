"""Who is expected beside the patient and was not there (domain reference 2.3, IPT-A). It blocks nothing."""

from collections.abc import Iterator, Sequence

from casetrail_contracts.events.inventory import Relationship
from treatment.domain.deviations.course import Course, Placed, course_of
from treatment.domain.deviations.deviation import DeviationRules
from treatment.domain.deviations.record import CourseRecord, HeldSession
from treatment.domain.protocols import ExpectedAttendee, Protocol


def attendees_missing(
    protocol: Protocol, rules: DeviationRules, record: CourseRecord
) -> tuple[HeldSession, ...]:
    """The sessions that lack somebody; for a phase that lacks somebody its last session, once it is over.

    Only what a session says counts: one that names nobody may have had everybody who was expected.
    """
    course = course_of(protocol, rules, record, frozenset())
    found: dict[str, HeldSession] = {}
    for expected in protocol.expected_attendees:
        for one in (*_at_sessions(course, expected), *_in_phases(course, expected)):
            found[one.session.session_id] = one.session
    return tuple(found.values())


def _at_sessions(course: Course, expected: ExpectedAttendee) -> Iterator[Placed]:
    for one in _under(course):
        if one.number in expected.at_sessions and _absent(expected, [one]):
            yield one


def _in_phases(course: Course, expected: ExpectedAttendee) -> Iterator[Placed]:
    for code in expected.in_phases:
        held = [one for one in _under(course) if one.phase.code == code]
        closed = course.record.closed_as is not None
        if held and (closed or course.placed[-1].phase.code != code) and _absent(expected, held):
            yield held[-1]


def _under(course: Course) -> list[Placed]:
    """The sessions under this protocol: those of another one before it are not judged by it."""
    return [one for one in course.placed if one.rank > course.record.protocol_since]


def _absent(expected: ExpectedAttendee, held: Sequence[Placed]) -> bool:
    return all(_says_otherwise(expected, one.session.guests) for one in held)


def _says_otherwise(expected: ExpectedAttendee, guests: frozenset[Relationship] | None) -> bool:
    """Whether the session says who was there, and it was somebody else or nobody."""
    if guests is None:
        return False
    return not guests if expected.who == "significantOther" else Relationship(expected.who) not in guests
