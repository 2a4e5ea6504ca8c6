"""The told case "Mariana": a casebook's course of IPT for an adolescent, twelve sessions.

The facts are those of the casebook (domain reference 6.3, source S19); the days between them are ours, and so
are the answers of the one form, since the casebook gives no form of the visit that it tells of.
"""

from collections.abc import Sequence
from datetime import datetime

from treatment.embedded.demo.told.mariana.initial_phase import KEY, first_session, initial_phase
from treatment.embedded.demo.told.mariana.middle_and_ending import ending, middle_phase
from treatment.embedded.demo.told.step import Course, Step, Weeks


def steps(first_day: datetime) -> Sequence[Step]:
    """The course in order."""
    weeks = Weeks(KEY, first_day, "America/New_York")
    return (*first_session(weeks), *initial_phase(weeks), *middle_phase(weeks), *ending(weeks))


MARIANA = Course(key=KEY, title='"Mariana", IPT for an adolescent (domain reference 6.3 A)', steps=steps)
