"""Which column is what, said by a file or by options."""

from datetime import date

import pytest

from treatment.imports.mapping import (
    LongTable,
    Mapping,
    MappingFaulty,
    Scores,
    WideTable,
    read_mapping,
    scores_option,
)

ONE_DAY = """
shape = "wide"
patient = "id"
first_day = 2025-01-06
[[scores]]
instrument = "BDI"
column = "bdi_s{session}"
"""
DAY_BY_PATIENT = """
shape = "wide"
patient = "id"
first_day = "begun"
system = "ward-3"
missing = ["."]
[[scores]]
instrument = "PHQ9"
column = "w{session}_phq"
days_per_session = 14
day = 3
"""


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        (
            ONE_DAY,
            WideTable(
                patient="id",
                first_day=date(2025, 1, 6),
                scores=(Scores(instrument="BDI", column="bdi_s{session}"),),
            ),
        ),
        (
            DAY_BY_PATIENT,
            WideTable(
                patient="id",
                first_day="begun",
                system="ward-3",
                missing=(".",),
                scores=(Scores(instrument="PHQ9", column="w{session}_phq", days_per_session=14, day=3),),
            ),
        ),
        (
            'shape = "long"\npatient = "who"\ndate = "when"\ninstrument_code = "PHQ9"\nitems = "q{item}"\n',
            LongTable(patient="who", date="when", instrument_code="PHQ9", items="q{item}"),
        ),
    ],
    ids=["wide", "wide with everything", "long"],
)
def test_a_file_describes_a_table(text: str, mapping: Mapping) -> None:
    assert read_mapping("scores.toml", text.encode()) == mapping


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shape = ", "scores.toml: not TOML: "),
        ("\xff", "scores.toml: not UTF-8; save it again as UTF-8"),
        ('shape = "round"', 'scores.toml: the file: say shape = "wide" or "long"'),
        ('patient = "id"', 'scores.toml: the file: say shape = "wide" or "long"'),
        (
            'shape = "wide"\npatient = "id"\nfirst_day = "x"\nscores = []',
            "scores.toml: wide.scores: it must not be empty",
        ),
        ('shape = "long"\npatient = "id"', "scores.toml: long.date: it is needed, and is missing"),
        ('shape = "long"\npatient = 7\ndate = "x"', "long.patient: write it as text, in quotes"),
        (
            'shape = "long"\npatient = "i"\ndate = "x"\ninstrument = "c"\ntotal = "t"\nchanged = "correct"',
            "scores.toml: long: to correct forms, name the column with the sender's id of the form as `form`",
        ),
        (
            'shape = "long"\npatient = "id"\ndate = "x"\nchanged = "yes"',
            "long.changed: write 'reject' or 'correct'",
        ),
        ('shape = "long"\npatient = "id"\ndate = "x"\ntotal = "t"', "name the instrument by"),
        (
            'shape = "long"\npatient = "id"\ndate = "x"\ninstrument_code = "PHQ9"',
            "name the column of the total",
        ),
        ('shape = "long"\npatient = "id"\ndate = "x"\ninstrument_code = "PHQ9"\nitems = "q"', "write {item}"),
        ('shape = "long"\npatient = "id"\ndate = "x"\nunknown = 1', "long.unknown: there is no such key"),
    ],
)
def test_a_faulty_file_is_named_with_the_place(text: str, said: str) -> None:
    with pytest.raises(MappingFaulty) as faulty:
        read_mapping("scores.toml", text.encode("latin-1"))
    assert said in str(faulty.value)
    assert "Value error" not in str(faulty.value)


@pytest.mark.parametrize(
    ("column", "days"),
    [
        ("bdi_s0", 0),
        ("bdi_s12", 84),
        ("bdi_s", None),
        ("bdi_sx", None),
        ("xbdi_s1", None),
        ("bdi_s1_old", None),
    ],
)
def test_a_session_is_seven_days(column: str, days: int | None) -> None:
    assert Scores(instrument="BDI", column="bdi_s{session}").days(column) == days


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("BDI=bdi_s{session}", Scores(instrument="BDI", column="bdi_s{session}")),
        ("BDI=bdi_fu1@112", Scores(instrument="BDI", column="bdi_fu1", day=112)),
    ],
)
def test_an_option_names_instrument_column_and_day(text: str, scores: Scores) -> None:
    assert scores_option(text) == scores


@pytest.mark.parametrize("text", ["", "BDI", "bdi=x", "BDI=", "BDI=x@9999", "BDI={session}{session}"])
def test_an_option_that_is_not_understood_says_how_to_write_it(text: str) -> None:
    with pytest.raises(MappingFaulty, match="write INSTRUMENT=COLUMN"):
        scores_option(text)
