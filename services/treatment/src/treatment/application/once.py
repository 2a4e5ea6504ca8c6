"""A command is carried out once, however often it is sent."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum

from casetrail_contracts import Event
from casetrail_contracts.canonical import encode
from treatment.application.asking import Answer, KeyUsedForAnother, NotYourOwn, Request, VersionMismatch
from treatment.domain.refusals import Refusal
from treatment.store.case_store import CaseStore
from treatment.store.log import CommandRecord, LostRace

ATTEMPTS = 4
"""The tries from what the log says: the first, and three more after a lost race."""


MAY_BE_OUTDATED = (Refusal, VersionMismatch, NotYourOwn)
"""What a command may be answered by mistake when it is decided from what is kept."""


class Look(Enum):
    """Where an attempt looks for the state that it decides from."""

    AT_WHAT_IS_KEPT = "in memory, if it is there"
    AT_THE_LOG = "in the log"


class Once:
    """Remembers commands by their id, and answers a repeat with what the first one stored."""

    def __init__(self, store: CaseStore) -> None:
        self._store = store

    def carry_out(self, request: Request, attempt: Callable[[Request, Look], Answer]) -> Answer:
        """The answer to a command, now or as it was given before.

        `attempt` loads, decides and appends; it is tried anew after a lost race. Raises what it raises,
        `KeyUsedForAnother`, `StoreBehindBroker`, or `LostRace` when other writers were faster four times in
        a row.

        The first try trusts what is kept in memory: an append finds out when that is outdated, or when the
        command is a repeat. Whatever else it says is not said on, but decided again from the log.
        """
        with suppress(LostRace, *MAY_BE_OUTDATED):
            return attempt(request, Look.AT_WHAT_IS_KEPT)
        for _ in range(ATTEMPTS):
            # What a store says that has lost events is no answer, not even a refusal.
            self._store.log.require_together()
            known = self._store.log.command(request.command_id)
            if known is not None:
                return self._repeat(request, known)
            with suppress(LostRace):
                return attempt(request, Look.AT_THE_LOG)
        # A lost connection can look like a lost race although the command was stored.
        known = self._store.log.command(request.command_id)
        if known is None:
            raise LostRace
        return self._repeat(request, known)

    def fingerprint(self, request: Request) -> bytes:
        """An HMAC: the bodies of commands hold personal values and stay nowhere in plain."""
        asked = encode({"command": request.name, "case": request.case_id, "body": request.body})
        key = self._store.fingerprint_key(request.caller.claims.tenant)
        return hmac.digest(key, asked, hashlib.sha256)

    def answer(self, tenant: str, subject: str, version: int, events: Sequence[Event]) -> Answer:
        """What was stored; a command that had nothing new to say is answered with where things stand."""
        newest = events[-1] if events else self._store.log.events_of(tenant, subject, version - 1)[0]
        return Answer(subject=subject, version=version, position=newest.position, events=tuple(events))

    def _repeat(self, request: Request, known: CommandRecord) -> Answer:
        # Without a fingerprint it was taken back from the broker: nobody can compare its body any more.
        if known.fingerprint and not hmac.compare_digest(known.fingerprint, self.fingerprint(request)):
            raise KeyUsedForAnother
        tenant = request.caller.claims.tenant
        since = self._store.log.events_of(tenant, known.case_id, known.first_version - 1)
        events = since[: known.last_version + 1 - known.first_version]
        return self.answer(tenant, known.case_id, known.last_version, events)
