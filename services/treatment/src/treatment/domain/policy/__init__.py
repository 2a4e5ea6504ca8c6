"""Policy: what follows by rule from what was decided, in the same append and with its cause."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from casetrail_contracts import event_id
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.circumstances import Circumstances
from treatment.domain.facts import Fact
from treatment.domain.folding import extend
from treatment.domain.policy import (
    cautions,
    clock,
    closing,
    expectations,
    needless,
    outcomes,
    protocol,
    reversals,
    risk,
    risk_corrections,
)
from treatment.domain.policy.situation import Situation

Policy: TypeAlias = Callable[[Situation], Iterable[Fact]]

POLICIES: tuple[Policy, ...] = (
    risk.follows,
    risk_corrections.follows,
    outcomes.follows,
    reversals.follows,
    protocol.follows,
    cautions.follows,
    needless.follows,
    expectations.follows,
    closing.follows,
    clock.follows,
)
"""In this order: risk first."""


def derived(case: Case, facts: list[Fact], circumstances: Circumstances) -> list[Fact]:
    """What follows from these facts on this case, in the order in which it is to be stored."""
    course = case
    for fact in facts:
        course = _with(course, fact, circumstances)
    situation = Situation(before=case, after=course, circumstances=circumstances)
    told: list[Fact] = []
    for policy in POLICIES:
        for fact in policy(situation):
            told.append(fact)
            situation = situation.told(_with(situation.after, fact, circumstances))
    return told


def _with(case: Case, fact: Fact, circumstances: Circumstances) -> Case:
    """The case as it will be once the fact is stored."""
    entry = HistoryEntry(
        event_id=event_id(case.case_id, case.version + 1),
        at=fact.at,
        payload=fact.payload,
        holds=fact.payload,
        actor=circumstances.actor,
    )
    return extend(case, entry)
