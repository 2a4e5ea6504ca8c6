"""Cases and registers in, events out: the store as the application sees it."""

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from casetrail_contracts import BY_PAYLOAD, Event, event_id, read
from casetrail_contracts.envelope import ActorKind, Envelope, payload_data
from casetrail_contracts.events.register import TenantRegistered
from treatment.domain.case import Case
from treatment.domain.facts import Fact
from treatment.domain.folding import fold, fold_on
from treatment.domain.register import Register, fold_register
from treatment.store.known_cases import KnownCases
from treatment.store.log import CommandRecord, Draft, EventLog
from treatment.store.sealing import Sealer

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who asked for something, in which role, through which software, and what decided it."""

    tenant: str
    issuer: str
    command_id: str
    actor_id: str
    actor_kind: ActorKind
    actor_role: str
    client_id: str
    software_version: str


class CaseStore:
    """Loads cases and registers, stores their facts. Personal values are sealed before they are written."""

    def __init__(
        self, log: EventLog, sealer: Sealer, entropy: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self.log = log
        self._sealer = sealer
        self._entropy = entropy
        self._known = KnownCases()

    def kept(self, tenant: str, case_id: str) -> Case | None:
        """The case as this process knows it, perhaps outdated: an append to it is refused then."""
        return self._known.get(tenant, case_id)

    def load(self, tenant: str, case_id: str) -> Case:
        """The case as it stands; its version is 0 when this tenant has no such case."""
        known = self._known.get(tenant, case_id)
        case = self._newest(tenant, known) if known is not None else None
        if case is None:
            case = fold(case_id, self.case_events(tenant, case_id))
        if case.version:
            self._known.keep(tenant, case)
        return case

    def _newest(self, tenant: str, known: Case) -> Case | None:
        """The known case with what was stored since; None when it is not what the log holds.

        Its newest event is compared: under a running process the log may be replaced by a backup.
        """
        found = self.log.events_of(tenant, known.case_id, known.version - 1)
        return fold_on(known, found[1:]) if found and found[0].hash == known.last_hash else None

    def case_events(self, tenant: str, case_id: str) -> list[Event]:
        """The events of a case in order; empty when this tenant has no such case."""
        events = self.log.events_of(tenant, case_id)
        return events if events and events[0].collection == "cases" else []

    def load_register(self, tenant: str) -> Register | None:
        """The register as it stands; None before the tenant's first event."""
        first = self.log.feed(tenant, 0, 1, (BY_PAYLOAD[TenantRegistered].type,))
        if not first:
            return None
        register_id = read(first[0].content).envelope.subject
        return fold_register(Register(register_id=register_id), self.log.events_of(tenant, register_id))

    def fingerprint_key(self, tenant: str) -> bytes:
        """The secret under which bodies of commands are fingerprinted."""
        return self._sealer.keys.of_tenant(tenant, "command-fingerprint")

    def destroy_keys(self, case_id: str, person_id: str | None) -> None:
        """Make every sealed value about a person of a case unreadable for ever; None: all of the case's."""
        self._known.forget(case_id)
        self._sealer.keys.destroy(case_id, person_id)

    def append(
        self, onto: Case | Register, facts: Sequence[Fact], provenance: Provenance, fingerprint: bytes
    ) -> list[Event]:
        """Store the facts and the command that led to them in one transaction. Raises `LostRace`."""
        drafts = [
            self._draft(onto.subject, onto.version + offset, fact, provenance)
            for offset, fact in enumerate(facts, start=1)
        ]
        command = CommandRecord(
            command_id=provenance.command_id,
            fingerprint=fingerprint,
            case_id=onto.subject,
            first_version=onto.version + 1,
            last_version=onto.version + len(facts),
        )
        events = self.log.append(provenance.tenant, drafts, onto.last_hash, command)
        if isinstance(onto, Case):
            self._known.keep(provenance.tenant, fold_on(onto, events))
        return events

    def _draft(self, subject: str, version: int, fact: Fact, provenance: Provenance) -> Draft:
        identity = event_id(subject, version)
        entry = BY_PAYLOAD[type(fact.payload)]
        sealed = self._sealer.seal_payload(fact.payload, subject, identity)
        return partial(
            Envelope,
            id=identity,
            source=f"https://{provenance.issuer}/tenants/{provenance.tenant}/{entry.collection}/{subject}",
            type=entry.type,
            subject=subject,
            time=fact.at.at,
            timeprecision=fact.at.precision,
            sequence=f"{version:010d}",
            salt=base64.urlsafe_b64encode(self._entropy(SALT_BYTES)).rstrip(b"=").decode(),
            commandid=provenance.command_id,
            correlationid=provenance.command_id,
            causationid=fact.caused_by or provenance.command_id,
            authid=provenance.actor_id,
            authtype=provenance.actor_kind,
            authrole=provenance.actor_role,
            authclient=provenance.client_id,
            softwareversion=provenance.software_version,
            dataschema=entry.dataschema,
            data=payload_data(sealed),
        )
