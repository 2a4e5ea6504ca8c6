"""Risk items: their levels (domain reference 5.2), and that a missing one is never taken for a zero."""

import pytest

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.measure import AnswerMode
from treatment.definitions import shipped_instruments
from treatment.domain.instruments import score

INSTRUMENTS = shipped_instruments()
REVIEW, URGENT = RiskLevel.REVIEW, RiskLevel.URGENT
COUNTS = {"PHQ9": (9, 9), "PHQ9A": (9, 9), "EPDS": (10, 10), "CORE10": (10, 6), "QIDS16": (16, 12)}
"""How many items there are, and which of them is the risk item."""
MODES: dict[str, AnswerMode] = {"EPDS": "score", "CORE10": "score"}


def form(code: str, answer: int | None, others: int = 0) -> tuple[int | None, ...]:
    count, risk_item = COUNTS[code]
    return tuple(answer if number == risk_item else others for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("code", "levels"),
    [
        pytest.param("PHQ9", (None, REVIEW, URGENT, URGENT), id="PHQ-9 9: >= 1, urgent >= 2"),
        pytest.param("PHQ9A", (None, URGENT, URGENT, URGENT), id="PHQ-9A 9: urgent >= 1"),
        pytest.param("EPDS", (None, REVIEW, URGENT, URGENT), id="EPDS 10: >= 1, urgent >= 2"),
        pytest.param("CORE10", (None, REVIEW, URGENT, URGENT, URGENT), id="CORE-10 6: >= 1, urgent >= 2"),
        pytest.param("QIDS16", (None, REVIEW, URGENT, URGENT), id="QIDS 12: >= 1, urgent >= 2"),
    ],
)
def test_each_answer_has_its_level(code: str, levels: tuple[RiskLevel | None, ...]) -> None:
    instrument = INSTRUMENTS.get(code)
    found = [
        score(instrument, form(code, answer), answer_mode=MODES.get(code)) for answer in range(len(levels))
    ]
    assert [(one.risk_item_answered, one.risk_points, one.risk) for one in found] == [
        ("yes", points, level) for points, level in enumerate(levels)
    ]


@pytest.mark.parametrize("code", COUNTS)
def test_a_missing_risk_item_is_unanswered_and_not_zero(code: str) -> None:
    found = score(INSTRUMENTS.get(code), form(code, None, 1), answer_mode=MODES.get(code))
    assert (found.risk_item_answered, found.risk_points, found.risk) == ("no", None, None)


@pytest.mark.parametrize("code", COUNTS)
def test_a_total_alone_says_nothing_of_the_risk_item(code: str) -> None:
    found = score(INSTRUMENTS.get(code), None, 20)
    assert (found.risk_item_answered, found.risk_points, found.risk) == ("notAvailable", None, None)


def test_the_instruments_with_a_risk_item_are_these() -> None:
    found = {
        code: tuple(item.number for item in instrument.risk_items)
        for code, instrument in INSTRUMENTS.by_code.items()
        if instrument.risk_items
    }
    assert found == {code: (risk_item,) for code, (_, risk_item) in COUNTS.items()}


@pytest.mark.parametrize(
    ("items", "level"),
    [
        pytest.param((3, 3, 3, 2, 0, 0, 0, 0, 0, 1), REVIEW, id="total 12"),
        pytest.param((3, 3, 3, 3, 0, 0, 0, 0, 0, 1), URGENT, id="total 13"),
        pytest.param((3, 3, 3, 3, 3, 0, 0, 0, 0, 0), None, id="total 15, item 10 is 0"),
        pytest.param((3, 3, 3, 3, None, 0, 0, 0, 0, 1), URGENT, id="13 reached although one is missing"),
        pytest.param((3, 3, 3, 2, None, 0, 0, 0, 0, 1), REVIEW, id="13 not reached by what was answered"),
    ],
)
def test_epds_item_10_answered_1_is_urgent_with_a_total_of_13(
    items: tuple[int | None, ...], level: RiskLevel | None
) -> None:
    assert score(INSTRUMENTS.get("EPDS"), items, answer_mode="score").risk is level


def test_epds_item_10_answered_by_position_0_is_a_score_of_3_and_urgent() -> None:
    found = score(INSTRUMENTS.get("EPDS"), (0, 0, 3, 0, 3, 3, 3, 3, 3, 0), answer_mode="position")
    assert (found.total, found.risk_points, found.risk) == (3, 3, URGENT)


def test_a_positive_item_counts_although_there_is_no_score() -> None:
    found = score(INSTRUMENTS.get("PHQ9"), (None, None, None, 0, 0, 0, 0, 0, 2))
    assert (found.total, found.risk_item_answered, found.risk) == (None, "yes", URGENT)
