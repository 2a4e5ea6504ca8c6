"""The stream as the relay uses it: where it ends, and appending to it under an expectation."""

import json
import uuid
from typing import Any

from nats.aio.client import Client
from nats.js.errors import NotFoundError

from casetrail_contracts import NotAnEvent, read
from casetrail_contracts.broker import MESSAGE_ID_HEADER, STREAM, SUBJECT_ROOT, headers, subject
from treatment.failpoints import failpoint
from treatment.relay.decisions import Group, LastMessage, RelayHalted, StreamEnd
from treatment.store.log import Row

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

    async def publish(self, group: Group, sequence: int) -> int:
        """Append the rows right behind `sequence`; the new last sequence.

        Whatever goes wrong, ask `end` again: some of the rows may be on the stream.
        """
        if group.atomic:
            return await self._publish_batch(group.rows, sequence)
        for row in group.rows:
            sequence = await self._publish_one(row, sequence)
        return sequence

    async def _publish_one(self, row: Row, sequence: int) -> int:
        where, what = _message(row)
        answer = await self._ask(where, row.content, {**what, EXPECTED_SEQUENCE_HEADER: str(sequence)})
        failpoint("relay.published")
        if answer.get("duplicate"):
            raise _already_there(row)
        return int(answer["seq"])

    async def _publish_batch(self, rows: tuple[Row, ...], sequence: int) -> int:
        """All or nothing (ADR-50): the expectation stands on the first message, the last one commits."""
        batch = uuid.uuid4().hex
        answer: dict[str, Any] = {}
        for number, row in enumerate(rows, start=1):
            where, what = _message(row)
            what |= {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            if number == 1:
                await self._ask(where, row.content, {**what, EXPECTED_SEQUENCE_HEADER: str(sequence)})
            elif number < len(rows):
                await self._connection.publish(where, row.content, headers=what)
            else:
                answer = await self._commit(row, where, {**what, "Nats-Batch-Commit": "1"})
        failpoint("relay.published")
        return int(answer["seq"])

    async def _commit(self, row: Row, where: str, what: dict[str, str]) -> dict[str, Any]:
        try:
            return await self._ask(where, row.content, what)
        except PublishRefused as error:
            if error.code == DUPLICATE_IN_BATCH:
                raise _already_there(row) from error
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


def _message(row: Row) -> tuple[str, dict[str, str]]:
    """Subject and headers of a row. Raises `RelayHalted` rather than step over a row."""
    try:
        event = read(row.content)
        return subject(event), headers(event)
    except NotAnEvent as error:
        raise RelayHalted(
            f"the store's row of {row.event_id} is not an event record. Nothing after it is published: "
            "run `casetrail audit check`"
        ) from error
    except KeyError as error:
        raise RelayHalted(
            f"the type of {row.event_id} is unknown to this version. Nothing after it is published: start "
            "the relay of the version that stored it"
        ) from error


def _already_there(row: Row) -> RelayHalted:
    return RelayHalted(
        f"the broker says it already has {row.event_id} or one of its group, but the stream does not end "
        "with it: the order of the stream and of the store differ. Nothing is published: run "
        "`casetrail broker check` and `casetrail audit check`"
    )
