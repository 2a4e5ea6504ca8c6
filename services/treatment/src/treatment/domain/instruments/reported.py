"""Scores that the sender computed: whether a form can have them, and whether they agree with its items."""

from decimal import ROUND_HALF_UP, Decimal

from treatment.domain.instruments.definition import Instrument
from treatment.domain.instruments.totals import Found
from treatment.domain.refusals import TotalOutOfRange, WrongKindOfTotal


def check_reported(
    instrument: Instrument, total: int | None, mean: Decimal | None, not_applicable: frozenset[int]
) -> None:
    """Refuse a total where a mean belongs, or the reverse, and what is out of range."""
    if instrument.formula == "mean":
        if total is not None:
            raise WrongKindOfTotal(instrument.code, "reportedMean")
    elif mean is not None:
        raise WrongKindOfTotal(instrument.code, "reportedTotal")
    highest = instrument.highest
    if instrument.items is not None:
        # What does not apply adds nothing: the highest total is lower for this person.
        highest -= len(not_applicable) * instrument.items.highest
    reported = mean if total is None else total
    if reported is not None and not instrument.lowest <= reported <= highest:
        raise TotalOutOfRange(instrument.code, instrument.lowest, highest)


def agrees(found: Found, total: int | None, mean: Decimal | None) -> bool:
    """Whether the reported score is the computed one; it is, too, where nothing could be computed.

    A reported mean is compared at the precision at which it was sent.
    """
    computed_total, computed_mean, _ = found
    if total is not None and computed_total is not None:
        return total == computed_total
    if mean is not None and computed_mean is not None:
        return mean == computed_mean.quantize(mean, ROUND_HALF_UP)
    return True
