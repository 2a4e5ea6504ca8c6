"""From forms that were read to forms in their cases, through the same commands as everybody's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, assert_never

from casetrail_contracts.scalars import Moment
from treatment.application import Application, Request
from treatment.definitions.installed import Installed
from treatment.domain.case import Case
from treatment.domain.commands import CorrectAssessment, Record, ScoreAssessment
from treatment.imports.again import NEVER_STORED, scoring, taking_back
from treatment.imports.form import ImportedForm, TakenBack, Unreadable
from treatment.imports.patients import Patient, Patients
from treatment.imports.report import Outcome, Sent

Asked: TypeAlias = ScoreAssessment | CorrectAssessment | Record
NAMES = {
    ScoreAssessment: "score-assessment",
    CorrectAssessment: "correct-assessment",
    Record: "correct-entry",
}


@dataclass(slots=True, kw_only=True)
class Importer:
    """Sends forms into one case per patient, which is opened at the patient's first form."""

    application: Application
    installed: Installed
    patients: Patients
    now: Callable[[], datetime]
    run: str
    """A name of this run: what it sends is not taken for a repeat of an earlier run's commands."""
    dry: bool = False
    """Decide on every form as if it were sent, and store nothing."""
    _position: int = field(default=0, init=False)
    _sent: int = field(default=0, init=False)
    _foreseen: dict[Patient, Case] = field(default_factory=dict, init=False)
    _imagined: set[str] = field(default_factory=set, init=False)

    @property
    def position(self) -> int:
        """The newest event of what was sent, in the tenant's history; 0 before the first."""
        return max(self._position, self.patients.position)

    def send(self, form: ImportedForm | TakenBack) -> Sent:
        """Bring one form into its case. Raises a `Refusal` or `Unreadable`; then nothing was stored of it.

        The same form again is `known`: its identity is the sender's own, whichever run sends it.
        """
        patient = form.origin.system, form.subject
        case = self._foreseen.get(patient) or self.patients.find(patient)
        now = Moment(self.now())
        asked: Asked | None
        match form:
            case TakenBack():
                if case is None:
                    raise Unreadable(NEVER_STORED)
                asked = taking_back(case, form, now)
            case ImportedForm():
                scored = self._scored(form)
                case = case or self._opened(patient, scored)
                asked = scoring(case, form, scored, now)
            case _:
                assert_never(form)
        caller = self.patients.caller
        if asked is None:
            return Sent("known" if caller.sees(case) else "elsewhere", self._named(case))
        if not caller.sees(case):
            raise Unreadable(
                f"the case of this patient is {case.therapist_id}'s: import with that --therapist"
            )
        if self.dry:
            self._foreseen[patient] = self.application.foresee(caller, asked, case)
        elif not self._stored(case, form, asked):
            return Sent("known", case.case_id)
        return Sent(_outcome(asked), self._named(case))

    def _opened(self, patient: Patient, first: ScoreAssessment) -> Case:
        """A case for the form. It is tried before: a form that is refused leaves no empty case behind."""
        caller, opening = self.patients.caller, self.patients.opening(patient, first.taken_at)
        case = self.application.foresee(caller, opening)
        self.application.foresee(caller, first, case)
        if not self.dry:
            return self.patients.open(patient, first.taken_at)
        self._imagined.add(case.case_id)
        return case

    def _named(self, case: Case) -> str | None:
        """A case that only a dry run opened is not there for anybody to look at."""
        return None if case.case_id in self._imagined else case.case_id

    def _scored(self, form: ImportedForm) -> ScoreAssessment:
        return ScoreAssessment(
            assessment_id=form.assessment_id,
            instrument=self.installed.instruments.get(form.instrument),
            taken_at=form.taken_at,
            setting="remote",
            respondent="patient",
            input_mode="import",
            items=form.items,
            answer_mode=form.answer_mode,
            reported_total=form.reported_total,
            reported_mean=form.reported_mean,
            imported=True,
        )

    def _stored(self, case: Case, form: ImportedForm | TakenBack, asked: Asked) -> bool:
        """Whether it was new. Another sender may have said the same in between."""
        self._sent += 1
        request = Request(
            caller=self.patients.caller,
            idempotency_key=f"import/{self.run}/{self._sent}",
            name=NAMES[type(asked)],
            body={"assessmentId": form.assessment_id},
            case_id=case.case_id,
        )
        answer = self.application.handle(request, asked)
        self._position = max(self._position, answer.position)
        return bool(answer.events)


def _outcome(asked: Asked) -> Outcome:
    match asked:
        case ScoreAssessment():
            return "added"
        case CorrectAssessment():
            return "corrected"
        case Record():
            return "takenBack"
        case _:
            assert_never(asked)
