"""Messages on the stream that the relay did not publish, slipped in between two events."""

import asyncio
import json
from dataclasses import dataclass
from uuid import uuid4

from tests.chaos import dumps
from tests.chaos.installation import TENANT, Installation
from tests.services.house import until

from casetrail_contracts import read
from casetrail_contracts.broker import MESSAGE_ID_HEADER, SUBJECT_ROOT, headers, subject
from casetrail_contracts.canonical import encode

ELSEWHERE = "elsewhere"
"""A tenant of which the store knows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A message."""

    message_id: str
    subject: str
    content: bytes


def poison() -> Foreign:
    """No event record at all."""
    name = f"poison-{uuid4()}"
    where = f"{SUBJECT_ROOT}.{TENANT}.{uuid4()}.session"
    return Foreign(message_id=name, subject=where, content=b'{"poison": ' + name.encode())


def of_the_future(like: bytes) -> Foreign:
    """A sound record whose type comes with a later version."""
    case = str(uuid4())
    record = json.loads(like)
    record.pop("previoushash", None)
    record |= {
        "id": f"{case}-0000000001",
        "subject": case,
        "sequence": f"{1:010d}",
        "position": f"{1:016d}",
        "source": f"https://casetrail.example/tenants/{ELSEWHERE}/cases/{case}",
        "type": "org.casetrail.treatment.told_by_dream.v1",
        "dataschema": "https://casetrail.org/schemas/told_by_dream/v1.0",
    }
    where = f"{SUBJECT_ROOT}.{ELSEWHERE}.{case}.session"
    return Foreign(message_id=record["id"], subject=where, content=encode(record))


def slip_in(installation: Installation, foreign: Foreign) -> None:
    """Publish it while the relay is down, and behind it the event that the relay would publish next."""
    installation.stop("relay")
    held = until(lambda: _waiting(installation), "no event waits to be published while the relay is down", 60)
    asyncio.run(_publish(installation, foreign, held))
    installation.start("relay")


def _waiting(installation: Installation) -> bytes | None:
    published = set(dumps.stream(installation))
    return next((one for one in dumps.store(installation) if one not in published), None)


async def _publish(installation: Installation, foreign: Foreign, following: bytes) -> None:
    event = read(following)
    async with installation.broker.connected("relay") as connection:
        for where, what, content in (
            (foreign.subject, {MESSAGE_ID_HEADER: foreign.message_id}, foreign.content),
            (subject(event), headers(event), following),
        ):
            await connection.request(where, content, timeout=5, headers=what)
