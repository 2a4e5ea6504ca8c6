"""PHQ-9 and totals: the vectors of the domain reference 3.12, and the edges of 3.11."""

from decimal import Decimal

import pytest
from tests.unit.treatment.given_when_then import INSTRUMENTS, form, given, opened

from casetrail_contracts.events.care import RiskLevel
from treatment.domain.instruments import Score, score
from treatment.domain.refusals import (
    InstrumentUnknown,
    ItemOutOfRange,
    ItemsNotAccepted,
    NothingToScore,
    TotalOutOfRange,
    WrongItemCount,
)

PHQ9 = INSTRUMENTS.get("PHQ9")


@pytest.mark.parametrize(
    ("items", "total", "raw", "band", "answered", "risk"),
    [
        ((0,) * 9, 0, None, "minimal", "yes", None),
        ((3,) * 9, 27, None, "severe", "yes", RiskLevel.URGENT),
        ((0, 0, 0, 1, 2, 1, 3, 2, 1), 10, None, "moderate", "yes", RiskLevel.REVIEW),
        ((2, 2, 2, 2, 2, 0, 0, 0, None), 11, "11.250", "moderate", "no", None),
        ((2, 2, 2, 2, 2, 2, 0, None, 0), 14, "13.500", "moderate", "yes", None),
        ((2, 2, 2, 2, 2, 0, 0, None, None), 13, "12.857", "moderate", "no", None),
        ((2, 2, 2, 2, 2, 0, None, None, None), None, None, None, "no", None),
        ((None, None, None, 0, 0, 0, 0, 0, 2), None, None, None, "yes", RiskLevel.URGENT),
        ((1, 1, 1, 1, 0, 0, 0, 0, 0), 4, None, "minimal", "yes", None),
        ((1, 1, 1, 1, 1, 0, 0, 0, 0), 5, None, "mild", "yes", None),
        ((1, 1, 1, 1, 1, 1, 1, 1, 1), 9, None, "mild", "yes", RiskLevel.REVIEW),
        ((3, 3, 3, 3, 3, 3, 1, 0, 0), 19, None, "moderatelySevere", "yes", None),
        ((3, 3, 3, 3, 3, 3, 2, 0, 0), 20, None, "severe", "yes", None),
        ((1, 1, 1, 1, 1, 1, 1, 1, 0, 3), 8, None, "mild", "yes", None),
    ],
)
def test_a_form_with_items_is_scored(
    items: tuple[int | None, ...],
    total: int | None,
    raw: str | None,
    band: str | None,
    answered: str,
    risk: RiskLevel | None,
) -> None:
    assert score(PHQ9, items, None) == Score(
        total=total,
        raw_prorated=Decimal(raw) if raw else None,
        total_mismatch=False,
        band=band,
        risk_item_answered=answered,  # type: ignore[arg-type]
        risk=risk,
    )


def test_the_computed_total_wins_over_the_reported_one() -> None:
    found = score(PHQ9, (1,) * 8 + (0,), 20)
    assert (found.total, found.total_mismatch) == (8, True)


@pytest.mark.parametrize(
    ("code", "total", "band", "answered"),
    [
        ("PHQ9", 15, "moderatelySevere", "notAvailable"),
        ("BDI", 33, None, "notApplicable"),
        ("GAD7", 15, "severe", "notApplicable"),
        ("EPDS", 12, None, "notAvailable"),
        ("MOOD10", 7, None, "notApplicable"),
    ],
)
def test_a_total_alone_is_kept(code: str, total: int, band: str | None, answered: str) -> None:
    found = score(INSTRUMENTS.get(code), None, total)
    assert (found.total, found.band, found.risk_item_answered, found.risk) == (total, band, answered, None)


def test_what_no_such_form_can_hold_is_refused() -> None:
    case = given(opened)
    case.when(form((0,) * 8 + (4,))).then_refused(ItemOutOfRange("PHQ9", 9, 0, 3))
    case.when(form((-1,) + (0,) * 8)).then_refused(ItemOutOfRange("PHQ9", 1, 0, 3))
    case.when(form((0,) * 3)).then_refused(WrongItemCount("PHQ9", 9, 3))
    case.when(form((0,) * 11)).then_refused(WrongItemCount("PHQ9", 9, 11))
    case.when(form((None,) * 9)).then_refused(NothingToScore("PHQ9"))
    case.when(form()).then_refused(NothingToScore("PHQ9"))
    case.when(form(total=300)).then_refused(TotalOutOfRange("PHQ9", 0, 27))
    case.when(form(total=0, code="MOOD10")).then_refused(TotalOutOfRange("MOOD10", 1, 10))
    case.when(form((1,) * 21, code="BDI")).then_refused(ItemsNotAccepted("BDI"))


def test_an_unknown_instrument_names_the_known_ones() -> None:
    with pytest.raises(InstrumentUnknown) as refused:
        INSTRUMENTS.get("NOPE")
    assert {"PHQ9", "BDI", "GAD7"} <= set(refused.value.known)
