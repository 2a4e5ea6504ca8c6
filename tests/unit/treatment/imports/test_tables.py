"""Tables of scores: one row per patient or one row per form, as the programs of this world write them."""

from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.treatment.imports.fhir import INSTRUMENTS, form

from casetrail_contracts.scalars import Moment
from treatment.domain.instruments import score
from treatment.imports.form import ImportedForm, Reading, Rejected
from treatment.imports.long import IF_SHIFTED
from treatment.imports.mapping import IF_CHANGED, LongTable, Scores, WideTable
from treatment.imports.scores import read_scores

WIDE = WideTable(
    patient="id",
    first_day=date(2025, 1, 6),
    scores=(
        Scores(instrument="BDI", column="bdi_s{session}"),
        Scores(instrument="BDI", column="bdi_fu1", day=112),
        Scores(instrument="BDI", column="bdi_fu2", day=168),
    ),
)
LONG = LongTable(patient="patient", date="date", instrument="instrument", total="total", items="q{item}")
LONG_HEADER = "patient,instrument,date,total,q1,q2,q3,q4,q5,q6,q7,q8,q9\n"


def wide(text: str, **changes: Any) -> Reading:
    return read_scores(text.encode(), WIDE.model_copy(update=changes), INSTRUMENTS)


def long(rows: str, **changes: Any) -> Reading:
    return read_scores(f"{LONG_HEADER}{rows}".encode(), LONG.model_copy(update=changes), INSTRUMENTS)


def bdi(subject: str, column: str, day: str, total: int, line: int) -> ImportedForm:
    return form(
        subject=subject,
        instrument="BDI",
        taken_at=Moment.parse(day),
        source=column,
        system="table",
        place=f"line {line}, column {column}",
        reported_total=total,
        named=f"the form of {column}",
        if_changed=IF_CHANGED,
    )


def row(source: str, place: str, instrument: str = "PHQ9", **fields: Any) -> ImportedForm:
    """A form of a table without ids; it is known by its day and its place in the day."""
    day, _, ordinal = source.partition(" ")
    return form(
        source=source,
        system="table",
        instrument=instrument,
        taken_at=Moment.parse(day),
        place=place,
        named=f"form {ordinal} of {instrument} on that day",
        if_changed=IF_SHIFTED,
        **fields,
    )


def test_the_series_of_43_people_are_563_forms() -> None:
    content = (files("treatment.embedded.demo") / "data" / "score-series.csv").read_bytes()
    reading = read_scores(content, WIDE, INSTRUMENTS)
    assert (len(reading.forms), reading.rejected) == (563, ())
    assert len({one.subject for one in reading.forms}) == 43
    assert len({(one.subject, one.assessment_id) for one in reading.forms}) == 563
    assert [one for one in reading.forms if one.subject.reference == "2"][:4] == [
        bdi("2", "bdi_s0", "2025-01-06", 26, 3),
        bdi("2", "bdi_s1", "2025-01-13", 26, 3),
        bdi("2", "bdi_s3", "2025-01-27", 26, 3),
        bdi("2", "bdi_s5", "2025-02-10", 27, 3),
    ]
    assert max(one.taken_at.at.date() for one in reading.forms) == date(2025, 6, 23)


@pytest.mark.parametrize(
    "text",
    [
        "id,bdi_s0,bdi_s1,bdi_fu1,bdi_fu2\n7,33,,12,\n",
        "id;bdi_s0;bdi_s1;bdi_fu1;bdi_fu2\r\n7;33;NA;12,0;\r\n",
        "\ufeffid\tbdi_s0\tbdi_s1\tbdi_fu1\tbdi_fu2\n7\t33.0\t\t12\n",
        'id|"bdi_s0"|bdi_s1|bdi_fu1|bdi_fu2\n"7"| 33 ||12|\n\n',
        "id,bdi_s0,bdi_s1,bdi_fu1,bdi_fu2\n7,33,,12,",
    ],
    ids=[
        "commas",
        "semicolons, NA, decimal comma",
        "byte order mark and tabs",
        "quotes and bars",
        "no last line break",
    ],
)
def test_a_table_is_read_as_its_program_wrote_it(text: str) -> None:
    assert wide(text) == Reading(
        forms=(bdi("7", "bdi_s0", "2025-01-06", 33, 2), bdi("7", "bdi_fu1", "2025-04-28", 12, 2))
    )


def test_the_first_day_can_stand_in_a_column() -> None:
    text = "id,begun,bdi_s2,bdi_fu1,bdi_fu2\n7,2024-12-24,5,,\n8,24.12.2024,6,,\n"
    assert wide(text, first_day="begun") == Reading(
        forms=(bdi("7", "bdi_s2", "2025-01-07", 5, 2),),
        rejected=(Rejected(place="line 3, column begun", reason="not a date as YYYY-MM-DD"),),
    )


