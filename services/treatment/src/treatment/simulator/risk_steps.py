"""What a clinician does about risk: asks, plans, and brings every open flag to its outcome."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from casetrail_contracts.events.care import (
    RiskChecked,
    RiskFlagResolved,
    RiskOutcome,
    SafetyPlanRecorded,
)
from treatment.simulator.drawn import Form
from treatment.simulator.scores import PHQ
from treatment.simulator.step import Seen, Step, entry, entry_when

FLAGS = 2
"""No case has more open flags: one for review and one urgent."""
PLAN_FROM = 2
"""A safety plan is made from this answer to item 9 on."""
LEVELS: tuple[Literal["none", "low", "moderate", "high"], ...] = ("none", "low", "moderate", "high")
"""What a clinician finds, by the answer to item 9."""


def self_harm(forms: Sequence[Form]) -> int:
    """The answer to item 9; 0 where nobody gave one, since the clinician asks."""
    return next((form.items[-1] or 0 for form in forms if form.instrument == PHQ), 0)


def risk_steps(key: str, at: datetime, answer: int, session: int | None) -> Iterator[Step]:
    """A documented check, a plan where one is needed, and an outcome for every flag that is open."""

    def check(seen: Seen) -> RiskChecked:
        return RiskChecked(
            session_id=None if session is None else f"session-{session}",
            asked=True,
            level=LEVELS[answer],
            action="safetyPlan" if answer >= PLAN_FROM else "monitor" if answer else "none",
            safety_plan_updated=answer >= PLAN_FROM,
            flag_ids=seen.open_flags,
        )

    yield entry_when(f"check-{key}", "check-risk", at, check)
    if answer >= PLAN_FROM:
        plan = SafetyPlanRecorded(elements=("warningSigns", "contacts", "emergencyNumber"))
        yield entry(f"plan-{key}", "record-safety-plan", at, plan)
    for number in range(1, FLAGS + 1):
        yield _resolving(f"resolve-{key}-{number}", f"check-{key}", at + timedelta(minutes=number), answer)


def _resolving(key: str, check: str, at: datetime, answer: int) -> Step:
    def resolve(seen: Seen) -> RiskFlagResolved | None:
        if not seen.open_flags:
            return None
        return RiskFlagResolved(
            flag_id=seen.open_flags[0],
            outcome=RiskOutcome.SAFETY_PLAN_CREATED
            if answer >= PLAN_FROM
            else RiskOutcome.ASSESSED_NO_FURTHER,
            evidence=(seen.ids[check],),
        )

    return entry_when(key, "resolve-risk", at, resolve)
