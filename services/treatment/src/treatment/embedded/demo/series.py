"""The score series: 43 people, a form a week, with the gaps and drop-outs of real data."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from casetrail_contracts.canonical import Json

WEEKS = {f"s{session}": session for session in range(13)} | {"fu1": 16, "fu2": 24}
"""Weeks after the first day. The data give no dates; those of the two follow-ups are ours."""


@dataclass(frozen=True, slots=True)
class Series:
    """The forms of one person."""

    person: str
    totals: Mapping[str, int]
    """By occasion: `s0` to `s12`, `fu1`, `fu2`. What is missing was not filled in."""

    def forms(self, first_day: date) -> list[Mapping[str, Json]]:
        """The forms as bodies of `score-assessment`."""
        return [
            {
                "assessmentId": f"series-{self.person}-{WEEKS[occasion]}",
                "instrument": "BDI",
                "takenAt": (first_day + timedelta(weeks=WEEKS[occasion])).isoformat(),
                "setting": "remote",
                "inputMode": "import",
                "reportedTotal": total,
                "imported": True,
            }
            for occasion, total in self.totals.items()
        ]


def read_series() -> Sequence[Series]:
    """The series that ship with Casetrail; `data/NOTICE.md` says whose they are."""
    text = (files(__package__) / "data" / "score-series.csv").read_text(encoding="utf-8")
    return [
        Series(
            row["id"].zfill(2),
            {occasion: int(row[f"bdi_{occasion}"]) for occasion in WEEKS if row[f"bdi_{occasion}"]},
        )
        for row in csv.DictReader(text.splitlines())
    ]
