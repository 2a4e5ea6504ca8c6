"""Tables with one row per form: its total, its answers, or both."""

from collections import Counter
from collections.abc import Iterator, Mapping

from treatment.definitions import Instruments
from treatment.domain.instruments import Instrument
from treatment.imports import cells
from treatment.imports.form import (
    ImportedForm,
    Origin,
    Rejected,
    Score,
    Subject,
    Unreadable,
    checked_items,
    mean_of,
    total_of,
)
from treatment.imports.mapping import IF_CHANGED, LongTable
from treatment.imports.table import Row, Table

_MOST_ITEMS = 40
IF_SHIFTED = (
    "the mapping names no column with the sender's id of the form, so a form is known by its place among "
    "those of its day, and a row that was put in or taken out shifts the others: name that column as `form`"
)
"""What to do about other content, where forms have no id."""


def long_forms(
    table: Table, mapping: LongTable, instruments: Instruments
) -> Iterator[ImportedForm | Rejected]:
    """The forms of a table. Raises `Unreadable` when its columns are not those of the mapping."""
    items = _item_columns(table, mapping)
    named = (mapping.instrument, mapping.total, mapping.form)
    table.need(mapping.patient, mapping.date, *(column for column in named if column), *items.values())
    if mapping.instrument_code is not None:
        cells.instrument(instruments, mapping.instrument_code)
    of_one_day: Counter[tuple[Subject, str, str]] = Counter()
    for row in table.rows:
        if isinstance(row, Rejected):
            yield row
            continue
        try:
            form = _form(row, mapping, items, instruments, of_one_day)
        except Unreadable as error:
            yield error.at(f"line {row.line}")
            continue
        if form is not None:
            yield form


def _item_columns(table: Table, mapping: LongTable) -> Mapping[int, str]:
    """The columns of the answers by the number of their item."""
    if mapping.items is None:
        return {}
    named = {number: mapping.items.replace("{item}", str(number)) for number in range(1, _MOST_ITEMS + 1)}
    found = {number: column for number, column in named.items() if column in table.columns}
    if not found:
        raise Unreadable(f"no column is called {mapping.items}; {table.header}")
    return found


def _form(
    row: Row,
    mapping: LongTable,
    items: Mapping[int, str],
    instruments: Instruments,
    of_one_day: Counter[tuple[Subject, str, str]],
) -> ImportedForm | None:
    """The form of a row; None when the row holds no score at all."""
    if not row.cells.keys() & {mapping.total, *items.values()}:
        return None
    subject = cells.subject(row, mapping.patient)
    instrument = _instrument(row, mapping, instruments)
    taken_at = cells.moment(row, mapping.date)
    of_one_day[subject, instrument.code, str(taken_at)] += 1
    ordinal = of_one_day[subject, instrument.code, str(taken_at)]
    form_id = _form_id(row, mapping)
    occasion = form_id or f"{taken_at} {ordinal}"
    answers = {number: cells.whole(row, column) for number, column in items.items() if column in row.cells}
    taken, score = _scores(row, mapping, instrument, answers)
    return ImportedForm(
        subject=subject,
        instrument=instrument.code,
        taken_at=taken_at,
        origin=Origin(system=mapping.system, source=f"{occasion}|{instrument.code}"),
        place=f"line {row.line}",
        items=taken,
        reported_total=total_of(score),
        reported_mean=mean_of(score),
        items_sent=bool(answers),
        answer_mode=mapping.answers if taken else None,
        standing=mapping.standing,
        named=f"the {form_id}" if form_id else f"form {ordinal} of {instrument.code} on that day",
        if_changed=IF_CHANGED if form_id else IF_SHIFTED,
    )


def _scores(
    row: Row, mapping: LongTable, instrument: Instrument, answers: Mapping[int, int | None]
) -> tuple[tuple[int | None, ...] | None, Score | None]:
    """The answers as the instrument has them, and the score; at least one of them."""
    score = cells.score(row, mapping.total, instrument) if mapping.total else None
    taken = checked_items(instrument, answers, mapping.answers) if answers else None
    if taken is None and answers and instrument.items is not None:
        modes = " or ".join(instrument.items.answer_modes)
        raise Unreadable(f"say in the mapping how answers of {instrument.code} are meant: {modes}")
    if taken is None and score is None:
        raise Unreadable(f"{instrument.code} is taken by its total, and the row has none")
    return taken, score


def _form_id(row: Row, mapping: LongTable) -> str | None:
    """The sender's id of the form. Without one, a form is known by its place among those of its day."""
    if mapping.form is None:
        return None
    if mapping.form not in row.cells:
        raise Unreadable("the form has no id", row.place(mapping.form))
    return f"form {row.cells[mapping.form]}"


def _instrument(row: Row, mapping: LongTable, instruments: Instruments) -> Instrument:
    if mapping.instrument is None:
        return cells.instrument(instruments, mapping.instrument_code or "")
    place = row.place(mapping.instrument)
    return cells.instrument(instruments, row.cells.get(mapping.instrument, ""), place)
