"""The life of a case: opening, consent, advice, beginning, resting, handing over, closing."""

from typing import assert_never

from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CaseOpened,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseTransferred,
)
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn, SuitabilityAdvised
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.erasure import PersonalDataErasureRefused, PersonalDataErasureRequested
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, Status, holds_on
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import LifeEntry
from treatment.domain.decisions.closing import check_closing, check_reopening
from treatment.domain.decisions.corrections import correct_entry
from treatment.domain.decisions.erasure import refuse_erasure, request_erasure
from treatment.domain.decisions.evidence import check_evidence, check_person
from treatment.domain.facts import Fact
from treatment.domain.refusals import (
    AlreadyRecorded,
    NotFound,
    NotReady,
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
        case CasePaused() | CaseResumed():
            return [Fact(payload=entry, at=at)]
        case CaseTransferred():
            return [Fact(payload=_handed_over(case, entry), at=at)]
        case CaseClosed():
            check_closing(case, entry)
            return [Fact(payload=entry, at=at)]
        case CaseReopened():
            check_reopening(case)
            return [Fact(payload=entry, at=at)]
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


def _handed_over(case: Case, entry: CaseTransferred) -> CaseTransferred:
    """Who is not named stays: only an outright null says that there is no supervisor or no team any more."""
    kept = {
        name: getattr(case, name)
        for name in ("supervisor_id", "team_id")
        if name not in entry.model_fields_set
    }
    return entry.model_copy(update=kept)


def _consent(case: Case, entry: ConsentRecorded | ConsentWithdrawn, at: Moment) -> list[Fact]:
    given = case.consents.get((entry.scope, entry.person_id))
    if isinstance(entry, ConsentWithdrawn):
        if given is None:
            raise NotFound("consent", entry.scope, "scope")
        return [Fact(payload=entry, at=at)]
    check_person(case, entry.person_id, "personId")
    return [] if given == entry else [Fact(payload=entry, at=at)]
