"""A table of scores to forms, whichever of the two shapes it has."""

from typing import assert_never

from treatment.definitions import Instruments
from treatment.imports.form import Reading, Unreadable, gathered
from treatment.imports.long import long_forms
from treatment.imports.mapping import LongTable, Mapping, WideTable
from treatment.imports.table import open_table
from treatment.imports.wide import wide_forms


def read_scores(content: bytes, mapping: Mapping, instruments: Instruments) -> Reading:
    """The forms of a delimited table. Cells or rows that cannot be taken are rejected, the rest is read.

    Nothing is, where the table is none, or not that of the mapping: then it is `unreadable`.

    A form's identity holds no patient: it need only be unique within the patient's case, and an
    `assessmentId` from which the patient's reference could be guessed would outlive an erasure.
    """
    try:
        table = open_table(content, mapping.missing)
        match mapping:
            case WideTable():
                return gathered(wide_forms(table, mapping, instruments))
            case LongTable():
                return gathered(long_forms(table, mapping, instruments))
            case _:
                assert_never(mapping)
    except Unreadable as error:
        return Reading(unreadable=str(error))
