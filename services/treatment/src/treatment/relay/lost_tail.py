"""The end of the stream that a restored store lacks: found, checked and read, without changing anything."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from casetrail_contracts.broker import MESSAGE_ID_HEADER, STREAM, subject_of
from casetrail_contracts.conformance import violations
from casetrail_contracts.scalars import EVENT_ID_PATTERN
from treatment.fault import Fault
from treatment.store.chain import Chain, ChainBroken, Link, link_of
from treatment.store.log import Row

EVENT_ID = re.compile(EVENT_ID_PATTERN)
TOGETHER = 500
"""Events of one transaction, but for a command that is longer."""
AT_ONCE = 100
"""Messages asked for at the same time."""


class NotAdoptable(Fault):
    """The stream holds what cannot be taken back; the message names the message and the reason."""


class Log(Protocol):
    """What is needed of the event log."""

    def find(self, event_id: str) -> Row | None:
        """The row of an event."""


@dataclass(slots=True)
class Lacking:
    """What the store lacks, counted."""

    first_sequence: int
    last_sequence: int
    events: int = 0
    commands: set[str] = field(default_factory=set)
    tenants: dict[str, tuple[int, int]] = field(default_factory=dict)
    """First and last position of each."""

    def count(self, link: Link) -> None:
        """One more event."""
        self.events += 1
        self.commands.add(link.command_id)
        first, _ = self.tenants.get(link.tenant, (link.position, 0))
        self.tenants[link.tenant] = first, link.position


class LostTail:
    """Reads the stream from where the store ends."""

    def __init__(self, jetstream: JetStreamContext, log: Log) -> None:
        self._jetstream = jetstream
        self._log = log

    async def survey(self, chain: Chain) -> Lacking:
        """What the store lacks, every event checked. Raises `NotAdoptable`."""
        first, last = await self._bounds()
        lacking = Lacking(first, last)
        async for group in self.groups(lacking):
            for content in group:
                try:
                    lacking.count(chain.follow(content))
                except ChainBroken as broken:
                    raise NotAdoptable(f"{broken}. Nothing was done") from broken
        return lacking

    async def groups(self, lacking: Lacking) -> AsyncIterator[list[bytes]]:
        """The events in order, whole commands together. Raises `NotAdoptable`."""
        group: list[bytes] = []
        command = ""
        for sequence in range(lacking.first_sequence, lacking.last_sequence + 1, AT_ONCE):
            wanted = range(sequence, min(sequence + AT_ONCE, lacking.last_sequence + 1))
            for link, content in await asyncio.gather(*(self._event(number) for number in wanted)):
                if len(group) >= TOGETHER and link.command_id != command:
                    yield group
                    group = []
                group.append(content)
                command = link.command_id
        if group:
            yield group

    async def _bounds(self) -> tuple[int, int]:
        """The first message that the store lacks, and the last of all.

        The stream is in the order of the store: what the store has comes first, what it lacks is the end.
        """
        try:
            state = (await self._jetstream.stream_info(STREAM)).state
        except NatsError as error:
            raise NotAdoptable(
                f"the broker does not tell where the stream {STREAM} ends ({type(error).__name__}): run "
                "`casetrail broker check`. Nothing was done"
            ) from error
        # A stream that never had a message begins at 0.
        known, lacked = max(state.first_seq - 1, 0), state.last_seq + 1
        while lacked - known > 1:
            middle = (known + lacked) // 2
            if await self._has(middle):
                known = middle
            else:
                lacked = middle
        return lacked, state.last_seq

    async def _has(self, sequence: int) -> bool:
        """Whether the store has this message. Raises `NotAdoptable` where it has other bytes."""
        name, _, content = await self._message(sequence)
        row = await asyncio.to_thread(self._log.find, name)
        if row is not None and row.content != content:
            raise NotAdoptable(
                f"the stream's message {sequence} is {name}, which the store has with other bytes: commands "
                "were stored after the backup was restored, or one of the two was changed. Nothing was done"
            )
        return row is not None

    async def _event(self, sequence: int) -> tuple[Link, bytes]:
        name, subject, content = await self._message(sequence)
        found = violations(content)
        if found:
            raise NotAdoptable(f"the stream's message {sequence}, {name}: {found[0]}. Nothing was done")
        link = link_of(content)
        if (name, subject) != (link.event_id, subject_of(link.tenant, link.subject, link.kind)):
            raise NotAdoptable(
                f"the stream's message {sequence} says that it is {name}, and holds {link.event_id}. "
                "Nothing was done"
            )
        return link, content

    async def _message(self, sequence: int) -> tuple[str, str, bytes]:
        try:
            message = await self._jetstream.get_msg(STREAM, seq=sequence)
        except NatsError as error:
            raise NotAdoptable(
                f"the broker does not give message {sequence} of the stream ({type(error).__name__}): run "
                "this again. What was taken back stays"
            ) from error
        name = (message.headers or {}).get(MESSAGE_ID_HEADER, "")
        if not EVENT_ID.match(name):
            raise NotAdoptable(
                f"the stream's message {sequence} has no event id: somebody else than the relay published "
                "it. Nothing was done"
            )
        return name, message.subject or "", message.data or b""
