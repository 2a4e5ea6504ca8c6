"""Who asks for what, and what they are answered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, Self
from uuid import NAMESPACE_URL, uuid5

from casetrail_contracts import Event
from casetrail_contracts.canonical import Json
from casetrail_contracts.identity import CLINICAL, Claims, Role

COMMANDS = uuid5(NAMESPACE_URL, "https://casetrail.org/commands")


class KeyUsedForAnother(Exception):
    """The idempotency key was used before, for another command or another body. Nothing was stored."""


class NotYourOwn(Exception):
    """A case is opened by its own therapist, or by software acting for that therapist."""


class VersionMismatch(Exception):
    """What is changed is not at the version that the caller expected. Nothing was stored."""

    def __init__(self, version: int) -> None:
        super().__init__(f"it is at version {version}")
        self.version = version


class Assigned(Protocol):
    """A case, or what a read model knows of it: who is in charge."""

    @property
    def therapist_id(self) -> str: ...

    @property
    def supervisor_id(self) -> str | None: ...

    @property
    def team_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A verified caller, in the roles that the route allows; at least one.

    Software that names a clinician has the roles that this clinician may have, never `system`.
    """

    claims: Claims
    roles: tuple[Role, ...]

    def sees(self, case: Assigned) -> bool:
        """Whether one of the roles may know of this case."""
        return any(self._sees_as(role, case) for role in self.roles)

    def roles_in(self, case: Assigned) -> frozenset[Role]:
        """All roles of the token that reach this case, whichever of them opened the route."""
        every = (*self.roles, *self.claims.roles)
        return frozenset(role for role in every if self._sees_as(role, case))

    def at(self, case: Assigned) -> Self:
        """The caller in the roles that see this case: those in which they act on it, and no other."""
        return replace(self, roles=tuple(role for role in self.roles if self._sees_as(role, case)))

    def _sees_as(self, role: Role, case: Assigned) -> bool:
        if role in CLINICAL and role not in self.claims.roles:
            return role is self._part_in(case)
        match role:
            case Role.THERAPIST:
                return case.therapist_id == self.claims.sub
            case Role.SUPERVISOR | Role.DOCTOR:
                return case.supervisor_id == self.claims.sub or case.team_id in self.claims.teams
            case Role.AUDITOR | Role.NOTIFIER | Role.CLOCK | Role.ADMIN:
                return True
            case _:
                return False

    def _part_in(self, case: Assigned) -> Role | None:
        """The one part that a clinician has in a case when the token does not say which role is theirs."""
        if self.claims.sub == case.therapist_id:
            return Role.THERAPIST
        if self.claims.sub == case.supervisor_id:
            return Role.SUPERVISOR
        return Role.DOCTOR if case.team_id in self.claims.teams else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command with what surrounds it. `body` is what a repeat must equal."""

    caller: Caller
    idempotency_key: str
    name: str
    body: Mapping[str, Json]
    case_id: str | None = None
    """None: a new case, or the register of the caller's tenant."""
    expected_version: int | None = None
    of_tenant: bool = False
    """The key is the tenant's: whoever sends it repeats the same command."""

    @property
    def command_id(self) -> str:
        """The id of the command: the same for each repeat of it."""
        # No caller is nameless, so no caller's own key meets one of the tenant.
        caller = "" if self.of_tenant else self.caller.claims.sub
        return command_identity(self.caller.claims.tenant, caller, self.idempotency_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was stored. The same for every repeat of the command."""

    subject: str
    """The case, or the register."""
    version: int
    position: int
    events: tuple[Event, ...]


def check_version(expected: int | None, version: int) -> None:
    """Raise `VersionMismatch` when the caller expected another version."""
    if expected not in (None, version):
        raise VersionMismatch(version)


def command_identity(tenant: str, caller: str, idempotency_key: str) -> str:
    """The id of a command: derived, so that a caller's own text never enters the stored bytes."""
    return str(uuid5(COMMANDS, f"{tenant}\0{caller}\0{idempotency_key}"))
