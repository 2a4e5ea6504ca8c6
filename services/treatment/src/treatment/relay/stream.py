"""The stream as the relay uses it: where it ends, and appending to it under an expectation."""

import json
import uuid
from typing import Any

from nats.aio.client import Client
from nats.js.errors import NotFoundError

from casetrail_contracts.broker import MESSAGE_ID_HEADER, STREAM, SUBJECT_ROOT
from treatment.failpoints import failpoint
from treatment.relay.decisions import LastMessage, RelayHalted, StreamEnd
from treatment.relay.messages import Batch, Message

TIMEOUT_SECONDS = 5.0
EMPTY_STREAM = 10037
MISSING_STREAM = 10059
DUPLICATE_IN_BATCH = 10201
EXPECTED_SEQUENCE_HEADER = "Nats-Expected-Last-Sequence"


class PublishRefused(Exception):
    """The server answered a request with an error; the relay looks at the stream again."""

    def __init__(self, code: int, description: str) -> None:
        self.code = code
        super().__init__(f"{description} ({code})")


class StreamMissing(Exception):
    """The broker has no such stream yet."""

    def __init__(self) -> None:
        super().__init__(f"the stream {STREAM} does not exist: run `casetrail broker provision`")


class Stream:
    """The one writer's view of the stream."""

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self._jetstream = connection.jetstream(timeout=TIMEOUT_SECONDS)

    async def end(self) -> StreamEnd:
        """Where the stream ends now. Raises `StreamMissing`."""
        info = await self._ask(f"$JS.API.STREAM.INFO.{STREAM}", b"", {})
        created = str(info["created"])
        try:
            last = await self._jetstream.get_last_msg(STREAM, f"{SUBJECT_ROOT}.>")
        except NotFoundError as error:
            if error.err_code != EMPTY_STREAM:
                raise StreamMissing from error
            return StreamEnd(created=created, sequence=int(info["state"]["last_seq"]), last=None)
        message = LastMessage(
            event_id=(last.headers or {}).get(MESSAGE_ID_HEADER, ""), content=last.data or b""
        )
        return StreamEnd(created=created, sequence=int(last.seq or 0), last=message)

    async def publish(self, batch: Batch, sequence: int) -> int:
        """Append the messages right behind `sequence`; the new last sequence.

        Whatever goes wrong, ask `end` again: some of the messages may be on the stream.
        """
        if batch.atomic:
            return await self._publish_together(batch.messages, sequence)
        for message in batch.messages:
            sequence = await self._publish_one(message, sequence)
        return sequence

    async def _publish_one(self, message: Message, sequence: int) -> int:
        expecting = {**message.headers, EXPECTED_SEQUENCE_HEADER: str(sequence)}
        answer = await self._ask(message.subject, message.content, expecting)
        failpoint("relay.published")
        if answer.get("duplicate"):
            raise _already_there(message)
        return int(answer["seq"])

    async def _publish_together(self, messages: tuple[Message, ...], sequence: int) -> int:
        """All or nothing (ADR-50): the expectation stands on the first message, the last one commits."""
        batch = uuid.uuid4().hex
        first, last = messages[0], messages[-1]
        expecting = {EXPECTED_SEQUENCE_HEADER: str(sequence)}
        await self._ask(first.subject, first.content, {**_numbered(first, batch, 1), **expecting})
        for number, message in enumerate(messages[1:-1], start=2):
            await self._connection.publish(
                message.subject, message.content, headers=_numbered(message, batch, number)
            )
        answer = await self._commit(last, {**_numbered(last, batch, len(messages)), "Nats-Batch-Commit": "1"})
        failpoint("relay.published")
        return int(answer["seq"])

    async def _commit(self, message: Message, what: dict[str, str]) -> dict[str, Any]:
        try:
            return await self._ask(message.subject, message.content, what)
        except PublishRefused as error:
            if error.code == DUPLICATE_IN_BATCH:
                raise _already_there(message) from error
            raise

    async def _ask(self, where: str, content: bytes, what: dict[str, str]) -> dict[str, Any]:
        reply = await self._connection.request(where, content, timeout=TIMEOUT_SECONDS, headers=what or None)
        answer: dict[str, Any] = json.loads(reply.data) if reply.data else {}
        error = answer.get("error")
        if error is None:
            return answer
        if error.get("err_code") == MISSING_STREAM:
            raise StreamMissing
        raise PublishRefused(int(error.get("err_code", 0)), str(error.get("description", "")))


def _numbered(message: Message, batch: str, number: int) -> dict[str, str]:
    return {**message.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}


def _already_there(message: Message) -> RelayHalted:
    return RelayHalted(
        f"the broker says it already has {message.event_id} or one of its group, but the stream does not end "
        "with it: the order of the stream and of the store differ. Nothing is published: run "
        "`casetrail broker check` and `casetrail audit check`"
    )
