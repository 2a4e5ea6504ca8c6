"""The mood of a week, and forms that are to be filled in."""

from typing import assert_never

from casetrail_contracts.events.assessment import AssessmentScheduled, MoodRated
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import MeasureEntry
from treatment.domain.decisions.evidence import check_person
from treatment.domain.facts import Fact, not_in_the_future
from treatment.domain.refusals import InstrumentUnknown


def record(case: Case, entry: MeasureEntry, at: Moment, circumstances: Circumstances) -> list[Fact]:
    """The facts of an entry around the forms."""
    match entry:
        case AssessmentScheduled():
            known = {one.code for one in circumstances.definitions.instruments.values()}
            if entry.instrument not in known:
                raise InstrumentUnknown(entry.instrument, tuple(sorted(known)))
            return [Fact(payload=entry, at=at)]
        case MoodRated():
            check_mood(case, entry, circumstances)
            return [Fact(payload=entry, at=entry.at)]
        case _:
            assert_never(entry)


def check_mood(case: Case, rating: MoodRated, circumstances: Circumstances) -> None:
    """Raise unless it is of a time that came, and the people whom it names are known.

    Like a form or a risk check it may be recorded before its session is.
    """
    not_in_the_future(rating.at, circumstances.now, "at")
    for person_id in rating.linked_person_ids:
        check_person(case, person_id, "linkedPersonIds")
