"""The register of each tenant: up to date before anything else is stored, and changed by its own commands."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from casetrail_contracts import Event
from treatment.application.asking import Answer, Request, check_version, command_identity
from treatment.application.once import Once
from treatment.application.origin import Origin
from treatment.definitions.installed import Installed
from treatment.domain.circumstances import Definitions
from treatment.domain.register import (
    PublishDefinitions,
    Register,
    RegisterCommand,
    decide_register,
    fold_register,
)
from treatment.store.case_store import CaseStore


class Registrar:
    """Keeps the registers. Safe to use from several threads."""

    def __init__(
        self, store: CaseStore, installed: Installed, origin: Origin, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._once = Once(store)
        self._installed = installed
        self._origin = origin
        self._now = now
        self._up_to_date: set[str] = set()
        self._definitions: dict[str, Definitions] = {}

    def handle(self, request: Request, command: RegisterCommand) -> Answer:
        """Carry out a command on the register of the caller's tenant, once.

        Raises a `Refusal`, `KeyUsedForAnother`, `VersionMismatch`, or `LostRace` when other writers were
        faster four times in a row. Then nothing of the command was stored; the register may have begun.
        """
        return self._once.carry_out(request, lambda asked, _: self._attempt(asked, command))

    def publish(self, tenant: str) -> None:
        """See that the register says what is installed: only then may an event name it. Raises `LostRace`."""
        if tenant not in self._up_to_date:
            self._published(tenant)

    def of(self, tenant: str) -> Register | None:
        """The register of a tenant as it stands; None before the tenant's first event."""
        return self._store.load_register(tenant)

    def events(self, tenant: str) -> list[Event]:
        """The events of the register, in order."""
        register = self.of(tenant)
        return [] if register is None else self._store.log.events_of(tenant, register.subject)

    def definitions(self, tenant: str) -> Definitions:
        """What the events of the tenant may name: what is installed, and what was ever published to it.

        So a file that was edited or removed goes on to say what it said to the cases that named it.
        """
        known = self._definitions.get(tenant)
        if known is None:
            register = self.of(tenant)
            known = self._installed.with_published(register.published.values() if register else ())
            self._definitions[tenant] = known
        return known

    def _attempt(self, request: Request, command: RegisterCommand) -> Answer:
        tenant = request.caller.claims.tenant
        register = self._published(tenant)
        check_version(request.expected_version, register.version)
        facts = decide_register(register, command, self._now())
        events = self._store.append(
            register,
            facts,
            self._origin.of(request, request.caller.roles[0]),
            self._once.fingerprint(request),
        )
        return self._once.answer(tenant, register.subject, register.version + len(facts), events)

    def _published(self, tenant: str) -> Register:
        """The register with everything in it that is installed."""
        issuer = self._origin.issuer(tenant)
        register = self.of(tenant) or Register(register_id=register_identity(issuer, tenant))
        command = PublishDefinitions(issuer=issuer, installed=self._installed.published)
        if facts := decide_register(register, command, self._now()):
            # No caller is nameless, so no caller's command has this id.
            command_id = command_identity(tenant, "", f"publish/{register.version}")
            provenance = self._origin.of_installation(tenant, command_id)
            fingerprint = hashlib.sha256(command_id.encode()).digest()
            register = fold_register(register, self._store.append(register, facts, provenance, fingerprint))
        self._up_to_date.add(tenant)
        return register


def register_identity(issuer: str, tenant: str) -> str:
    """The id of a new register: derived, so that two first commands at once cannot begin two of them."""
    return str(uuid5(NAMESPACE_URL, f"https://{issuer}/tenants/{tenant}/register"))
