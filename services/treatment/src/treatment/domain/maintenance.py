"""When maintenance may begin, and when the illness seems to come back (domain reference 2.3, IPT-M)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from treatment.domain.outcomes.rules import Points
from treatment.domain.protocols import Protocol, Recurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The total of an instrument at one visit, and the day on which it was taken."""

    on: date
    total: Points


def may_begin(protocol: Protocol, newest_totals: Mapping[str, int]) -> bool:
    """Whether the acute course ended in remission, as the protocol's entry gate has it.

    One limit that is kept is enough; an instrument without a total keeps none. Advice, not a block.
    """
    if not protocol.entry_gate:
        return True
    return any(
        newest_totals[limit.instrument] <= limit.at_most
        for limit in protocol.entry_gate
        if limit.instrument in newest_totals
    )


def recurrence_suspected(rule: Recurrence, visits: Sequence[Visit]) -> bool:
    """Whether the newest visits, given in order of their day, meet the rule."""
    newest = visits[-rule.visits :]
    if len(newest) < rule.visits:
        return False
    close = all((later.on - earlier.on).days <= rule.within_days for earlier, later in pairwise(newest))
    return close and all(visit.total >= rule.at_least for visit in newest)