def test_a_cell_that_is_no_score_is_rejected_and_the_rest_of_its_row_is_read() -> None:
    text = "id,bdi_s0,bdi_s1,bdi_s2,bdi_fu1,bdi_fu2\n7,33,Jane,64,1.5,8\n,1,2,3,4,5\n7,1,,,,\n8,1,2,3,4,5,6\n"
    assert wide(text) == Reading(
        forms=(bdi("7", "bdi_s0", "2025-01-06", 33, 2), bdi("7", "bdi_fu2", "2025-06-23", 8, 2)),
        rejected=(
            Rejected(place="line 2, column bdi_s1", reason="not a whole number"),
            Rejected(place="line 2, column bdi_s2", reason="the total of BDI is outside 0 to 63"),
            Rejected(place="line 2, column bdi_fu1", reason="not a whole number"),
            Rejected(place="line 3, column id", reason="no patient is named"),
            Rejected(place="line 4, column id", reason="the patient stands in line 2 already"),
            Rejected(place="line 5", reason="the row has more cells than the header"),
        ),
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file has no header"),
        (b"id,bdi_s0\n\xe9,1\n", "the file is not UTF-8; save it again as CSV UTF-8"),
        ("id,bdi_s0\n".encode("utf-16"), "the file is not UTF-8; save it again as CSV UTF-8"),
        (
            b"id,bdi_fu1,bdi_fu2\n",
            "no column is called bdi_s{session}; the header has: id, bdi_fu1, bdi_fu2",
        ),
        (
            b"name,bdi_s0,bdi_fu1,bdi_fu2\n",
            "the column id is not in the header; the header has: name, bdi_s0, bdi_fu1, bdi_fu2",
        ),
        (
            b"id,id,bdi_s0,bdi_fu1,bdi_fu2\n",
            "the column id is more than once in the header; the header has: id, id, bdi_s0, bdi_fu1, bdi_fu2",
        ),
        (
            b"Jane Doe,33,,12\n",
            (
                "no column is called bdi_s{session}; "
                "its first line looks like scores: put the names of the columns above it"
            ),
        ),
    ],
)
def test_a_table_that_is_not_the_mapped_one_is_unreadable(content: bytes, reason: str) -> None:
    """The header is listed, but no line that may be a patient's."""
    assert read_scores(content, WIDE, INSTRUMENTS) == Reading(unreadable=reason)


def test_the_line_in_which_excel_names_the_delimiter_is_no_header() -> None:
    assert wide("sep=;\r\nid;bdi_s0;bdi_fu1;bdi_fu2\r\n7;33;;\r\n") == Reading(
        forms=(bdi("7", "bdi_s0", "2025-01-06", 33, 3),)
    )


@pytest.mark.parametrize(
    ("cell", "mean"),
    [("5", "5"), ("5.2", "5.2"), ("5,25", "5.25"), ("5.0833333", "5.083")],
    ids=["whole", "decimal", "decimal comma", "finer than three places"],
)
def test_a_mean_is_read_where_the_instrument_is_scored_by_one(cell: str, mean: str) -> None:
    """Domain reference 3.8: MSPSS is a mean of 1 to 7."""
    assert long(f'p-1,MSPSS,2026-03-02,"{cell}"\n') == Reading(
        forms=(row("2026-03-02 1", "line 2", "MSPSS", reported_mean=Decimal(mean)),)
    )


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("7.5", "the mean of MSPSS is outside 1 to 7"), ("high", "not a number")],
)
def test_what_is_no_mean_is_rejected(cell: str, reason: str) -> None:
    expected = Rejected(place="line 2, column total", reason=reason)
    assert long(f"p-1,MSPSS,2026-03-02,{cell}\n") == Reading(rejected=(expected,))


def test_a_mapping_can_let_a_file_correct_what_is_stored() -> None:
    assert {one.standing for one in wide("id,bdi_s0,bdi_fu1,bdi_fu2\n7,33,,\n", changed="correct").forms} == {
        "corrected"
    }


def test_broken_quotes_end_the_reading_and_say_so() -> None:
    reading = wide('id,bdi_s0,bdi_fu1,bdi_fu2\n7,33,,\n8,"12,,\n9,5,,\n')
    assert reading == Reading(
        forms=(bdi("7", "bdi_s0", "2025-01-06", 33, 2),),
        rejected=(Rejected(place="below line 2", reason="the quoting is broken; nothing below was read"),),
    )


