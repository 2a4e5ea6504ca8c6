"""The rows of the tables of domain reference 3.0 to 3.10: what each definition says."""

from decimal import Decimal

import pytest

from treatment.definitions import shipped_instruments
from treatment.domain.instruments import Subscale, Thresholds

INSTRUMENTS = shipped_instruments().by_code
WORSE, BETTER = "higherIsWorse", "higherIsBetter"


@pytest.mark.parametrize(
    ("code", "items", "total", "direction", "recall"),
    [
        pytest.param("PHQ9", (9, 0, 3), (0, 27), WORSE, 14, id="3.1 PHQ-9"),
        pytest.param("PHQ9A", (9, 0, 3), (0, 27), WORSE, 14, id="3.1 PHQ-9 for teens"),
        pytest.param("PHQ2", (2, 0, 3), (0, 6), WORSE, 14, id="3.2 PHQ-2"),
        pytest.param("PHQ8", (8, 0, 3), (0, 24), WORSE, 14, id="3.2 PHQ-8"),
        pytest.param("GAD7", (7, 0, 3), (0, 21), WORSE, 14, id="3.3 GAD-7"),
        pytest.param("WSAS", (5, 0, 8), (0, 40), WORSE, 0, id="3.4 WSAS"),
        pytest.param("WHO5", (5, 0, 5), (0, 25), BETTER, 14, id="3.5 WHO-5"),
        pytest.param("EPDS", (10, 0, 3), (0, 30), WORSE, 7, id="3.6 EPDS"),
        pytest.param("CESD", (20, 0, 3), (0, 60), WORSE, 7, id="3.7 CES-D"),
        pytest.param("CESDR", None, (0, 60), WORSE, 0, id="3.7 CESD-R"),
        pytest.param("MSPSS", (12, 1, 7), (1, 7), BETTER, 0, id="3.8 MSPSS"),
        pytest.param("DERS36", (36, 1, 5), (36, 180), WORSE, 0, id="3.9 DERS"),
        pytest.param("DERS18", (18, 1, 5), (18, 90), WORSE, 0, id="3.9 DERS-18"),
        pytest.param("DERS16", (16, 1, 5), (16, 80), WORSE, 0, id="3.9 DERS-16"),
        pytest.param("DERS_AC", (11, 1, 5), (11, 55), WORSE, 0, id="3.9 DERS Awareness and Clarity"),
        pytest.param("EMOTION_ID", None, (0, 10), BETTER, 0, id="3.9 clinician's rating"),
        pytest.param("CORE10", (10, 0, 4), (0, 40), WORSE, 7, id="3.10 CORE-10"),
        pytest.param("QIDS16", (16, 0, 3), (0, 27), WORSE, 7, id="3.10 QIDS-SR16"),
        pytest.param("HRSD17", None, (0, 52), WORSE, 7, id="3.10 HRSD-17"),
        pytest.param("MOOD10", None, (1, 10), WORSE, 7, id="3.10 MOOD10"),
        pytest.param("GBO", None, (0, 10), BETTER, 0, id="1.5 GBO"),
        pytest.param("GAS", None, (-2, 2), BETTER, 0, id="1.5 GAS"),
        pytest.param("BDI", None, (0, 63), WORSE, 7, id="3.0 BDI"),
        pytest.param("BDI2", None, (0, 63), WORSE, 14, id="3.0 BDI-II"),
        pytest.param("TAS20", None, (20, 100), WORSE, 0, id="3.0 TAS-20"),
        pytest.param("IIP32", None, (0, 128), WORSE, 0, id="3.0 IIP-32"),
        pytest.param("SASSR", None, (1, 5), WORSE, 14, id="3.0 SAS-SR"),
        pytest.param("LSAS", None, (0, 144), WORSE, 7, id="3.0 LSAS"),
        pytest.param("MADRS", None, (0, 60), WORSE, 7, id="3.0 MADRS"),
        pytest.param("WAISR", None, (12, 60), BETTER, 0, id="3.0 WAI-SR"),
    ],
)
def test_items_range_direction_and_recall(
    code: str, items: tuple[int, int, int] | None, total: tuple[int, int], direction: str, recall: int
) -> None:
    found = INSTRUMENTS[code]
    rule = found.items
    assert (
        rule and (rule.count, rule.lowest, rule.highest),
        (found.lowest, found.highest),
        found.direction,
        found.recall_days,
    ) == (items, total, direction, recall)


