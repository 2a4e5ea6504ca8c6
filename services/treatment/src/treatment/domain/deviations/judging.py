"""When which rule is asked. Each answer is a whole one: who has told a key before tells it not again."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from treatment.domain.deviations.course import Course, course_of, newest
from treatment.domain.deviations.deviation import Deviation, DeviationRules
from treatment.domain.deviations.initial_phase import (
    focus_changed_late,
    focus_missing,
    formulation_missing,
    inventory_incomplete,
)
from treatment.domain.deviations.length import (
    course_too_long,
    ending_not_prepared,
    held_beyond_the_end,
    phase_overrun,
    wrong_number_of_sessions,
)
from treatment.domain.deviations.record import CourseRecord
from treatment.domain.deviations.rhythm import cadence_slip, gap_exceeded
from treatment.domain.deviations.session_rules import (
    measure_missed,
    no_homework_or_technique,
    review_missing,
    risk_unchecked,
    significant_other_without_consent,
    wrong_length,
)
from treatment.domain.protocols import Protocol


def at_session(
    protocol: Protocol, rules: DeviationRules, record: CourseRecord, held: str | None = None
) -> tuple[Deviation, ...]:
    """What can be said when the session `held` is appended, which is already one of the record.

    About that session and the newest one only the rules decide that do not wait for later entries.
    """
    course = course_of(protocol, rules, record, _open_sessions(record, held))
    return _applying(protocol, _of_sessions(course))


def at_focus_change(protocol: Protocol, rules: DeviationRules, record: CourseRecord) -> tuple[Deviation, ...]:
    """What can be said when the problem area is changed."""
    return _applying(protocol, focus_changed_late(course_of(protocol, rules, record, frozenset())))


def at_closing(protocol: Protocol, rules: DeviationRules, record: CourseRecord) -> tuple[Deviation, ...]:
    """What can be said when the case is closed; `record.closed_as` says how. All sessions are settled."""
    course = course_of(protocol, rules, record, frozenset())
    return _applying(protocol, _of_closing(course))


def by_time(
    protocol: Protocol, rules: DeviationRules, record: CourseRecord, now: datetime
) -> tuple[Deviation, ...]:
    """What elapsed time shows, for the patient who vanished; `now` is aware. Nothing of a closed case."""
    last = newest(record)
    if record.closed_as is not None:
        return ()
    today = now.astimezone(last.started_at.tzinfo if last is not None else UTC).date()
    waited = (today - last.started_at.date()).days if last is not None else 0
    unsettled = frozenset() if waited >= rules.settled_after_days else _open_sessions(record, None)
    course = course_of(protocol, rules, record, unsettled)
    return _applying(
        protocol,
        (*_of_sessions(course), *gap_exceeded(course, today), *course_too_long(course, today)),
    )


def holding(
    protocol: Protocol, rules: DeviationRules, record: CourseRecord, now: datetime
) -> tuple[Deviation, ...]:
    """All that is true at this moment: after a correction, what was told and is not here is withdrawn."""
    if record.closed_as is not None:
        return at_closing(protocol, rules, record)
    found = (
        *at_session(protocol, rules, record),
        *by_time(protocol, rules, record, now),
        *at_focus_change(protocol, rules, record),
    )
    return _once(found)


def _open_sessions(record: CourseRecord, held: str | None) -> frozenset[str]:
    """The sessions about which more may still be entered."""
    last = newest(record)
    if record.closed_as is not None or last is None:
        return frozenset()
    return frozenset({last.session_id, held or last.session_id})


def _of_sessions(course: Course) -> Iterator[Deviation]:
    yield from focus_missing(course)
    yield from formulation_missing(course)
    yield from inventory_incomplete(course)
    yield from phase_overrun(course)
    yield from held_beyond_the_end(course)
    yield from cadence_slip(course)
    yield from gap_exceeded(course)
    yield from measure_missed(course)
    yield from no_homework_or_technique(course)
    yield from risk_unchecked(course)
    yield from significant_other_without_consent(course)
    yield from review_missing(course)
    yield from wrong_length(course)
    if course.placed:
        yield from course_too_long(course, course.placed[-1].on)


def _of_closing(course: Course) -> Iterator[Deviation]:
    yield from _of_sessions(course)
    yield from focus_changed_late(course)
    yield from wrong_number_of_sessions(course)
    yield from ending_not_prepared(course)


def _applying(protocol: Protocol, found: Iterable[Deviation]) -> tuple[Deviation, ...]:
    """Those whose rule the protocol applies."""
    return _once(one for one in found if one.rule in protocol.rules)


def _once(found: Iterable[Deviation]) -> tuple[Deviation, ...]:
    return tuple({one.key: one for one in found}.values())
