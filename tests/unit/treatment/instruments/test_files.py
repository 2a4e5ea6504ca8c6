"""The files of instruments: all can be used, and what is wrong in one is told with field and cure."""

from importlib.resources import files

import pytest

from treatment.definitions import DefinitionFaulty, read_instrument, shipped_instruments
from treatment.domain.instruments import Instrument

SHIPPED = shipped_instruments()
EACH = pytest.mark.parametrize("instrument", SHIPPED.by_code.values(), ids=lambda one: one.code)
HEAD = """code = "X1"
version = "1"
title = "X"
licence = "none"
direction = "higherIsWorse"
"""
TOTAL = HEAD + "total = { lowest = 0, highest = 6 }\n"
ITEMS = TOTAL + "[items]\ncount = 2\nlowest = 0\nhighest = 3\n"
MEAN = HEAD + 'total = { lowest = 0, highest = 6, formula = "mean" }\n'


def test_every_file_is_read_and_kept_as_it_is() -> None:
    folder = files("treatment.definitions") / "instruments"
    names = {entry.name for entry in folder.iterdir()}
    assert {f"{one.code}-{one.version}.toml" for one in SHIPPED.by_reference.values()} == names
    assert sorted(SHIPPED.texts.values()) == sorted(entry.read_bytes() for entry in folder.iterdir())


@EACH
def test_every_instrument_has_a_title_and_a_licence(instrument: Instrument) -> None:
    assert len(instrument.title) > 5
    assert instrument.licence.endswith(".") or instrument.licence == "none"


@EACH
def test_bands_cover_every_whole_score_once(instrument: Instrument) -> None:
    held = [
        sum(band.holds(score) for band in instrument.bands)
        for score in range(instrument.lowest, instrument.highest + 1)
    ]
    assert set(held) == ({1} if instrument.bands else {0})


@pytest.mark.parametrize(
    "code", ["BDI", "BDI2", "HRSD17", "TAS20", "IIP32", "SASSR", "LSAS", "MADRS", "WAISR"]
)
def test_what_may_not_be_shipped_is_stored_by_its_total(code: str) -> None:
    assert SHIPPED.get(code).items is None


def test_an_edited_file_has_another_digest() -> None:
    first, second = (read_instrument("X1-1.toml", (TOTAL + end).encode()) for end in ("", "# edited\n"))
    assert first.reference != second.reference


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(TOTAL + "wording = 'x'\n", "wording: unknown field", id="unknown field"),
        pytest.param(HEAD, "total: missing; add it", id="no total"),
        pytest.param(
            TOTAL
            + 'bands = [{ code = "a", lowest = 0, highest = 2 }, { code = "b", lowest = 4, highest = 6 }]\n',
            "bands 2: does not begin where the band before it ends; close the gap or the overlap",
            id="gap between bands",
        ),
        pytest.param(
            TOTAL
            + 'bands = [{ code = "a", lowest = 0, highest = 3 }, { code = "b", lowest = 3, highest = 6 }]\n',
            "bands 2: does not begin where the band before it ends; close the gap or the overlap",
            id="overlap of bands",
        ),
        pytest.param(
            MEAN
            + 'bands = [{ code = "a", lowest = 0, highest = 3 }, { code = "b", lowest = 4, highest = 6 }]\n',
            "bands 2: does not begin where the band before it ends; close the gap or the overlap",
            id="gap between bands of a mean",
        ),
        pytest.param(
            TOTAL + 'bands = [{ code = "a", lowest = 1, highest = 6 }]\n',
            "bands 1: begin with lowest = 0, as total does",
            id="bands begin too late",
        ),
        pytest.param(
            TOTAL + 'bands = [{ code = "a", lowest = 0, highest = 5 }]\n',
            "bands 1: end with highest = 6, as total does",
            id="bands end too early",
        ),
        pytest.param(
            TOTAL + 'bands = [{ code = "a", lowest = 0, above = 0, highest = 6 }]\n',
            "bands 1: say `lowest` or `above`, and `highest` or `below`",
            id="two beginnings",
        ),
        pytest.param(
            ITEMS.replace("count = 2", "count = 3"),
            "total: these items come to 0 to 9; correct the range or the items",
            id="items and total disagree",
        ),
        pytest.param(
            ITEMS + "[thresholds]\ncaseness = 7\n",
            "thresholds, caseness: no total is 7; take one of the range of total",
            id="threshold out of range",
        ),
        pytest.param(
            ITEMS + "[[risk_items]]\nnumber = 3\nreview_at = 1\nurgent_at = 2\n",
            "risk_items: only items 1 to 2 count; correct the number",
            id="risk item that is not there",
        ),
        pytest.param(
            ITEMS + "[[risk_items]]\nnumber = 1\nreview_at = 2\nurgent_at = 1\n",
            "risk_items 1, urgent_at: is below review_at; exchange them",
            id="urgent before review",
        ),
        pytest.param(
            ITEMS + "reverse = [1]\n",
            "items, answer_modes: name raw or position where items are reversed, and only there",
            id="reversed, but answers are points",
        ),
        pytest.param(
            ITEMS + 'answer_modes = ["raw"]\nreverse = [1, 1]\n',
            "items, reverse: an item is named twice; name it once",
            id="reversed twice",
        ),
        pytest.param(
            ITEMS + "unscored = [{ number = 4, lowest = 0, highest = 3 }]\n",
            "items, unscored: number them from 3, after those that count",
            id="unscored item out of order",
        ),
        pytest.param(
            ITEMS + '[codes]\nitems = ["44250-9"]\n',
            "codes, items: 1 codes for 2 items; name one for each",
            id="a code is missing",
        ),
        pytest.param(
            ITEMS + "[codes]\nanswers = { LA6568-5 = 4 }\n",
            "codes, answers: LA6568-5 is outside 0 to 3; correct it",
            id="answer code out of range",
        ),
        pytest.param(
            ITEMS.replace("highest = 6", 'highest = 6, formula = "sumOfMax"'),
            "total, domains: they belong to formula sumOfMax, and it needs them",
            id="maxima without domains",
        ),
        pytest.param(
            ITEMS.replace("highest = 6", 'highest = 6, formula = "sumOfMax", domains = [[1], [1]]'),
            "total, domains: name each item once",
            id="an item in two domains",
        ),
        pytest.param(
            TOTAL + '[[subscales]]\ncode = "a"\nitems = [1]\n',
            "items: missing; subscales, syndrome and domains need them",
            id="subscale without items",
        ),
    ],
)
def test_a_fault_is_told_with_file_field_and_cure(text: str, fault: str) -> None:
    with pytest.raises(DefinitionFaulty) as refused:
        read_instrument("X1-1.toml", text.encode())
    assert any(line.startswith(f"X1-1.toml: {fault}") for line in str(refused.value).splitlines()), (
        refused.value
    )
