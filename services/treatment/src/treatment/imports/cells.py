"""What one cell of a table says: a score, a day, a moment, a patient, an instrument; or why nothing."""

import re
from datetime import date

from casetrail_contracts.scalars import Moment
from treatment.definitions import Instruments
from treatment.domain.instruments import Instrument
from treatment.domain.refusals import InstrumentUnknown
from treatment.imports.form import Unreadable, checked_subject
from treatment.imports.table import Row

_WHOLE = re.compile(r"(-?[0-9]{1,4})(?:[.,]0{1,6})?")


def whole(row: Row, column: str) -> int | None:
    """A whole number, also as spreadsheets write it (`12.0`, `12,0`); None for an empty cell."""
    if column not in row.cells:
        return None
    found = _WHOLE.fullmatch(row.cells[column])
    if found is None:
        raise Unreadable("not a whole number", row.place(column))
    return int(found[1])


def moment(row: Row, column: str) -> Moment:
    """A date, as exactly as it is written, or a time with its offset. `03/04/2025` is not guessed at."""
    try:
        return Moment.parse(row.cells.get(column))
    except ValueError as error:
        reason = "neither a date as YYYY-MM-DD nor a time with its offset from UTC"
        raise Unreadable(reason, row.place(column)) from error


def day(row: Row, column: str) -> date:
    """A whole date."""
    try:
        return date.fromisoformat(row.cells.get(column, ""))
    except ValueError as error:
        raise Unreadable("not a date as YYYY-MM-DD", row.place(column)) from error


def subject(row: Row, column: str) -> str:
    """The patient's reference."""
    try:
        return checked_subject(row.cells.get(column, ""))
    except Unreadable as error:
        raise Unreadable(str(error), row.place(column)) from error


def instrument(instruments: Instruments, code: str, place: str | None = None) -> Instrument:
    """An installed instrument. Only known codes are named in the reason, not what was sent."""
    try:
        return instruments.get(code)
    except InstrumentUnknown as error:
        known = ", ".join(error.known)
        raise Unreadable(f"no such instrument; installed are {known}", place) from error
