"""What came of a course, by its scores: pure functions over series of scores, usable on their own.

Each file is one subsection of the domain reference's section 4. The thresholds are data (`rules.py`); nothing
here knows a case, an event or the time of day.
"""

from treatment.domain.outcomes.rules import MeasureRules, OutcomeRules
from treatment.domain.outcomes.series import ScorePoint, ScoreSeries, ScoreStatus, score_series

__all__ = ["MeasureRules", "OutcomeRules", "ScorePoint", "ScoreSeries", "ScoreStatus", "score_series"]
