"""Is this a proper event record? The rules that a JSON Schema of CloudEvents does not check.

`violations(bytes)` is what a consumer, or another producer, can run over a record. It never raises.
"""

import json
import re
from typing import Any

from casetrail_contracts.canonical import NotCanonical, encode
from casetrail_contracts.envelope import LARGEST_EVENT, Envelope, event_id
from casetrail_contracts.events import BY_TYPE, SCHEMA_ROOT
from casetrail_contracts.personal import STORED
from casetrail_contracts.problem import reason
from casetrail_contracts.scalars import INSTANT_PATTERN

_ATTRIBUTE = re.compile(r"[a-z0-9]{1,20}")


def violations(content: bytes) -> list[str]:
    """What is wrong with an event record, one sentence each, without its values. Empty: nothing."""
    if len(content) > LARGEST_EVENT:
        return [f"the record has {len(content)} bytes; at most {LARGEST_EVENT} are allowed"]
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        return ["the record is not JSON in UTF-8"]
    if not isinstance(record, dict):
        return ["the record is not a JSON object"]
    return [*_of_form(record, content), *_of_meaning(record)]


def _of_form(record: dict[str, Any], content: bytes) -> list[str]:
    found = [
        f"the attribute {name!r} is not 1 to 20 lower-case letters and digits"
        for name in record
        if not _ATTRIBUTE.fullmatch(name)
    ]
    found += [
        f"the attribute {name!r} is not a string"
        for name, value in record.items()
        if name != "data" and not isinstance(value, str)
    ]
    try:
        if encode(record) != content:
            found.append("the bytes are not canonical JSON (RFC 8785)")
    except NotCanonical as reason:
        found.append(str(reason))
    return found


def _of_meaning(record: dict[str, Any]) -> list[str]:
    try:
        envelope = Envelope.model_validate(record)
    except ValueError as error:
        return _places(error)
    found = []
    if envelope.id != event_id(envelope.subject, int(envelope.sequence)):
        found.append("id is not <subject>-<sequence>")
    if not envelope.source.endswith(f"/{envelope.subject}"):
        found.append("source does not name the subject")
    if (envelope.previoushash is None) != (int(envelope.sequence) == 1):
        found.append("previoushash is absent on the first event of a subject and present on all others")
    found += [f"{name} counts from 1" for name in ("sequence", "position") if not int(record[name])]
    found += [
        f"{name} is not written as 27 characters, to the microsecond and in UTC"
        for name in ("time", "recordedtime")
        if not re.fullmatch(INSTANT_PATTERN, record[name])
    ]
    return [*found, *_of_payload(envelope)]


def _of_payload(envelope: Envelope) -> list[str]:
    known = BY_TYPE.get(envelope.type)
    if known is None:
        return ["the type is not in the catalogue of this version"]
    if envelope.source.split("/")[5] != known.collection:
        return [f"source does not say /{known.collection}/, where events of this type belong"]
    try:
        payload = known.payload.model_validate(envelope.data, context=STORED)
    except ValueError as error:
        return [f"data: {place}" for place in _places(error)]
    found = []
    if not envelope.dataschema.startswith(f"{SCHEMA_ROOT}/{known.name}/v{known.major}."):
        found.append("dataschema is not that of the type")
    if payload.model_dump(mode="json", exclude_unset=True, exclude_none=True) != envelope.data:
        found.append("data: an absent value is left out, and a time or decimal is written in one way only")
    return found


def _places(error: ValueError) -> list[str]:
    """Where validation failed and why, without the values."""
    details = getattr(error, "errors", None)
    if details is None:
        return ["the record cannot be read"]
    return [f"{'.'.join(map(str, item['loc']))}: {reason(item)}" for item in details(include_input=False)]
