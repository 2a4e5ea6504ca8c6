"""Codes of other systems: each stands where it belongs (domain reference 3.1 to 3.10)."""

import pytest

from treatment.definitions import shipped_instruments

INSTRUMENTS = shipped_instruments().by_code
PHQ9, GAD7 = INSTRUMENTS["PHQ9"], INSTRUMENTS["GAD7"]
PHQ9_ITEMS = (
    "44250-9",
    "44255-8",
    "44259-0",
    "44254-1",
    "44251-7",
    "44258-2",
    "44252-5",
    "44253-3",
    "44260-8",
    "69722-7",
)


@pytest.mark.parametrize(
    ("code", "panel", "total"),
    [
        pytest.param("PHQ9", "44249-1", "44261-6", id="3.1 PHQ-9"),
        pytest.param("PHQ9A", "89206-7", "89204-2", id="3.1 PHQ-9 for teens"),
        pytest.param("PHQ2", "55757-9", "55758-7", id="3.2 PHQ-2"),
        pytest.param("GAD7", "69737-5", "70274-6", id="3.3 GAD-7"),
        pytest.param("EPDS", "71354-5", "99046-5", id="3.6 EPDS"),
        pytest.param("CESDR", None, "89205-9", id="3.7 CESD-R"),
        pytest.param("PHQ8", None, None, id="3.2 PHQ-8: none confirmed"),
        pytest.param("WSAS", None, None, id="3.4 WSAS: none confirmed"),
        pytest.param("WHO5", None, None, id="3.5 WHO-5: none confirmed"),
        pytest.param("CESD", None, None, id="3.7 CES-D: none confirmed"),
        pytest.param("MSPSS", None, None, id="3.8 MSPSS: none confirmed"),
    ],
)
def test_loinc_of_form_and_total(code: str, panel: str | None, total: str | None) -> None:
    assert (INSTRUMENTS[code].codes.panel, INSTRUMENTS[code].codes.total) == (panel, total)


def test_either_code_of_epds_is_taken_for_its_total() -> None:
    codes = INSTRUMENTS["EPDS"].codes
    assert [codes.is_total(code) for code in ("99046-5", "71354-5", "44261-6")] == [True, True, False]


@pytest.mark.parametrize(
    ("code", "snomed"),
    [
        pytest.param(
            "PHQ9",
            {
                "score": "720433000",
                "scoreOlderUk": "506701000000100",
                "scaleUk": "758711000000105",
                "procedure": "715252007",
            },
            id="3.1 PHQ-9",
        ),
        pytest.param(
            "PHQ2", {"scoreUk": "836541000000100", "procedureUs": "454711000124102"}, id="3.2 PHQ-2"
        ),
        pytest.param("GAD7", {"score": "445455005"}, id="3.3 GAD-7"),
        pytest.param("WSAS", {}, id="3.4 WSAS: none confirmed"),
        pytest.param("WHO5", {"scale": "1144665009"}, id="3.5 WHO-5"),
        pytest.param("CORE10", {"scoreUk": "958051000000104"}, id="3.10 CORE-10"),
    ],
)
def test_snomed(code: str, snomed: dict[str, str]) -> None:
    assert dict(INSTRUMENTS[code].codes.snomed) == snomed


@pytest.mark.parametrize(
    ("number", "code", "key"),
    [pytest.param(n, code, f"phq9.{n}", id=f"3.1 phq9.{n}") for n, code in enumerate(PHQ9_ITEMS, start=1)],
)
def test_phq9_items_are_mapped_by_table(number: int, code: str, key: str) -> None:
    assert (PHQ9.codes.item_number(code), PHQ9.item_key(number)) == (number, key)


def test_phq9_items_are_not_in_numeric_order() -> None:
    assert PHQ9.codes.items == PHQ9_ITEMS
    assert PHQ9.codes.items != tuple(sorted(PHQ9_ITEMS))


def test_phq8_and_phq2_share_the_items_of_phq9() -> None:
    assert (INSTRUMENTS["PHQ8"].codes.items, INSTRUMENTS["PHQ2"].codes.items) == (
        PHQ9_ITEMS[:8],
        PHQ9_ITEMS[:2],
    )


def test_gad7_items_6_and_7_are_not_swapped() -> None:
    items = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")
    assert GAD7.codes.items == items
    assert (GAD7.codes.item_number("69689-8"), GAD7.codes.item_number("69736-7")) == (6, 7)


@pytest.mark.parametrize("code", ["PHQ9", "PHQ8", "PHQ2", "GAD7"])
def test_answers_are_mapped_by_table(code: str) -> None:
    found = [
        INSTRUMENTS[code].answer_of(1, answer) for answer in ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
    ]
    assert found == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        pytest.param("LA6572-7", 0, id="not difficult"),
        pytest.param("LA6573-5", 1, id="somewhat"),
        pytest.param("LA6575-0", 2, id="very: not monotone"),
        pytest.param("LA6574-3", 3, id="extremely: not monotone"),
    ],
)
def test_difficulty_has_answers_of_its_own(answer: str, value: int) -> None:
    assert (PHQ9.answer_of(10, answer), PHQ9.answer_of(9, answer)) == (value, None)


def test_an_answer_of_another_item_is_no_answer() -> None:
    assert (PHQ9.answer_of(10, "LA6568-5"), PHQ9.codes.item_number("69725-0")) == (None, None)


def test_each_severity_of_phq9_has_its_interpretation() -> None:
    assert [(band.lowest, band.highest, band.snomed) for band in PHQ9.bands] == [
        (0, 4, "371928007"),
        (5, 9, "255604002"),
        (10, 14, "1255665007"),
        (15, 19, "371924009"),
        (20, 27, "24484000"),
    ]


def test_totals_are_counted_in_scores() -> None:
    assert {one.codes.unit for one in INSTRUMENTS.values()} == {"{score}"}


def test_no_code_names_two_instruments() -> None:
    found = [
        code
        for one in INSTRUMENTS.values()
        for code in (one.codes.panel, one.codes.total, *one.codes.snomed.values())
        if code is not None
    ]
    assert len(set(found)) == len(found)
