"""What one cell of a table says: a score, a day, a moment, a patient, an instrument; or why nothing."""

import re
from datetime import date
from decimal import Decimal

from casetrail_contracts.scalars import Moment
from treatment.definitions import Instruments
from treatment.domain.instruments import Instrument
from treatment.domain.refusals import InstrumentUnknown
from treatment.imports.form import Score, Subject, Unreadable, checked_score, checked_subject
from treatment.imports.table import Row

_NUMBER = re.compile(r"(-?[0-9]{1,4})(?:[.,]([0-9]{1,9}))?")


def whole(row: Row, column: str) -> int | None:
    """A whole number, also as spreadsheets write it (`12.0`, `12,0`); None for an empty cell."""
    found = _number(row, column, "not a whole number")
    if found is not None and found != int(found):
        raise Unreadable("not a whole number", row.place(column))
    return None if found is None else int(found)


def score(row: Row, column: str, instrument: Instrument) -> Score | None:
    """A score of the instrument: a total, or a mean where it is scored by one; None for an empty cell."""
    found = _number(row, column, "not a number" if instrument.formula == "mean" else "not a whole number")
    try:
        return None if found is None else checked_score(instrument, found)
    except Unreadable as error:
        raise Unreadable(str(error), row.place(column)) from error


def _number(row: Row, column: str, reason: str) -> Decimal | None:
    if column not in row.cells:
        return None
    found = _NUMBER.fullmatch(row.cells[column])
    if found is None:
        raise Unreadable(reason, row.place(column))
    return Decimal(f"{found[1]}.{found[2]}" if found[2] else found[1])


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


def subject(row: Row, column: str) -> Subject:
    """The patient."""
    try:
        return Subject(reference=checked_subject(row.cells.get(column, "")))
    except Unreadable as error:
        raise Unreadable(str(error), row.place(column)) from error


def instrument(instruments: Instruments, code: str, place: str | None = None) -> Instrument:
    """An installed instrument. Only known codes are named in the reason, not what was sent."""
    try:
        return instruments.get(code)
    except InstrumentUnknown as error:
        known = ", ".join(error.known)
        raise Unreadable(f"no such instrument; installed are {known}", place) from error
