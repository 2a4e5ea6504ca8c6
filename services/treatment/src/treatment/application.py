"""The one way in: load, decide, append, and try a lost race again.

The HTTP interface, imports, the clock, the simulator and the demo all come through here.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from casetrail_contracts import Event
from casetrail_contracts.canonical import Json, encode
from casetrail_contracts.envelope import ActorKind
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.events.erasure import PersonalDataErased
from casetrail_contracts.identity import Claims, Role
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances, Definitions
from treatment.domain.commands import Command, Record
from treatment.domain.decisions import decide
from treatment.domain.due import due_at
from treatment.domain.facts import Fact
from treatment.domain.folding import fold
from treatment.domain.refusals import CaseUnknown
from treatment.store.case_store import CaseStore, Provenance
from treatment.store.log import CommandRecord, LostRace

ATTEMPTS = 4
"""The first try and three more after a lost race."""
COMMANDS = uuid5(NAMESPACE_URL, "https://casetrail.org/commands")


class KeyUsedForAnother(Exception):
    """The idempotency key was used before, for another command or another body. Nothing was stored."""


class NotYourOwn(Exception):
    """A case is opened by its own therapist, or by software acting for that therapist."""


class VersionMismatch(Exception):
    """The case is not at the version that the caller expected. Nothing was stored."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the case is at version {version}")
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
    """A verified caller, in the roles that the route allows; at least one."""

    claims: Claims
    roles: tuple[Role, ...]

    def sees(self, case: Assigned) -> bool:
        """Whether one of the roles may know of this case."""
        return any(self._sees_as(role, case) for role in self.roles)

    def _sees_as(self, role: Role, case: Assigned) -> bool:
        match role:
            case Role.THERAPIST | Role.SYSTEM:
                return case.therapist_id == self.claims.sub
            case Role.SUPERVISOR | Role.DOCTOR:
                return case.supervisor_id == self.claims.sub or case.team_id in self.claims.teams
            case Role.AUDITOR | Role.NOTIFIER | Role.CLOCK | Role.ADMIN:
                return True
            case _:
                return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command with what surrounds it. `body` is what a repeat must equal."""

    caller: Caller
    idempotency_key: str
    name: str
    body: Mapping[str, Json]
    case_id: str | None = None
    """None: a new case."""
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was stored. The same for every repeat of the command."""

    case_id: str
    version: int
    position: int
    events: tuple[Event, ...]


