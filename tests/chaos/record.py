"""What is known after a run: what was asked and answered, what observers saw, and what everything held."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Self


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept."""

    invariant: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What an event record says of itself, read without the product's own code."""

    content: bytes
    id: str
    tenant: str
    collection: str
    case: str
    sequence: int
    position: int
    previous: str | None
    command: str
    role: str
    recorded: str

    @property
    def hash(self) -> str:
        """What the next event of the case names as its predecessor."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.content).digest()).rstrip(b"=").decode()

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Read a record."""
        record = json.loads(content)
        _, tenant, collection, _ = record["source"].rsplit("/", 3)
        return cls(
            content=content,
            id=record["id"],
            tenant=tenant,
            collection=collection,
            case=record["subject"],
            sequence=int(record["sequence"]),
            position=int(record["position"]),
            previous=record.get("previoushash"),
            command=record["commandid"],
            role=record["authrole"],
            recorded=record["recordedtime"],
        )


stored = cache(Stored.of)
"""The same record is looked at by many checkers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A command that was sent once. A repeat of it is another attempt with the same key."""

    key: str
    command: str
    """The id under which the store knows it."""
    expected_version: int | None = None
    status: int | None
    """None when no answer came."""
    events: tuple[bytes, ...] = ()
    """As they were answered."""

    @property
    def accepted(self) -> bool:
        """Whether the caller was told that it is stored."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the caller was told that nothing was stored."""
        return self.status is not None and 400 <= self.status < 500 and self.status != 429


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far something said that it was, in the order in which it was seen."""

    name: str
    place: int
    rewound: bool = False
    """An operator moved it back on purpose just before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Who was to be told, who was, and what the ledger says."""

    expected: frozenset[str] = frozenset()
    ledger: Mapping[str, str] = field(default_factory=dict)
    """The state of each delivery."""
    received: tuple[str, ...] = ()
    """The deliveries that the other side took, in order; one that came twice stands here twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """How it stood at the end of the quiet after the last fault."""

    seconds: float = 0.0
    within: float = 60.0
    lag: int = 0
    ready: Mapping[str, bool] = field(default_factory=dict)
    quarantined: frozenset[str] = frozenset()
    poison: frozenset[str] = frozenset()
    """What the run itself put there for the quarantine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What happened when the broker had more than the store."""

    halted: bool
    said: bool
    """Whether the log names it, so that somebody can be called, and callers are told to come again."""
    published_since: int
    accepted_since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A whole run."""

    attempts: tuple[Attempt, ...] = ()
    store: tuple[bytes, ...] = ()
    """In the order of rows."""
    stream: tuple[bytes, ...] = ()
    subscribers: Mapping[tuple[str, str], tuple[bytes, ...]] = field(default_factory=dict)
    """By name and tenant: what each reader of a tenant's history got, in the order in which it came."""
    read_models: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same tables, made anew from the store up to where the read models are."""
    effects: Effects = field(default_factory=Effects)
    checkpoints: tuple[Checkpoint, ...] = ()
    states: Mapping[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    """By case and version: its state as it was seen when that was the newest, and as it is seen now."""
    heads: frozenset[tuple[str, int, str]] = frozenset()
    """Tenant, position and hash of events that were once the newest."""
    recovery: Recovery = field(default_factory=Recovery)
    to_reach: frozenset[str] = frozenset()
    reached: frozenset[str] = frozenset()
    ahead: Ahead | None = None

    @property
    def log(self) -> tuple[Stored, ...]:
        """The events of the store."""
        return tuple(stored(content) for content in self.store)
