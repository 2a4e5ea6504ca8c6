"""What strangers may rely on: Casetrail's events, their bytes, and how to read them."""

from casetrail_contracts.envelope import Envelope, Event, NotAnEvent, digest, event_id, read
from casetrail_contracts.events import BY_PAYLOAD, BY_TYPE, CATALOGUE, GROUPS, Payload
from casetrail_contracts.personal import Form, Personal

__all__ = [
    "BY_PAYLOAD",
    "BY_TYPE",
    "CATALOGUE",
    "GROUPS",
    "Envelope",
    "Event",
    "Form",
    "NotAnEvent",
    "Payload",
    "Personal",
    "digest",
    "event_id",
    "read",
]