def test_no_instrument_is_missing_from_that_table() -> None:
    marks = [mark for mark in test_items_range_direction_and_recall.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    assert {row.values[0] for mark in marks for row in mark.args[1]} == set(INSTRUMENTS)


@pytest.mark.parametrize(
    ("code", "thresholds"),
    [
        pytest.param(
            "PHQ9",
            Thresholds(
                caseness=10,
                reliable_change=6,
                mcid=5,
                mcid_percent_of_baseline=20,
                remission_below=5,
                response_percent=50,
            ),
            id="3.1 PHQ-9: caseness, reliable change, MCID, remission and response",
        ),
        pytest.param("PHQ2", Thresholds(caseness=3), id="3.2 PHQ-2: positive >= 3"),
        pytest.param("PHQ8", Thresholds(caseness=10), id="3.2 PHQ-8: same cut-off"),
        pytest.param(
            "GAD7",
            Thresholds(caseness=8, screening=10, reliable_change=4),
            id="3.3 GAD-7: caseness, diagnostic screen, reliable change",
        ),
        pytest.param(
            "WSAS", Thresholds(caseness=10, reliable_change=8, mcid=8), id="3.4 WSAS: caseness, change"
        ),
        pytest.param(
            "WHO5", Thresholds(caseness=12, mcid_percentage_points=10), id="3.5 WHO-5: raw < 13, 10 points"
        ),
        pytest.param(
            "EPDS", Thresholds(caseness=13, screening=10, reliable_change=4), id="3.6 EPDS: 10, 13, change 4"
        ),
        pytest.param("CESD", Thresholds(caseness=16), id="3.7 CES-D: >= 16, change not confirmed"),
        pytest.param("CESDR", Thresholds(caseness=17), id="3.7 CESD-R: 17"),
        pytest.param("MSPSS", Thresholds(reliable_change=Decimal("1.15")), id="3.8 MSPSS: RCI 1.15"),
        pytest.param("DERS36", Thresholds(), id="3.9 DERS: no official cut-off"),
        pytest.param("CORE10", Thresholds(caseness=11, reliable_change=6), id="3.10 CORE-10: 11, 6"),
        pytest.param("HRSD17", Thresholds(remission_below=8), id="3.10 HRSD-17: remission <= 7"),
        pytest.param("GBO", Thresholds(reliable_change=Decimal("2.45")), id="1.5 GBO: 2.45 a goal"),
    ],
)
def test_thresholds(code: str, thresholds: Thresholds) -> None:
    assert INSTRUMENTS[code].thresholds == thresholds


@pytest.mark.parametrize(
    ("code", "modes", "reverse"),
    [
        pytest.param("PHQ9", ("score",), (), id="3.1 PHQ-9: none"),
        pytest.param("GAD7", ("score",), (), id="3.3 GAD-7: none"),
        pytest.param("WHO5", ("score",), (), id="3.5 WHO-5: none"),
        pytest.param("EPDS", ("score", "position"), (3, 5, 6, 7, 8, 9, 10), id="3.6 EPDS: by position"),
        pytest.param("CESD", ("raw",), (4, 8, 12, 16), id="3.7 CES-D"),
        pytest.param("MSPSS", ("score",), (), id="3.8 MSPSS: none"),
        pytest.param("DERS36", ("raw",), (1, 2, 6, 7, 8, 10, 17, 20, 22, 24, 34), id="3.9 DERS"),
        pytest.param("DERS18", ("raw",), (1, 4, 6), id="3.9 DERS-18: all in Awareness"),
        pytest.param("DERS16", ("score",), (), id="3.9 DERS-16: none"),
        pytest.param("CORE10", ("raw", "score"), (2, 3), id="3.10 CORE-10: support, coping"),
        pytest.param("QIDS16", ("score",), (), id="3.10 QIDS: none"),
    ],
)
def test_reverse_items(code: str, modes: tuple[str, ...], reverse: tuple[int, ...]) -> None:
    rule = INSTRUMENTS[code].items
    assert rule is not None
    assert (rule.answer_modes, rule.reverse) == (modes, frozenset(reverse))


@pytest.mark.parametrize(
    ("code", "subscales"),
    [
        pytest.param(
            "MSPSS",
            {"significantOther": (1, 2, 5, 10), "family": (3, 4, 8, 11), "friends": (6, 7, 9, 12)},
            id="3.8 MSPSS",
        ),
        pytest.param(
            "DERS36",
            {
                "nonacceptance": (11, 12, 21, 23, 25, 29),
                "goals": (13, 18, 20, 26, 33),
                "impulse": (3, 14, 19, 24, 27, 32),
                "awareness": (2, 6, 8, 10, 17, 34),
                "strategies": (15, 16, 22, 28, 30, 31, 35, 36),
                "clarity": (1, 4, 5, 7, 9),
            },
            id="3.9 DERS",
        ),
    ],
)
def test_subscales(code: str, subscales: dict[str, tuple[int, ...]]) -> None:
    assert INSTRUMENTS[code].subscales == tuple(
        Subscale(code=name, items=items) for name, items in subscales.items()
    )


def test_ders18_has_three_items_a_subscale_and_reverses_awareness() -> None:
    ders = INSTRUMENTS["DERS18"]
    assert ders.items is not None
    assert [len(one.items) for one in ders.subscales] == [3] * 6
    assert ders.items.reverse == frozenset(*(one.items for one in ders.subscales if one.code == "awareness"))


def test_ders_ac_takes_its_items_and_their_direction_from_the_long_form() -> None:
    numbers = (1, 2, 4, 5, 6, 7, 8, 9, 10, 17, 34)
    long, short = INSTRUMENTS["DERS36"], INSTRUMENTS["DERS_AC"]
    assert long.items is not None
    assert short.items is not None
    named = {one.code: {numbers[place - 1] for place in one.items} for one in short.subscales}
    assert named == {one.code: set(one.items) for one in long.subscales if one.code in named}
    assert {numbers[place - 1] for place in short.items.reverse} == long.items.reverse & set(numbers)


def test_qids_counts_nine_domains() -> None:
    assert INSTRUMENTS["QIDS16"].domains == (
        (1, 2, 3, 4),
        (5,),
        (6, 7, 8, 9),
        (10,),
        (11,),
        (12,),
        (13,),
        (14,),
        (15, 16),
    )


def test_phq9_asks_a_tenth_item_that_is_not_counted() -> None:
    rule = INSTRUMENTS["PHQ9"].items
    assert rule is not None
    assert [(item.number, item.lowest, item.highest) for item in rule.unscored] == [(10, 0, 3)]
