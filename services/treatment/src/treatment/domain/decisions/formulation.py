"""The initial phase: diagnosis to contract, and the problem area that becomes the focus."""

from typing import assert_never

from casetrail_contracts.events.formulation import (
    ContractAgreed,
    DiagnosisRecorded,
    FormulationAgreed,
    SickRoleGiven,
    TimelineRecorded,
)
from casetrail_contracts.events.inventory import LivingStatus
from casetrail_contracts.events.problem_area import (
    DisputeStageChanged,
    Focus,
    Grief,
    InterpersonalDeficits,
    ProblemAreaRevised,
    ProblemAreaSelected,
    RoleDispute,
    RoleTransition,
)
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import FormulationEntry
from treatment.domain.decisions import inventory
from treatment.domain.decisions.evidence import check_because, has_texts, says_the_same
from treatment.domain.decisions.protocols import check_length
from treatment.domain.facts import Fact
from treatment.domain.folding.formulation import ARTIFACT_OF
from treatment.domain.refusals import (
    DisputeNeedsTheLiving,
    GriefNeedsADeath,
    NoProblemArea,
    PersonUnknown,
    ProblemAreaTaken,
    ProtocolChoosesOtherwise,
    ReasonMissing,
)


def record(case: Case, entry: FormulationEntry, at: Moment, circumstances: Circumstances) -> list[Fact]:
    """The facts of an entry of the initial phase."""
    match entry:
        case DiagnosisRecorded() | SickRoleGiven():
            return [Fact(payload=entry, at=at)]
        case FormulationAgreed() | ContractAgreed():
            return _agreed(case, entry, at, circumstances)
        case TimelineRecorded():
            check_timeline(case, entry)
            return [Fact(payload=entry, at=at)]
        case ProblemAreaSelected():
            _check_protocol(case, circumstances)
            return _select(case, entry, at)
        case ProblemAreaRevised():
            _check_protocol(case, circumstances)
            return _revise(case, entry, at)
        case DisputeStageChanged():
            focus = case.focus.get(entry.rank)
            if not isinstance(focus, RoleDispute):
                raise NoProblemArea(entry.rank, "a role dispute")
            return [] if focus.stage == entry.stage else [Fact(payload=entry, at=at)]
        case _:
            return inventory.record(case, entry, at)


def _agreed(
    case: Case, entry: FormulationAgreed | ContractAgreed, at: Moment, circumstances: Circumstances
) -> list[Fact]:
    """What changes an agreement is an adaptation: it names its reason (invariant 9)."""
    if isinstance(entry, ContractAgreed):
        check_length(circumstances.protocol(case.protocol), entry.sessions, circumstances)
        changes = case.contract is not None and _terms(case.contract) != _terms(entry)
        what = "a contract that changes what was agreed"
    else:
        # Its words are sealed: whether a second one says something else, nobody can compare.
        changes = ARTIFACT_OF[entry.kind] in case.artifacts
        what = f"another formulation of the kind {entry.kind}"
    if entry.because is not None:
        check_because(case, entry.because, at)
    elif changes:
        raise ReasonMissing(what)
    return [Fact(payload=entry, at=at)]


def _terms(contract: ContractAgreed) -> ContractAgreed:
    """What was agreed, without the words about it."""
    return contract.model_copy(update={"summary": None, "because": None})


def check_timeline(case: Case, timeline: TimelineRecorded) -> None:
    """Raise `PersonUnknown` unless each person on it is one of the inventory."""
    for number, one in enumerate(timeline.entries):
        if one.person_id is not None and one.person_id not in case.people:
            raise PersonUnknown(one.person_id, f"entries.{number}.personId")


def _select(case: Case, selection: ProblemAreaSelected, at: Moment) -> list[Fact]:
    """One primary and at most one secondary area; choosing the same one again says nothing new."""
    _check_focus(case, selection.focus)
    chosen = case.focus.get(selection.rank)
    if chosen is not None:
        if says_the_same(chosen, selection.focus):
            return []
        raise ProblemAreaTaken(selection.rank)
    if selection.rank == "secondary" and "primary" not in case.focus:
        raise ProblemAreaTaken("secondary before primary")
    return [Fact(payload=selection, at=at)]


def _revise(case: Case, revision: ProblemAreaRevised, at: Moment) -> list[Fact]:
    """An adaptation: it names its reason, and something must be there to revise.

    The same area in the same codes says nothing new; what a new text says, only its reader knows.
    """
    _check_focus(case, revision.focus)
    chosen = case.focus.get(revision.rank)
    if chosen is None:
        raise NoProblemArea(revision.rank, "a problem area")
    whole = revision.model_copy(update={"previous": chosen.area})
    repeats = _was_revised(case, revision) or not has_texts(revision.focus)
    if repeats and says_the_same(chosen, revision.focus):
        return []
    check_because(case, revision.because, at)
    return [Fact(payload=whole, at=at)]


def _was_revised(case: Case, revision: ProblemAreaRevised) -> bool:
    """Whether the same was recorded, whatever the area before it was."""
    return any(
        isinstance(one.holds, ProblemAreaRevised)
        and says_the_same(one.holds, revision.model_copy(update={"previous": one.holds.previous}))
        for one in case.history
    )


def _check_protocol(case: Case, circumstances: Circumstances) -> None:
    """DIT, MIT and IPSRT do not choose one of the four areas (catalogue, formulation)."""
    protocol = circumstances.protocol(case.protocol)
    if protocol is not None and protocol.focus != "problemArea":
        raise ProtocolChoosesOtherwise(protocol.code, protocol.focus)


def _check_focus(case: Case, focus: Focus) -> None:
    match focus:
        case Grief():
            status = _living_status(case, focus.deceased_person_id, "deceasedPersonId")
            if status is not LivingStatus.DECEASED:
                raise GriefNeedsADeath(focus.deceased_person_id)
        case RoleDispute():
            if _living_status(case, focus.other_party_id, "otherPartyId") is LivingStatus.DECEASED:
                raise DisputeNeedsTheLiving(focus.other_party_id)
        case InterpersonalDeficits():
            for person_id in focus.past_relationships_reviewed:
                _living_status(case, person_id, "pastRelationshipsReviewed")
        case RoleTransition():
            pass
        case _:
            assert_never(focus)


def _living_status(case: Case, person_id: str, field: str) -> LivingStatus:
    try:
        return case.people[person_id].living_status
    except KeyError:
        raise PersonUnknown(person_id, field) from None
