"""What a missing item does to the score of each instrument (domain reference 3.1 to 3.10)."""

from decimal import Decimal

import pytest

from casetrail_contracts.events.measure import AnswerMode, SubscaleScore
from treatment.definitions import shipped_instruments
from treatment.domain.instruments import Score, score

INSTRUMENTS = shipped_instruments()
MODES: dict[str, AnswerMode] = {"EPDS": "score", "CORE10": "score"}


@pytest.mark.parametrize(
    ("code", "most"),
    [
        pytest.param("PHQ9", 2, id="3.1 PHQ-9: 0 to 2"),
        pytest.param("PHQ9A", 2, id="3.1 PHQ-9A: as PHQ-9"),
        pytest.param("PHQ8", 2, id="3.2 PHQ-8: as PHQ-9"),
        pytest.param("PHQ2", 0, id="3.2 PHQ-2: none"),
        pytest.param("GAD7", 2, id="3.3 GAD-7: up to 2"),
        pytest.param("WSAS", 1, id="3.4 WSAS: 1"),
        pytest.param("WHO5", 0, id="3.5 WHO-5: none"),
        pytest.param("EPDS", 0, id="3.6 EPDS: none"),
        pytest.param("CESD", 4, id="3.7 CES-D: up to 4"),
        pytest.param("CORE10", 1, id="3.10 CORE-10: 1"),
        pytest.param("QIDS16", 0, id="3.10 QIDS: none"),
        pytest.param("DERS36", 0, id="3.9 DERS: none"),
        pytest.param("DERS18", 0, id="3.9 DERS-18: none"),
        pytest.param("DERS16", 0, id="3.9 DERS-16: none"),
    ],
)
def test_so_many_may_be_missing_and_no_more(code: str, most: int) -> None:
    instrument = INSTRUMENTS.get(code)
    assert instrument.items is not None
    count, middle = instrument.items.count, instrument.items.lowest + 1

    def total(missing: int) -> int | None:
        answers = (middle,) * (count - missing) + (None,) * missing
        return score(instrument, answers, answer_mode=MODES.get(code)).total

    assert [total(missing) is not None for missing in range(most + 2)] == [True] * (most + 1) + [False]


def test_cesd_is_the_mean_of_the_answered_times_20() -> None:
    items = (3, 3, 3, None, 3, 3, 3, None, 3, 3, 3, None, 3, 3, 3, None, 3, 3, 3, 2)
    assert score(INSTRUMENTS.get("CESD"), items) == Score(
        total=59, prorated=True, raw_prorated=Decimal("58.750"), answer_mode="raw"
    )


def test_core10_is_10_times_the_mean_of_the_answered() -> None:
    items = (2, 2, 2, 2, 2, 0, 2, 2, 1, None)
    found = score(INSTRUMENTS.get("CORE10"), items, answer_mode="score")
    assert (found.total, found.raw_prorated) == (17, Decimal("16.667"))


@pytest.mark.parametrize(
    ("items", "not_applicable", "expected"),
    [
        pytest.param(
            (None, 5, 5, 5, 6),
            (),
            Score(
                total=26,
                prorated=True,
                raw_prorated=Decimal("26.250"),
                band="moderatelySevere",
                items_applicable=5,
                total_scaled=Decimal(26),
            ),
            id="item 1 missing: five items, one replaced",
        ),
        pytest.param(
            (None, 5, 5, 5, 6),
            (1,),
            Score(total=21, band="moderatelySevere", items_applicable=4, total_scaled=Decimal("26.25")),
            id="item 1 not applicable: four items, none missing",
        ),
        pytest.param(
            (None, 5, 5, 5, None),
            (1,),
            Score(
                total=20,
                prorated=True,
                raw_prorated=Decimal(20),
                band="significant",
                items_applicable=4,
                total_scaled=Decimal(25),
            ),
            id="not applicable and one missing",
        ),
        pytest.param(
            (None, 5, 5, None, None), (1,), Score(items_applicable=4), id="not applicable and two missing"
        ),
    ],
)
def test_wsas_item_1_missing_is_not_item_1_not_applicable(
    items: tuple[int | None, ...], not_applicable: tuple[int, ...], expected: Score
) -> None:
    assert score(INSTRUMENTS.get("WSAS"), items, not_applicable=frozenset(not_applicable)) == expected


def test_a_wsas_total_alone_is_scaled_when_it_is_said_that_item_1_does_not_apply() -> None:
    wsas = INSTRUMENTS.get("WSAS")
    assert score(wsas, None, 24) == Score(total=24, band="moderatelySevere")
    assert score(wsas, None, 24, not_applicable=frozenset({1})) == Score(
        total=24, band="moderatelySevere", items_applicable=4, total_scaled=Decimal(30)
    )


def mspss(*missing: int) -> Score:
    """All 4 in the first half, all 6 in the second, but for these."""
    items = tuple(None if n in missing else 4 if n <= 6 else 6 for n in range(1, 13))
    return score(INSTRUMENTS.get("MSPSS"), items)


def test_mspss_takes_the_mean_of_the_rest_with_one_missing_in_each_subscale() -> None:
    # Significant other 1, 2, 5, 10; family 3, 4, 8, 11; friends 6, 7, 9, 12.
    assert mspss(10, 11, 12) == Score(
        mean=Decimal("4.667"),
        prorated=True,
        band="moderate",
        subscales=(
            SubscaleScore(code="significantOther", mean=Decimal(4)),
            SubscaleScore(code="family", mean=Decimal("4.667")),
            SubscaleScore(code="friends", mean=Decimal("5.333")),
        ),
    )


def test_mspss_has_no_score_with_two_missing_in_one_subscale() -> None:
    assert mspss(1, 2) == Score(
        subscales=(
            SubscaleScore(code="significantOther"),
            SubscaleScore(code="family", mean=Decimal(5)),
            SubscaleScore(code="friends", mean=Decimal("5.5")),
        )
    )


def test_a_ders_subscale_is_scored_although_another_one_misses_an_item() -> None:
    items = (None, *(3,) * 35)
    found = score(INSTRUMENTS.get("DERS36"), items)
    assert (found.total, found.subscales) == (
        None,
        (
            SubscaleScore(code="nonacceptance", total=18, mean=Decimal(3)),
            SubscaleScore(code="goals", total=15, mean=Decimal(3)),
            SubscaleScore(code="impulse", total=18, mean=Decimal(3)),
            SubscaleScore(code="awareness", total=18, mean=Decimal(3)),
            SubscaleScore(code="strategies", total=24, mean=Decimal(3)),
            SubscaleScore(code="clarity"),
        ),
    )


def test_a_reported_total_of_a_form_that_misses_too_much_does_not_become_its_score() -> None:
    found = score(INSTRUMENTS.get("PHQ9"), (1, 1, 1, 1, 1, 1, None, None, None), 9)
    assert found == Score(risk_item_answered="no")
