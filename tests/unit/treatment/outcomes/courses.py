"""Courses told by their scores, with the rules that ship."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from treatment.definitions.outcome_rules import shipped_outcome_rules
from treatment.domain.outcomes.rules import Points
from treatment.domain.outcomes.series import ScorePoint, ScoreSeries, ScoreStatus, score_series

RULES = shipped_outcome_rules()
PHQ9 = RULES.measures["PHQ9"]
GAD7 = RULES.measures["GAD7"]
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""A Monday: the baseline. Session 1 is a week later."""


def form(
    total: Points | None,
    day: float = 0,
    *,
    instrument: str = "PHQ9",
    session: int | None = None,
    status: ScoreStatus = ScoreStatus.FINAL,
) -> ScorePoint:
    """A form so many days after the start."""
    taken_at = START + timedelta(days=day)
    return ScorePoint(instrument=instrument, total=total, taken_at=taken_at, session=session, status=status)


def weekly(scores: Sequence[Points | None], instrument: str = "PHQ9") -> ScoreSeries:
    """A baseline and a score a week, each before its session; none where a week has no score."""
    forms = [
        form(score, 7 * week, instrument=instrument, session=week)
        for week, score in enumerate(scores)
        if score is not None
    ]
    return score_series(RULES.measures[instrument], forms)


def real_series() -> Mapping[int, Sequence[int | None]]:
    """The Beck Depression Inventory of 43 people: the baseline, then sessions 1 to 12."""
    text = (files("treatment.embedded.demo") / "data" / "score-series.csv").read_text(encoding="utf-8")
    return {
        int(row["id"]): [
            int(row[f"bdi_s{session}"]) if row[f"bdi_s{session}"] else None for session in range(13)
        ]
        for row in csv.DictReader(text.splitlines())
    }
