"""The stream as it must be: made, compared and corrected here and nowhere else."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from casetrail_contracts.broker import ALL_SUBJECTS, STREAM
from treatment.broker_address import NatsOptions
from treatment.fault import Fault

DUPLICATE_WINDOW_SECONDS = 120.0
LARGEST_MESSAGE = 64 * 1024 + 4 * 1024
"""Bytes of one message: 64 KiB that every intermediary forwards, and room for the headers."""


class BrokerUnreachable(Fault):
    """Nothing answers at the broker's address, or it does not accept this user."""


class StreamDrifted(Fault):
    """The stream is not as it must be. It was left as it was found."""

    def __init__(self, differences: list["Difference"]) -> None:
        self.differences = differences
        listed = "; ".join(map(str, differences))
        super().__init__(
            f"the stream {STREAM} differs from what Casetrail needs: {listed}. Nothing was changed. "
            "Find out who changed it, then run `casetrail broker provision --correct`"
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting of the stream that is not as it must be."""

    setting: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.setting} is {self.found}, must be {self.wanted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLimits:
    """What the stream may hold. Older events leave it, never the store: the feed still has them."""

    keep_seconds: float = 0
    """0: no limit by age."""
    keep_bytes: int = -1
    """-1: no limit by size."""


EVERYTHING = StreamLimits()


def wanted_stream(replicas: int, limits: StreamLimits = EVERYTHING) -> StreamConfig:
    """The stream as it must be."""
    return StreamConfig(
        name=STREAM,
        description="Casetrail's events, exactly as stored. Only the relay publishes here.",
        subjects=[ALL_SUBJECTS],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        # With a limit the oldest events go, since they are in the store as well: news is never refused.
        discard=DiscardPolicy.OLD,
        num_replicas=replicas,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        max_age=limits.keep_seconds,
        max_bytes=limits.keep_bytes,
        max_msgs=-1,
        max_msgs_per_subject=-1,
        max_msg_size=LARGEST_MESSAGE,
        deny_delete=True,
        deny_purge=True,
        allow_rollup_hdrs=False,
        allow_atomic=True,
        # A direct answer may come from a replica that is behind; the relay must see the true tail.
        allow_direct=False,
    )


async def provision(
    js: JetStreamContext, replicas: int, *, limits: StreamLimits = EVERYTHING, correct: bool = False
) -> list[Difference]:
    """Make the stream if it is missing; corrected settings are returned.

    A stream that differs is left alone and raises `StreamDrifted`, unless `correct` asks to change it.
    """
    found = await check(js, replicas, limits=limits)
    wanted = wanted_stream(replicas, limits)
    if any(difference.setting == "stream" for difference in found):
        await js.add_stream(wanted)
    elif found and not correct:
        raise StreamDrifted(found)
    elif found:
        await js.update_stream(wanted)
    remaining = await check(js, replicas, limits=limits)
    if remaining:
        raise StreamDrifted(remaining)
    return found


async def check(
    js: JetStreamContext, replicas: int, *, limits: StreamLimits = EVERYTHING
) -> list[Difference]:
    """What about the stream is not as it must be; a missing stream is one difference. Changes nothing."""
    try:
        found = (await js.stream_info(STREAM)).config
    except NotFoundError:
        return [Difference("stream", STREAM, "missing")]
    wanted = wanted_stream(replicas, limits)
    settings = {name: getattr(wanted, name) for name in _CHECKED}
    return [
        Difference(name, _shown(value), _shown(getattr(found, name)))
        for name, value in settings.items()
        if _plain(getattr(found, name)) != _plain(value)
    ]


_CHECKED = (
    "subjects",
    "retention",
    "storage",
    "discard",
    "num_replicas",
    "duplicate_window",
    "max_age",
    "max_bytes",
    "max_msgs",
    "max_msgs_per_subject",
    "max_msg_size",
    "deny_delete",
    "deny_purge",
    "allow_rollup_hdrs",
    "allow_atomic",
    "allow_direct",
    "allow_msg_schedules",
    "mirror",
    "sources",
)


def _plain(value: object) -> object:
    """The server leaves out what is false, zero or empty."""
    return value or None


def _shown(value: object) -> str:
    return json.dumps(value, default=str) if value is not None else "unset"


@asynccontextmanager
async def jetstream(options: NatsOptions) -> AsyncIterator[JetStreamContext]:
    """A short connection for one task, as the user `provisioner`. Raises `BrokerUnreachable`."""
    client = Client()
    try:
        await client.connect(
            options.servers,
            user=options.user,
            password=options.password,
            name="casetrail broker",
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=5,
            error_cb=_silent,
        )
    except (NatsError, OSError) as error:
        await client.close()
        raise BrokerUnreachable(
            f"no broker accepts the user {options.user} at {options.url} ({type(error).__name__}): "
            "check CASETRAIL_NATS_URL, the password, and that nats-server runs"
        ) from error
    try:
        yield client.jetstream(timeout=5)
    finally:
        await client.close()


async def _silent(_: Exception) -> None:
    """The client reports each error twice; what it raises is enough."""
