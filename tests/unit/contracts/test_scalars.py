"""Times, dates and decimals are written in one way; what is not exact is refused."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from casetrail_contracts.scalars import DecimalString, Instant, Moment, PartialDate, Precision

instants: TypeAdapter[datetime] = TypeAdapter(Instant)
partial_dates: TypeAdapter[str] = TypeAdapter(PartialDate)
decimals: TypeAdapter[Decimal] = TypeAdapter(DecimalString)


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00.000000Z"),
        ("2026-03-01T09:30:00.1Z", "2026-03-01T09:30:00.100000Z"),
        ("2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00.000000Z"),
        ("2026-03-29T02:30:00.123456-05:00", "2026-03-29T07:30:00.123456Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
    ],
)
def test_an_instant_has_27_characters(sent: str, written: str) -> None:
    assert instants.dump_python(instants.validate_python(sent)) == written
    assert len(written) == 27


@pytest.mark.parametrize(
    "sent",
    [
        "2026-03-01T09:30:00",
        datetime(2026, 3, 1, 9, 30),  # noqa: DTZ001 (a time without an offset is what is refused)
        "2026-03-01",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "2026-03-01T09:30:60Z",
        "yesterday",
        1_772_357_400,
        None,
    ],
)
def test_a_time_that_is_not_sure_is_refused(sent: object) -> None:
    with pytest.raises(ValidationError):
        instants.validate_python(sent)


@pytest.mark.parametrize(
    ("sent", "at", "precision"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC), Precision.YEAR),
        ("2026-03", datetime(2026, 3, 1, tzinfo=UTC), Precision.MONTH),
        ("2026-03-05", datetime(2026, 3, 5, tzinfo=UTC), Precision.DAY),
        ("2026-03-05T10:00:00.000000Z", datetime(2026, 3, 5, 10, tzinfo=UTC), None),
    ],
)
def test_a_partial_date_is_its_first_instant(sent: str, at: datetime, precision: Precision | None) -> None:
    moment = Moment.parse(sent)
    assert (moment.at, moment.precision, str(moment)) == (at, precision, sent)


@pytest.mark.parametrize("sent", ["2026-13", "2026-02-30", "26", "2026-3-1", ""])
def test_a_date_that_does_not_exist_is_refused(sent: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Moment.parse(sent)
    with pytest.raises(ValidationError):
        partial_dates.validate_python(sent)


@pytest.mark.parametrize(
    ("sent", "written"), [("11.25", "11.25"), ("11.250", "11.25"), ("10", "10"), ("0", "0")]
)
def test_a_decimal_has_no_trailing_zeros(sent: str, written: str) -> None:
    assert decimals.dump_python(decimals.validate_python(sent)) == written


@pytest.mark.parametrize("sent", [11.25, "1_0", "1e3", "01", "NaN", " 1"])
def test_a_decimal_that_is_not_exact_is_refused(sent: object) -> None:
    with pytest.raises(ValidationError):
        decimals.validate_python(sent)
