"""From forms that were read to forms in their cases, through the same commands as everybody's."""

import hashlib
import hmac
from dataclasses import dataclass, field

from casetrail_contracts import Personal
from casetrail_contracts.events.case import CaseOpened
from treatment.application import Application, Caller, Request
from treatment.definitions.installed import Installed
from treatment.domain.commands import Record, ScoreAssessment
from treatment.imports.form import ImportedForm
from treatment.imports.report import Outcome

PURPOSE = "import-subjects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Who is in charge of the cases that an import opens."""

    supervisor_id: str | None = None
    team_id: str | None = None


@dataclass(slots=True, kw_only=True)
class Importer:
    """Sends forms as `caller`, into one case per patient, which is opened at the patient's first form."""

    application: Application
    installed: Installed
    caller: Caller
    run: str
    """A name of this run: what it sends is not taken for a repeat of an earlier run's commands."""
    charge: Charge = field(default_factory=Charge)
    position: int = field(default=0, init=False)
    """The newest event of what was sent, in the tenant's history; 0 before the first."""
    _cases: dict[str, str] = field(default_factory=dict, init=False)
    _sent: int = field(default=0, init=False)

    def send(self, form: ImportedForm) -> Outcome:
        """Bring one form into its case. Raises the domain's `Refusal`; then nothing was stored.

        The same form again is `known`: its identity is the sender's own, whichever run sends it.
        """
        command = ScoreAssessment(
            assessment_id=form.assessment_id,
            instrument=self.installed.instruments.get(form.instrument),
            taken_at=form.taken_at,
            setting="remote",
            respondent="patient",
            input_mode="import",
            items=form.items,
            answer_mode=form.answer_mode,
            reported_total=form.reported_total,
            imported=True,
        )
        self._sent += 1
        request = Request(
            caller=self.caller,
            idempotency_key=f"import/{self.run}/{self._sent}",
            name="score-assessment",
            body={"assessmentId": form.assessment_id},
            case_id=self._case_of(form),
        )
        answer = self.application.handle(request, command)
        self.position = max(self.position, answer.position)
        return "added" if answer.events else "known"

    def _case_of(self, form: ImportedForm) -> str:
        """The case of a sender's patient. A repeated opening finds it, so no list of patients is kept."""
        patient = f"{form.source.partition('|')[0]}|{form.subject}"
        if patient not in self._cases:
            self._cases[patient] = self._open(form, self._digest(patient))
        return self._cases[patient]

    def _open(self, form: ImportedForm, patient: str) -> str:
        claims = self.caller.claims
        opened = CaseOpened(
            patient_ref=Personal.plain(form.subject),
            therapist_id=claims.sub,
            supervisor_id=self.charge.supervisor_id,
            team_id=self.charge.team_id,
        )
        request = Request(
            caller=self.caller,
            idempotency_key=f"import/{patient}",
            name="open-case",
            body={"patient": patient},
        )
        # Opened at the first form that comes, which is the oldest of its file.
        return self.application.handle(request, Record(entry=opened, at=form.taken_at)).subject

    def _digest(self, patient: str) -> str:
        """Keyed: the id of a command is derived from it, and must not be guessed from a patient's number."""
        key = self.application.store.fingerprint_key(self.caller.claims.tenant)
        return hmac.digest(key, f"{PURPOSE}/{patient}".encode(), hashlib.sha256).hex()
