"""The life of a case: opening, consent, advice, beginning, resting, handing over, closing."""

from typing import assert_never

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CaseOpened,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseTransferred,
    ClosureReason,
)
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn, SuitabilityAdvised
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.erasure import PersonalDataErasureRefused, PersonalDataErasureRequested
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, Status, holds_on
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import LifeEntry
from treatment.domain.decisions.corrections import correct_entry
from treatment.domain.decisions.erasure import refuse_erasure, request_erasure
from treatment.domain.decisions.evidence import check_evidence, check_person
from treatment.domain.facts import Fact
from treatment.domain.refusals import (
    AlreadyRecorded,
    FinalMeasuresMissing,
    NotFound,
    NotReady,
    UrgentRiskOpen,
)


def record(case: Case, entry: LifeEntry, at: Moment, circumstances: Circumstances) -> list[Fact]:
    """The facts of an entry about the life of the case."""
    match entry:
        case CaseOpened():
            if case.status is not Status.UNOPENED:
                raise AlreadyRecorded("case", case.case_id)
            return [Fact(payload=entry, at=at)]
        case CaseActivated():
            check_evidence(case, entry.evidence)
            return _activate(case, entry, at)
        case CasePaused() | CaseResumed() | CaseReopened() | CaseTransferred():
            return [Fact(payload=entry, at=at)]
        case CaseClosed():
            return _close(case, entry, at)
        case ConsentRecorded() | ConsentWithdrawn():
            return _consent(case, entry, at)
        case SuitabilityAdvised():
            check_evidence(case, entry.evidence)
            return [Fact(payload=entry, at=at)]
        case EntryCorrected():
            return correct_entry(case, entry, at, circumstances)
        case PersonalDataErasureRequested():
            return request_erasure(case, entry, at)
        case PersonalDataErasureRefused():
            return refuse_erasure(case, entry, at, circumstances)
        case _:
            assert_never(entry)


def _activate(case: Case, entry: CaseActivated, at: Moment) -> list[Fact]:
    """Needs consent, suitability and protocol; all that is missing is named (invariant 1)."""
    missing = []
    consent = case.consents.get(("treatment", None))
    if consent is None:
        missing.append("consent to treatment (record-consent)")
    elif not holds_on(consent, at.at.date()):
        missing.append("consent to treatment: the one that was given has expired (record-consent)")
    if case.suitability is None or case.suitability.outcome not in ("suitable", "suitableWithCombination"):
        missing.append("a doctor's advice that the therapy suits (advise-suitability)")
    if case.protocol is None:
        missing.append("a protocol (assign-protocol)")
    if missing:
        raise NotReady(tuple(missing))
    return [Fact(payload=entry, at=at)]


def _close(case: Case, closure: CaseClosed, at: Moment) -> list[Fact]:
    """An open urgent flag needs an override (invariant 8), a completed course its final measures (7)."""
    urgent = sum(flag.level is RiskLevel.URGENT for flag in case.open_flags.values())
    if urgent and closure.open_risk_override is None:
        raise UrgentRiskOpen(urgent)
    completed = closure.reason is ClosureReason.COMPLETED
    if completed and closure.final_measures_absent is None and not has_final_measures(case):
        raise FinalMeasuresMissing
    return [Fact(payload=closure, at=at)]


def has_final_measures(case: Case) -> bool:
    """Whether a form was taken on the day of the last session, or later."""
    if not case.attended:
        return False
    last = max(session.started_at for session in case.attended.values()).date()
    return any(form.taken_at.at.date() >= last for form in case.assessments.values())


def _consent(case: Case, entry: ConsentRecorded | ConsentWithdrawn, at: Moment) -> list[Fact]:
    given = case.consents.get((entry.scope, entry.person_id))
    if isinstance(entry, ConsentWithdrawn):
        if given is None:
            raise NotFound("consent", entry.scope, "scope")
        return [Fact(payload=entry, at=at)]
    check_person(case, entry.person_id, "personId")
    return [] if given == entry else [Fact(payload=entry, at=at)]
