"""Tables with one row per patient and one column per score."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from casetrail_contracts.scalars import Moment, Precision
from treatment.definitions import Instruments
from treatment.domain.instruments import Instrument
from treatment.imports import cells
from treatment.imports.form import (
    ImportedForm,
    Origin,
    Rejected,
    Subject,
    Unreadable,
    mean_of,
    total_of,
)
from treatment.imports.mapping import IF_CHANGED, WideTable
from treatment.imports.table import Row, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Score:
    """A column that holds totals."""

    column: str
    instrument: Instrument
    days: int


def wide_forms(
    table: Table, mapping: WideTable, instruments: Instruments
) -> Iterator[ImportedForm | Rejected]:
    """The forms of a table. Raises `Unreadable` when its columns are not those of the mapping."""
    scores = _scores(table, mapping, instruments)
    lines: dict[Subject, int] = {}
    for row in table.rows:
        if isinstance(row, Rejected):
            yield row
            continue
        try:
            subject = _only_once(row, mapping.patient, lines)
            first_day = _first_day(row, mapping)
        except Unreadable as error:
            yield error.at(f"line {row.line}")
            continue
        for score in scores:
            if score.column in row.cells:
                yield _form(row, score, mapping, subject, first_day)


def _scores(table: Table, mapping: WideTable, instruments: Instruments) -> list[_Score]:
    """Every column with scores, each meant once."""
    found: dict[str, _Score] = {}
    for scores in mapping.scores:
        instrument = cells.instrument(instruments, scores.instrument)
        meant = {column: days for column in table.columns if (days := scores.days(column)) is not None}
        if not meant:
            raise Unreadable(f"no column is called {scores.column}; {table.header}")
        if found.keys() & meant.keys():
            raise Unreadable(f"columns called {scores.column} are meant twice; check the mapping")
        for column, days in meant.items():
            found[column] = _Score(column=column, instrument=instrument, days=days)
    day_column = [mapping.first_day] if isinstance(mapping.first_day, str) else []
    table.need(mapping.patient, *day_column, *found)
    return list(found.values())


def _only_once(row: Row, column: str, lines: dict[Subject, int]) -> Subject:
    """The patient, who has one row. `lines` remembers in which."""
    subject = cells.subject(row, column)
    if subject in lines:
        raise Unreadable(f"the patient stands in line {lines[subject]} already", row.place(column))
    lines[subject] = row.line
    return subject


def _first_day(row: Row, mapping: WideTable) -> date:
    match mapping.first_day:
        case str() as column:
            return cells.day(row, column)
        case date() as day:
            return day


def _form(
    row: Row, score: _Score, mapping: WideTable, subject: Subject, first_day: date
) -> ImportedForm | Rejected:
    place = row.place(score.column)
    try:
        found = cells.score(row, score.column, score.instrument)
        taken_on = first_day + timedelta(days=score.days)
        return ImportedForm(
            subject=subject,
            instrument=score.instrument.code,
            taken_at=Moment(datetime.combine(taken_on, time(), UTC), Precision.DAY),
            origin=Origin(system=mapping.system, source=f"{score.column}|{score.instrument.code}"),
            place=place,
            reported_total=total_of(found),
            reported_mean=mean_of(found),
            standing=mapping.standing,
            named=f"the form of {score.column}",
            if_changed=IF_CHANGED,
        )
    except Unreadable as error:
        return error.at(place)
    except OverflowError:
        return Rejected(place=place, reason="the day lies beyond the year 9999")
