"""A score that the sender computed is compared with the items (domain reference 3.11)."""

from decimal import Decimal

import pytest

from treatment.definitions import shipped_instruments
from treatment.domain.instruments import score

INSTRUMENTS = shipped_instruments()
MSPSS = INSTRUMENTS.get("MSPSS")


@pytest.mark.parametrize(
    ("reported", "mismatch"),
    [
        pytest.param(8, False, id="the same"),
        pytest.param(9, True, id="another"),
        pytest.param(None, False, id="none"),
    ],
)
def test_another_total_is_a_mismatch(reported: int | None, mismatch: bool) -> None:
    found = score(INSTRUMENTS.get("PHQ9"), (1,) * 8 + (0,), reported)
    assert (found.total, found.total_mismatch) == (8, mismatch)


def test_a_prorated_total_agrees_with_its_rounded_figure() -> None:
    items = (2, 2, 2, 2, 2, 2, 0, None, 0)
    assert [score(INSTRUMENTS.get("PHQ9"), items, total).total_mismatch for total in (13, 14)] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("reported", "mismatch"),
    [
        pytest.param("5", False, id="no place"),
        pytest.param("4.9", False, id="one place"),
        pytest.param("4.92", False, id="two places"),
        pytest.param("4.916667", False, id="six places"),
        pytest.param("4.91", True, id="cut off, not rounded"),
        pytest.param("4.8", True, id="another"),
    ],
)
def test_a_mean_is_compared_at_the_precision_at_which_it_was_sent(reported: str, mismatch: bool) -> None:
    # 59 of 12 is 4.91666…
    found = score(MSPSS, (5,) * 11 + (4,), reported_mean=Decimal(reported))
    assert (found.mean, found.total_mismatch) == (Decimal("4.917"), mismatch)


def test_a_mean_alone_counts_as_it_was_sent() -> None:
    found = score(INSTRUMENTS.get("SASSR"), None, reported_mean=Decimal("2.31"))
    assert (found.mean, found.total, found.total_mismatch) == (Decimal("2.31"), None, False)
