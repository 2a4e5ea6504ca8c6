"""What a policy looks at: the case before a command, the case after it, and the circumstances."""

from dataclasses import dataclass, replace
from datetime import datetime

from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.circumstances import Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A case on which something was decided, not stored yet."""

    before: Case
    after: Case
    """With the decided facts, and with what policy has told so far."""
    circumstances: Circumstances

    @property
    def news(self) -> tuple[HistoryEntry, ...]:
        """What was added, oldest first."""
        return self.after.history[len(self.before.history) :]

    @property
    def today(self) -> Moment:
        """Now: the time of what only the clock shows."""
        return Moment(self.circumstances.now)

    @property
    def review_due(self) -> datetime:
        """By when what needs a review now is to be looked at."""
        return self.circumstances.definitions.safety.review_due(self.circumstances.now)

    def by(self, rules: str) -> "Situation | None":
        """The same in the eyes of the rule set that a told fact names: what was told is judged by no other.

        None when its text can be read no more. Then nothing is known against what it told.
        """
        definitions = self.circumstances.definitions.by(rules)
        if definitions is None:
            return None
        return replace(self, circumstances=replace(self.circumstances, definitions=definitions))

    def told(self, after: Case) -> "Situation":
        """The same, with one more fact told."""
        return replace(self, after=after)
