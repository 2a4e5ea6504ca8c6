"""Folding what policy derived: the keys of the facts that were told and hold."""

from dataclasses import replace

from casetrail_contracts.events import DerivedFact
from casetrail_contracts.events.outcome import DerivedFactWithdrawn, OutcomeSummarised
from treatment.domain.case import Case
from treatment.domain.keys import derived_key


def apply(case: Case, payload: DerivedFact, event_id: str) -> Case:
    """The case after this fact."""
    if isinstance(payload, DerivedFactWithdrawn | OutcomeSummarised):
        # A withdrawal acts on its target, where the history is put together; a summary is told anew.
        return case
    return replace(case, derived={**case.derived, derived_key(payload): event_id})
