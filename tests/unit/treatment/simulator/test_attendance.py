from datetime import UTC, datetime
from statistics import fmean

import pytest
from tests.unit.treatment.simulator.drawing import FIGURES, chance

from treatment.simulator.attendance import Attendance, attendance, local
from treatment.simulator.parameters import Figures

FIRST = datetime(2024, 1, 8, 9)  # noqa: DTZ001 (the clock on the wall)
DRAWS = 3_000
WELL = (10,) * 16
BETTER = (12, 10, 8, 6, *(5,) * 12)


def walked(figures: Figures, start: int, totals: tuple[int, ...], draws: int = DRAWS) -> list[Attendance]:
    return [attendance(chance(n), figures, FIRST, start, totals) for n in range(draws)]


def with_dropout(**changes: float) -> Figures:
    return FIGURES.model_copy(update={"dropout": FIGURES.dropout.model_copy(update=changes)})


def test_the_bare_hazards_lose_21_8_percent_over_16_sessions() -> None:
    bare = with_dropout(base_factor=1.0, without_early_improvement=1.0, after_dnas=1.0)
    lost = fmean(one.dropped_out for one in walked(bare, 15, BETTER))
    assert lost == pytest.approx(1 - 0.97**4 * 0.985**4 * 0.992**8, abs=0.022)


@pytest.mark.parametrize(
    ("totals", "factor"),
    [
        pytest.param(BETTER, 1.0, id="section 7, dropout: early improvement"),
        pytest.param(WELL, 1.5, id="section 7, dropout: x1.5 if no early improvement"),
    ],
)
def test_who_does_not_improve_early_stays_away_more_often(totals: tuple[int, ...], factor: float) -> None:
    figures = with_dropout(after_dnas=1.0)
    reached = [one for one in walked(figures, 10 if totals is WELL else 15, totals) if len(one.attended) >= 4]
    left = fmean(len(one.attended) < 8 for one in reached)
    assert left == pytest.approx(1 - (1 - 0.8 * 0.015 * factor) ** 4, abs=0.015)


@pytest.mark.parametrize(
    ("session", "severity", "share"),
    [
        pytest.param(1, 10, 0.12, id="section 7, attendance: sessions 1-3"),
        pytest.param(1, 21, 0.12 * 1.3, id="section 7, attendance: x1.3 if PHQ-9 > 20"),
        pytest.param(5, 10, 0.09, id="section 7, attendance: base"),
    ],
)
def test_an_appointment_is_missed_as_often_as_said(session: int, severity: int, share: float) -> None:
    figures = with_dropout(base_factor=1e-9)
    firsts = []
    for one in walked(figures, severity, (severity,) * session):
        since = one.attended[session - 2].starts_at if session > 1 else datetime.min  # noqa: DTZ901
        tried = [missed.code for missed in one.missed if missed.scheduled_at > since]
        firsts.append(tried[0] if tried else "5")
    assert fmean(code == "3" for code in firsts) == pytest.approx(share, abs=0.02)


def test_appointments_are_on_weekdays_and_one_after_the_other() -> None:
    for one in walked(FIGURES, 15, WELL, 300):
        times = sorted([*(held.starts_at for held in one.attended), *(no.scheduled_at for no in one.missed)])
        assert len(set(times)) == len(times)
        assert {at.weekday() for at in times} <= set(range(5))


def test_a_time_on_the_wall_is_another_one_in_summer() -> None:
    winter, summer = datetime(2024, 1, 8, 9), datetime(2024, 7, 8, 9)  # noqa: DTZ001
    assert local(winter, "Europe/London") == datetime(2024, 1, 8, 9, tzinfo=UTC)
    assert local(summer, "Europe/London") == datetime(2024, 7, 8, 8, tzinfo=UTC)