class Application:
    """Carries out commands. Safe to use from several threads."""

    def __init__(
        self,
        store: CaseStore,
        *,
        definitions: Definitions,
        issuer: Callable[[str], str],
        software_version: str,
        now: Callable[[], datetime],
        new_case_id: Callable[[], UUID],
    ) -> None:
        self.store = store
        self._definitions = definitions
        self._issuer = issuer
        self._software_version = software_version
        self._now = now
        self._new_case_id = new_case_id

    def handle(self, request: Request, command: Command) -> Answer:
        """Carry out a command once, however often it is sent.

        Raises a `Refusal`, `KeyUsedForAnother`, `VersionMismatch`, or `LostRace` when other writers
        were faster four times in a row. Whatever is raised, nothing was stored.
        """
        tenant = request.caller.claims.tenant
        command_id = command_identity(tenant, request.caller.claims.sub, request.idempotency_key)
        for _ in range(ATTEMPTS):
            known = self.store.log.command(command_id)
            if known is not None:
                return self._repeat(tenant, known, self._fingerprint(tenant, request))
            with suppress(LostRace):
                return self._attempt(request, command, command_id)
        # A lost connection can look like a lost race although the command was stored.
        known = self.store.log.command(command_id)
        if known is None:
            raise LostRace
        return self._repeat(tenant, known, self._fingerprint(tenant, request))

    def events(self, caller: Caller, case_id: str) -> list[Event]:
        """All events of a case that the caller may see. Raises `CaseUnknown`."""
        found = self.store.log.case_events(caller.claims.tenant, case_id)
        _check_sees(caller, fold(case_id, found))
        return found

    def due(self, caller: Caller, case_id: str) -> tuple[Case, datetime | None]:
        """A case, and when something of it will be overdue, if nothing happens. Raises `CaseUnknown`."""
        case = self._visible(caller, case_id)
        return case, due_at(case, self._circumstances(caller))

    def _visible(self, caller: Caller, case_id: str) -> Case:
        case = self.store.load(caller.claims.tenant, case_id)
        _check_sees(caller, case)
        return case

    def _attempt(self, request: Request, command: Command, command_id: str) -> Answer:
        case = self._case(request, command)
        if request.expected_version not in (None, case.version):
            raise VersionMismatch(case.version)
        facts = decide(case, command, self._circumstances(request.caller))
        provenance = self._provenance(request.caller, command_id)
        # Only now: a refused command leaves nothing behind, not even a tenant's first key.
        tenant = request.caller.claims.tenant
        self._destroy_keys(case, facts)
        events = self.store.append(case, facts, provenance, self._fingerprint(tenant, request))
        return self._answer(tenant, case.case_id, case.version + len(facts), events)

    def _case(self, request: Request, command: Command) -> Case:
        if isinstance(command, Record) and isinstance(command.entry, CaseOpened):
            if command.entry.therapist_id != request.caller.claims.sub:
                raise NotYourOwn
            return Case(case_id=str(self._new_case_id()))
        if request.case_id is None:
            raise CaseUnknown
        return self._visible(request.caller, request.case_id)

    def _circumstances(self, caller: Caller) -> Circumstances:
        return Circumstances(
            now=self._now(),
            actor=caller.claims.sub,
            roles=frozenset(caller.roles),
            definitions=self._definitions,
        )

    def _destroy_keys(self, case: Case, facts: Sequence[Fact]) -> None:
        """Before the append: an event that says `erased` is true from its first moment on."""
        for fact in facts:
            if isinstance(fact.payload, PersonalDataErased):
                self.store.destroy_keys(case.case_id, fact.payload.person_id)

    def _repeat(self, tenant: str, known: CommandRecord, fingerprint: bytes) -> Answer:
        if not hmac.compare_digest(known.fingerprint, fingerprint):
            raise KeyUsedForAnother
        stored = self.store.log.case_events(tenant, known.case_id, known.first_version - 1)
        events = stored[: known.last_version + 1 - known.first_version]
        return self._answer(tenant, known.case_id, known.last_version, events)

    def _answer(self, tenant: str, case_id: str, version: int, events: Sequence[Event]) -> Answer:
        newest = events[-1] if events else self.store.log.case_events(tenant, case_id, version - 1)[0]
        return Answer(case_id=case_id, version=version, position=newest.position, events=tuple(events))

    def _fingerprint(self, tenant: str, request: Request) -> bytes:
        """An HMAC: the bodies of commands hold personal values and stay nowhere in plain."""
        asked = encode({"command": request.name, "case": request.case_id, "body": request.body})
        return hmac.digest(self.store.fingerprint_key(tenant), asked, hashlib.sha256)

    def _provenance(self, caller: Caller, command_id: str) -> Provenance:
        claims = caller.claims
        return Provenance(
            tenant=claims.tenant,
            issuer=self._issuer(claims.tenant),
            command_id=command_id,
            actor_id=claims.sub,
            actor_kind=ActorKind.SYSTEM if caller.roles[0] is Role.CLOCK else ActorKind.APP_USER,
            actor_role=caller.roles[0],
            client_id=claims.act.sub if claims.act else "direct",
            software_version=self._software_version,
        )


def _check_sees(caller: Caller, case: Case) -> None:
    """Nobody learns that there is a case that they may not see."""
    if not case.version or not caller.sees(case):
        raise CaseUnknown


def command_identity(tenant: str, caller: str, idempotency_key: str) -> str:
    """The id of a command: derived, so that a caller's own text never enters the stored bytes."""
    return str(uuid5(COMMANDS, f"{tenant}\0{caller}\0{idempotency_key}"))
