"""The case of a sender's patient: found again whoever sends, opened at the patient's first form."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from casetrail_contracts import Personal
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.scalars import Moment
from treatment.application import Application, Caller, Request
from treatment.domain.case import Case
from treatment.domain.commands import Record
from treatment.imports.form import Subject, Unreadable

PURPOSE = "import-subjects"
HANDED_OVER = "the case that was opened for this patient is in other hands now; it was left as it is"
Patient: TypeAlias = tuple[str, Subject]
"""The sender's system, and the patient in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Who, beside the therapist, is in charge of the cases that an import opens."""

    supervisor_id: str | None = None
    team_id: str | None = None


@dataclass(slots=True, kw_only=True)
class Patients:
    """Finds the cases of an import's patients, and opens those that are missing.

    A case is found by the tenant's key of the patient, whoever sends. A sender who may not see it gets a
    case of their own, as if there were none: nobody learns that another therapist treats the patient.
    Only who `administers` the installation is told; that one sees every case.
    """

    application: Application
    caller: Caller
    charge: Charge = field(default_factory=Charge)
    administers: bool = False
    position: int = field(default=0, init=False)
    """The newest opening, in the tenant's history; 0 before the first."""
    _known: dict[Patient, str] = field(default_factory=dict, init=False)
    _begun: bool = field(default=False, init=False)
    """Whether anything is stored of the tenant."""

    def find(self, patient: Patient) -> Case | None:
        """The case as it stands; None when there is none that the sender may know of.

        Raises `Unreadable` when it was the sender who opened it and somebody else has it now.
        """
        if patient in self._known:
            return self._load(self._known[patient])
        # A tenant of which nothing is stored has no patients, and gets no key for asking.
        self._begun = self._begun or self.application.registrar.of(self.caller.claims.tenant) is not None
        if not self._begun:
            return None
        others = []
        for asked in self._openings(patient):
            known = self.application.store.log.command(asked.command_id)
            if known is None:
                continue
            case = self._load(known.case_id)
            if self.caller.sees(case):
                self._known[patient] = case.case_id
                return case
            others.append(case)
        if self.administers:
            return others[0] if others else None
        if any(case.history and case.history[0].actor == self.caller.claims.sub for case in others):
            raise Unreadable(HANDED_OVER)
        return None

    def open(self, patient: Patient, at: Moment) -> Case:
        """A new case, at the first form that comes: the oldest of its file. Raises a `Refusal`."""
        opened = self.opening(patient, at)
        for asked in self._openings(patient):
            answer = self.application.handle(asked, opened)
            case = self._load(answer.subject)
            # The tenant's key may have opened another therapist's case before, or in this very moment.
            if self.caller.sees(case):
                self.position = max(self.position, answer.position)
                self._known[patient] = case.case_id
                return case
        raise Unreadable(HANDED_OVER)

    def opening(self, patient: Patient, at: Moment) -> Record:
        """What is asked for when a case is opened."""
        opened = CaseOpened(
            patient_ref=Personal.plain(patient[1].reference),
            therapist_id=self.caller.claims.sub,
            supervisor_id=self.charge.supervisor_id,
            team_id=self.charge.team_id,
        )
        return Record(entry=opened, at=at)

    def _openings(self, patient: Patient) -> Iterator[Request]:
        """The commands that may have opened it: anybody's of the tenant first, then the sender's own."""
        digest = self._digest(patient)
        for of_tenant in (True, False):
            yield Request(
                caller=self.caller,
                idempotency_key=f"import/{digest}",
                name="open-case",
                body={"patient": digest},
                of_tenant=of_tenant,
            )

    def _load(self, case_id: str) -> Case:
        return self.application.store.load(self.caller.claims.tenant, case_id)

    def _digest(self, patient: Patient) -> str:
        """Keyed: the id of a command is derived from it, and must not be guessed from a patient's number."""
        system, subject = patient
        known_as = json.dumps([PURPOSE, system, subject.within, subject.reference])
        key = self.application.store.fingerprint_key(self.caller.claims.tenant)
        return hmac.digest(key, known_as.encode(), hashlib.sha256).hex()
