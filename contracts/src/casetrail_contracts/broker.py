"""Where the events are on the broker: the stream, its subjects, and the headers of a message.

A message's body is the event's bytes, unchanged; its headers repeat nothing but what the broker and
generic CloudEvents readers need.
"""

from casetrail_contracts.envelope import Event
from casetrail_contracts.events import BY_TYPE

STREAM = "CASETRAIL_EVENTS"
SUBJECT_ROOT = "casetrail.events"
ALL_SUBJECTS = f"{SUBJECT_ROOT}.*.*.*"
CONTENT_TYPE = "application/cloudevents+json"

MESSAGE_ID_HEADER = "Nats-Msg-Id"
CONTENT_TYPE_HEADER = "content-type"


def subject(event: Event) -> str:
    """`casetrail.events.<tenant>.<subject>.<group>`: a coarse group, so that logs say little."""
    return subject_of(event.tenant, event.envelope.subject, event.envelope.type)


def subject_of(tenant: str, subject_id: str, event_type: str) -> str:
    """The same, where the event was not read. Raises `KeyError` for a type that is not known."""
    return f"{SUBJECT_ROOT}.{tenant}.{subject_id}.{BY_TYPE[event_type].group}"


def headers(event: Event) -> dict[str, str]:
    """The headers of the message that carries the event."""
    return headers_of(event.envelope.id)


def headers_of(event_id: str) -> dict[str, str]:
    """The same, where the event was not read."""
    return {MESSAGE_ID_HEADER: event_id, CONTENT_TYPE_HEADER: CONTENT_TYPE}
