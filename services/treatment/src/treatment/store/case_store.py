"""Cases in, events out: the store as the application sees it."""

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from casetrail_contracts import BY_PAYLOAD, Event, event_id
from casetrail_contracts.envelope import ActorKind, Envelope, payload_data
from treatment.domain.case import Case
from treatment.domain.facts import Fact
from treatment.domain.folding import fold
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
    """Loads cases and stores their facts. A personal value is sealed before anything is written."""

    def __init__(
        self, log: EventLog, sealer: Sealer, entropy: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self.log = log
        self._sealer = sealer
        self._entropy = entropy

    def load(self, tenant: str, case_id: str) -> Case:
        """The case as it stands; its version is 0 when this tenant has no such case."""
        return fold(case_id, self.log.case_events(tenant, case_id))

    def fingerprint_key(self, tenant: str) -> bytes:
        """The secret under which bodies of commands are fingerprinted."""
        return self._sealer.keys.of_tenant(tenant, "command-fingerprint")

    def destroy_keys(self, case_id: str, person_id: str | None) -> None:
        """Make every sealed value about a person of a case (None: the patient) unreadable for ever."""
        self._sealer.keys.destroy(case_id, person_id)

    def append(
        self, case: Case, facts: Sequence[Fact], provenance: Provenance, fingerprint: bytes
    ) -> list[Event]:
        """Store the facts and the command that led to them in one transaction. Raises `LostRace`."""
        drafts = [
            self._draft(case.case_id, case.version + offset, fact, provenance)
            for offset, fact in enumerate(facts, start=1)
        ]
        command = CommandRecord(
            command_id=provenance.command_id,
            fingerprint=fingerprint,
            case_id=case.case_id,
            first_version=case.version + 1,
            last_version=case.version + len(facts),
        )
        return self.log.append(provenance.tenant, drafts, case.last_hash, command)

    def _draft(self, case_id: str, version: int, fact: Fact, provenance: Provenance) -> Draft:
        identity = event_id(case_id, version)
        entry = BY_PAYLOAD[type(fact.payload)]
        sealed = self._sealer.seal_payload(fact.payload, case_id, identity)
        return partial(
            Envelope,
            id=identity,
            source=f"https://{provenance.issuer}/tenants/{provenance.tenant}/cases/{case_id}",
            type=entry.type,
            subject=case_id,
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
