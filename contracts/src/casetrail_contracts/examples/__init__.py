"""One example of each event, for documentation, for consumers' tests and as golden bytes.

The person is invented. Sealed values have the right form and open with no key. Together the examples are
one case, told in order. Since each type appears once, what rests on several forms or sessions names the
one that is there.
"""

from casetrail_contracts.examples import (
    adaptations,
    ending,
    erasing,
    first_contact,
    formulating,
    maintenance,
    measuring,
    risk,
    sessions,
    starting,
)
from casetrail_contracts.examples.story import CASE, ISSUER, OPENED, PHQ9, TENANT, Story

__all__ = ["CASE", "EXAMPLES", "ISSUER", "OPENED", "PHQ9", "TENANT"]

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


def _told() -> dict[str, bytes]:
    story = Story()
    for tell in CHAPTERS:
        tell(story)
    return story.records


EXAMPLES: dict[str, bytes] = _told()
"""The exact bytes of one record of each event, by the event's name; together they are one case."""