def test_a_row_is_a_form_with_its_answers_or_its_total() -> None:
    reading = long(
        "p-1,PHQ9,2026-03-02,10,0,0,0,1,2,1,3,2,1\n"
        "p-1,PHQ9,2026-03-02,,0,0,0,1,2,1,3,2,\n"
        "p-1,BDI,2026-03-01,33,,,,,,,,,\n"
        "p-1,BDI,2026-03-08,,,,,,,,,,\n"
    )
    assert reading == Reading(
        forms=(
            row("2026-03-01 1", "line 4", "BDI", reported_total=33),
            row(
                "2026-03-02 1",
                "line 2",
                items=(0, 0, 0, 1, 2, 1, 3, 2, 1),
                reported_total=10,
                items_sent=True,
            ),
            row(
                "2026-03-02 2",
                "line 3",
                items=(0, 0, 0, 1, 2, 1, 3, 2, None),
                items_sent=True,
            ),
        )
    )


def test_3_4_five_wsas_domains_are_one_form_and_an_empty_one_for_work_does_not_make_it_empty() -> None:
    """A sum in the table's own program would be empty, or too low."""
    (taken,) = long("p-1,WSAS,2026-03-02,,,4,4,4,8\n").forms
    scored = score(INSTRUMENTS.get("WSAS"), taken.items)
    assert (taken.items, scored.total, scored.prorated) == ((None, 4, 4, 4, 8), 25, True)


@pytest.mark.parametrize(
    ("row", "place", "reason"),
    [
        ("p-1,PHQ9,2026-03-02,300", "line 2, column total", "the total of PHQ9 is outside 0 to 27"),
        ("p-1,PHQ9,2026-03-02,,0,0,0,0,0,0,0,0,4", "line 2", "item 9 of PHQ9 is outside 0 to 3"),
        ("p-1,PHQ9,2026-03-02,,0,0,0,often", "line 2, column q4", "not a whole number"),
        (
            "p-1,PHQ9,02/03/2026,5",
            "line 2, column date",
            "neither a date as YYYY-MM-DD nor a time with its offset from UTC",
        ),
        (
            "p-1,PHQ9,,5",
            "line 2, column date",
            "neither a date as YYYY-MM-DD nor a time with its offset from UTC",
        ),
        (" ,PHQ9,2026-03-02,5", "line 2, column patient", "no patient is named"),
        ("p-1,BDI,2026-03-02,,1,1", "line 2", "BDI is taken by its total, and the row has none"),
        (
            "p-1,EPDS,2026-03-02,,1,1",
            "line 2",
            "say in the mapping how answers of EPDS are meant: score or position",
        ),
    ],
)
def test_a_row_that_is_no_form_is_rejected_with_its_place(row: str, place: str, reason: str) -> None:
    assert long(f"{row}\n") == Reading(rejected=(Rejected(place=place, reason=reason),))


def test_an_unknown_instrument_is_not_quoted_and_the_known_ones_are() -> None:
    (rejected,) = long("p-1,Jane Doe,2026-03-02,5\n").rejected
    assert rejected.place == "line 2, column instrument"
    assert "Jane" not in rejected.reason
    assert "PHQ9" in rejected.reason


def test_the_senders_id_of_a_form_is_its_identity() -> None:
    content = b"who,when,score,nr\np-1,2026-03-02,5,A 1\np-1,2026-03-02,6,\n"
    mapping = LongTable(patient="who", date="when", instrument_code="GAD7", total="score", form="nr")
    assert read_scores(content, mapping, INSTRUMENTS) == Reading(
        forms=(
            form(
                instrument="GAD7",
                taken_at=Moment.parse("2026-03-02"),
                source="form A 1",
                system="table",
                place="line 2",
                reported_total=5,
                named="the form A 1",
                if_changed=IF_CHANGED,
            ),
        ),
        rejected=(Rejected(place="line 3, column nr", reason="the form has no id"),),
    )


def test_the_identity_does_not_depend_on_the_patient() -> None:
    """The id of a form is never erased: nobody may find the patient's reference by trying them out."""
    first, second = wide("id,bdi_s0,bdi_fu1,bdi_fu2\n7,33,,\n8,20,,\n").forms
    assert first.assessment_id == second.assessment_id


@given(
    st.binary() | st.text().map(lambda text: f"id,bdi_s0,bdi_fu1,bdi_fu2\n{text}".encode(errors="replace"))
)
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    read_scores(content, WIDE, INSTRUMENTS)


@given(st.text().map(lambda text: f"{LONG_HEADER}{text}".encode(errors="replace")))
def test_no_rows_crash_the_reader(content: bytes) -> None:
    read_scores(content, LONG, INSTRUMENTS)
