"""Does an event continue what came before it? Positions and versions without gaps, links that hold."""

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from casetrail_contracts import digest, event_id
from treatment.fault import Fault


class ChainBroken(Fault):
    """An event does not continue what came before it; the message names the event and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What an event says about its place. Read from its bytes, without its payload."""

    event_id: str
    tenant: str
    issuer: str
    position: int
    subject: str
    sequence: int
    kind: str
    command_id: str
    previous: str | None
    hash: str


def link_of(content: bytes) -> Link:
    """What the bytes of an event say. Raises `ChainBroken` for bytes that are not an event record."""
    try:
        record = orjson.loads(content)
        host, _, tenant = record["source"].split("/")[2:5]
        link = Link(
            event_id=record["id"],
            tenant=tenant,
            issuer=host,
            position=int(record["position"]),
            subject=record["subject"],
            sequence=int(record["sequence"]),
            kind=record["type"],
            command_id=record["commandid"],
            previous=record.get("previoushash"),
            hash=digest(content),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ChainBroken("bytes that are not an event record") from error
    if link.event_id != event_id(link.subject, link.sequence):
        raise ChainBroken(f"{link.event_id} is not the id of version {link.sequence} of its subject")
    return link


class Chain:
    """Follows events in the order in which they were stored, over any number of tenants."""

    def __init__(
        self,
        position_of: Callable[[str], int] = lambda _: 0,
        head_of: Callable[[str], tuple[int, str] | None] = lambda _: None,
    ) -> None:
        """What came before: a tenant's newest position, a subject's newest version and hash."""
        self._position_of = position_of
        self._head_of = head_of
        self._heads: dict[str, tuple[int, str] | None] = {}
        self.positions: dict[str, int] = {}
        """The newest position of each tenant that was met."""

    def follow(self, content: bytes) -> Link:
        """Take the next event. Raises `ChainBroken`."""
        link = link_of(content)
        newest = self.positions.get(link.tenant)
        if newest is None:
            newest = self._position_of(link.tenant)
        if link.position != newest + 1:
            raise ChainBroken(
                f"{link.event_id} is at position {link.position} of its tenant, where {newest + 1} is next"
            )
        head = self._heads.get(link.subject) or self._head_of(link.subject)
        version, hash_ = head if head is not None else (0, None)
        if link.sequence != version + 1:
            raise ChainBroken(f"{link.event_id} comes where version {version + 1} of its subject is next")
        if link.previous != hash_:
            raise ChainBroken(
                f"{link.event_id} is not linked to the event before it: one of the two was changed"
            )
        self.positions[link.tenant] = link.position
        self._heads[link.subject] = link.sequence, link.hash
        return link
