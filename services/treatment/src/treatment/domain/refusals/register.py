"""Refusals about those who act."""

from dataclasses import dataclass

from treatment.domain.refusals.refusal import Refusal


@dataclass(slots=True)
class TenantUnknown(Refusal):
    """The tenant has no register yet: it begins with the tenant's first command."""


@dataclass(slots=True)
class ActorKnown(Refusal):
    """Somebody acts under this pseudonym in this role already."""

    actor_id: str
    role: str


@dataclass(slots=True)
class ActorUnknown(Refusal):
    """Nobody acts under this pseudonym in this role, or not any more."""

    actor_id: str
    role: str
