"""When something of a case will be overdue, if nothing happens until then."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances, Definitions
from treatment.domain.policy import derived

HORIZON_DAYS = 4096
"""Eleven years: longer than any course, its maintenance and the longest promised review."""


def due_at(case: Case, circumstances: Circumstances) -> datetime | None:
    """The first day, from now on, on which policy would find something overdue; None: never.

    What is overdue stays so until something happens, so the day is found by halving, and every rule of
    elapsed time is asked in one place only.
    """
    if not _is_overdue(case, circumstances, HORIZON_DAYS):
        return None
    early, late = 0, HORIZON_DAYS
    while early < late:
        middle = (early + late) // 2
        if _is_overdue(case, circumstances, middle):
            late = middle
        else:
            early = middle + 1
    return circumstances.now + timedelta(days=early)


def rules_of_time(definitions: Definitions, software_version: str) -> str:
    """A digest of what makes a case overdue beside its own events: the rule sets, and the rules in the code.

    Protocols are not in it: a case names its own, and that text never changes.
    """
    rules = (software_version, definitions.deviations.reference, definitions.safety.reference)
    return sha256("\n".join(rules).encode()).hexdigest()


def _is_overdue(case: Case, circumstances: Circumstances, days: int) -> bool:
    later = replace(circumstances, now=circumstances.now + timedelta(days=days))
    return bool(derived(case, [], later))
