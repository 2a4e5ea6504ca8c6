"""One example of each event, for documentation, for consumers' tests and as golden bytes.

The people are invented. Sealed values have the right form and open with no key. `CASE_EXAMPLES` is one case,
told in order; `REGISTER_EXAMPLES` is the register of another tenant. Since each type appears once, what rests
on several forms or sessions names the one that is there.
"""

from casetrail_contracts.examples import (
    adaptations,
    ending,
    erasing,
    first_contact,
    formulating,
    maintenance,
    measuring,
    registering,
    risk,
    sessions,
    starting,
)
from casetrail_contracts.examples.story import CASE, ISSUER, OPENED, PHQ9, TENANT, Story

__all__ = ["CASE", "CASE_EXAMPLES", "EXAMPLES", "ISSUER", "OPENED", "PHQ9", "REGISTER_EXAMPLES", "TENANT"]

CHAPTERS = (
    first_contact.tell,
    risk.tell,
    starting.tell,
    formulating.tell,
    sessions.tell,
    measuring.tell,
    adaptations.tell,
    ending.tell,
    maintenance.tell,
    erasing.tell,
)
"""A new event is told in a chapter of its own at the end: what was released must not move."""


def _course() -> dict[str, bytes]:
    story = Story()
    for tell in CHAPTERS:
        tell(story)
    return story.records


def _register() -> dict[str, bytes]:
    story = Story(registering.TENANT, registering.REGISTER)
    registering.tell(story)
    return story.records


CASE_EXAMPLES: dict[str, bytes] = _course()
"""The exact bytes of one record of each event of a case, by the event's name; together they are one case."""
REGISTER_EXAMPLES: dict[str, bytes] = _register()
"""The same of a register; together they are that of one tenant."""
EXAMPLES: dict[str, bytes] = CASE_EXAMPLES | REGISTER_EXAMPLES
"""The exact bytes of one record of each event, by the event's name."""
