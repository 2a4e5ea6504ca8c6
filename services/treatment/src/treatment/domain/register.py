"""The register of a tenant: the definitions that its events may name, and who acts under which pseudonym.

It is an aggregate like a case: decided by pure functions, folded from its events, never changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from casetrail_contracts import Event, Payload
from casetrail_contracts.events.register import (
    ActorRegistered,
    ActorRetired,
    DefinitionPublished,
    TenantRegistered,
)
from casetrail_contracts.identity import Role
from casetrail_contracts.scalars import Moment
from treatment.domain.facts import Fact
from treatment.domain.refusals import ActorKnown, ActorUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What is true of a register after its first `version` events. Holds no personal value."""

    register_id: str
    version: int = 0
    last_hash: str | None = None
    """SHA-256 of the newest event's bytes: what the next event names as `previoushash`."""
    issuer: str | None = None
    """None before the tenant's first event."""
    published: Mapping[str, DefinitionPublished] = field(default_factory=dict)
    """Every definition that was ever published, by its reference."""
    actors: Mapping[tuple[str, Role], bool] = field(default_factory=dict)
    """Each pseudonym in each role, and whether somebody acts under it still."""

    @property
    def subject(self) -> str:
        """What its events are about: the register itself."""
        return self.register_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishDefinitions:
    """Publish what is installed and was not published before."""

    issuer: str
    installed: tuple[DefinitionPublished, ...]


RegisterCommand: TypeAlias = PublishDefinitions | ActorRegistered | ActorRetired


def fold_register(register: Register, events: Iterable[Event]) -> Register:
    """The register after these events too, which follow its newest one, in order. It never refuses."""
    for event in events:
        changed = _apply(register, event.payload)
        register = replace(changed, version=event.sequence, last_hash=event.hash)
    return register


def _apply(register: Register, payload: Payload | None) -> Register:
    match payload:
        case TenantRegistered():
            return replace(register, issuer=payload.issuer)
        case DefinitionPublished():
            return replace(register, published={**register.published, payload.definition: payload})
        case ActorRegistered() | ActorRetired():
            acts = isinstance(payload, ActorRegistered)
            return replace(register, actors={**register.actors, (payload.actor_id, payload.role): acts})
        case _:
            return register


def decide_register(register: Register, command: RegisterCommand, now: datetime) -> list[Fact]:
    """The facts that follow from the command. Raises a `Refusal`."""
    at = Moment(now)
    if isinstance(command, PublishDefinitions):
        return [Fact(payload=payload, at=at) for payload in _unpublished(register, command)]
    acts = register.actors.get((command.actor_id, command.role), False)
    if isinstance(command, ActorRegistered) and acts:
        raise ActorKnown(command.actor_id, command.role)
    if isinstance(command, ActorRetired) and not acts:
        raise ActorUnknown(command.actor_id, command.role)
    return [Fact(payload=command, at=at)]


def _unpublished(register: Register, command: PublishDefinitions) -> Iterable[Payload]:
    if register.issuer is None:
        yield TenantRegistered(issuer=command.issuer)
    yield from (one for one in command.installed if one.definition not in register.published)
