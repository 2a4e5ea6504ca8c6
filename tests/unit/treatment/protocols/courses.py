"""Courses for the tests of protocols: weekly sessions that lack nothing, until a test takes it away."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from treatment.definitions.deviation_rules import shipped_deviation_rules
from treatment.definitions.protocols import shipped_protocols
from treatment.domain.deviations import CourseRecord, Deviation, HeldSession, Severity
from treatment.domain.protocols import Protocol

PROTOCOLS = shipped_protocols()
RULES = shipped_deviation_rules()
IPT16 = PROTOCOLS.get("IPT-16")
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def whole(number: int, **changes: object) -> HeldSession:
    """Session `s-<number>`, in the week of its number, with all that a session should have."""
    session = HeldSession(
        session_id=f"s-{number}",
        event_id=f"event-{number}",
        started_at=START + timedelta(weeks=number - 1),
        minutes=50,
        technique=True,
        risk_checked=True,
        measures=frozenset({"PHQ9", "GAD7", "MOOD10", "PHQ9A", "EMOTION_ID"}),
    )
    return replace(session, **changes)  # type: ignore[arg-type]


def course(attended: int, protocol: Protocol = IPT16, **changes: object) -> CourseRecord:
    """So many whole sessions, and everything that the protocol asks for, recorded in the first one."""
    record = CourseRecord(
        sessions=tuple(whole(number) for number in range(1, attended + 1)),
        artifacts={required.artifact: 1 for required in protocol.required},
    )
    return replace(record, **changes)  # type: ignore[arg-type]


def but(record: CourseRecord, number: int, **changes: object) -> CourseRecord:
    """The same course, and one session is otherwise."""
    sessions = tuple(
        whole(number, **changes) if one.session_id == f"s-{number}" else one for one in record.sessions
    )
    return replace(record, sessions=sessions)


def on(day: int, hour: int = 10) -> datetime:
    """So many days after the day of the first session."""
    return (START + timedelta(days=day)).replace(hour=hour)


def day(number: int) -> date:
    """The day of this session in a weekly course."""
    return (START + timedelta(weeks=number - 1)).date()


def keys(found: tuple[Deviation, ...]) -> list[tuple[str, Severity]]:
    """What was found and how grave it is."""
    return [(one.key, one.severity) for one in found]
