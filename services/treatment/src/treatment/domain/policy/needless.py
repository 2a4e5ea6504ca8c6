"""Reviews of what was entered in error: nothing is left to look at, so they are taken back."""

from collections.abc import Iterator

from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from treatment.domain.facts import Fact
from treatment.domain.policy.situation import Situation

OF_AN_ENTRY = ("reviewNotDone", "followUpMissed", "medicationBeforeMaintenance")
"""Those that are about the entry itself. What a score or a protocol asks for is judged by its own policy."""


def follows(situation: Situation) -> Iterator[Fact]:
    """The withdrawals that an entry in error brings."""
    for entry in situation.news:
        if not isinstance(entry.payload, EntryCorrected) or entry.payload.kind != "enteredInError":
            continue
        for event_id in situation.before.derived.values():
            told = situation.before.entry(event_id)
            review = told.holds if told is not None else None
            if (
                isinstance(review, ReviewNeeded)
                and review.rule in OF_AN_ENTRY
                and review.about == entry.payload.target
            ):
                withdrawn = DerivedFactWithdrawn(fact=event_id, because_of=entry.event_id)
                yield Fact(payload=withdrawn, at=entry.at, caused_by=entry.event_id)
