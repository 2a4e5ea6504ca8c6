"""Where a course departs from its protocol: facts that block nothing (domain reference 2.4)."""

from treatment.domain.deviations.asked import asked, gates_left_open, not_recorded
from treatment.domain.deviations.course import phase_now
from treatment.domain.deviations.deviation import Deviation, DeviationRules, Severity
from treatment.domain.deviations.expected import attendees_missing
from treatment.domain.deviations.judging import at_closing, at_focus_change, at_session, by_time, holding
from treatment.domain.deviations.record import (
    Agreed,
    CourseRecord,
    FocusChange,
    HeldSession,
    NotOnTrack,
    Pause,
    Planned,
    UnreviewedItem,
    Wait,
)

__all__ = [
    "Deviation",
    "DeviationRules",
    "Severity",
    "Agreed",
    "CourseRecord",
    "HeldSession",
    "FocusChange",
    "NotOnTrack",
    "Pause",
    "Planned",
    "UnreviewedItem",
    "asked",
    "Wait",
    "attendees_missing",
    "gates_left_open",
    "not_recorded",
    "at_session",
    "at_focus_change",
    "at_closing",
    "by_time",
    "holding",
    "phase_now",
]
