"""The bytes of an event record: made once, at the append, and never again."""

import orjson

from casetrail_contracts.canonical import check
from casetrail_contracts.envelope import LARGEST_EVENT, Envelope, record


class EventTooLarge(Exception):
    """The event has more bytes than intermediaries must forward. Nothing was stored."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the event has {size} bytes; at most {LARGEST_EVENT} are allowed")
        self.size = size


def encode(envelope: Envelope) -> bytes:
    """Canonical bytes, equal to `casetrail_contracts.canonical.encode`, several times as fast."""
    value = record(envelope)
    check(value)
    content = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if len(content) > LARGEST_EVENT:
        raise EventTooLarge(len(content))
    return content
