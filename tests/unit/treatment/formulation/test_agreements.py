"""A contract or a formulation that changes what was agreed carries its reason (invariant 9)."""

from datetime import date

import pytest
from tests.builders import because, sealed
from tests.unit.treatment.given_when_then import AT, given, opened
from tests.unit.treatment.refusal import NOBODY

from casetrail_contracts.events.formulation import ContractAgreed, FormulationAgreed
from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.commands import Record
from treatment.domain.refusals import EvidenceUnknown, ReasonMissing

CONTRACT = ContractAgreed(sessions=16, cadence_days=7, absence_rule="rescheduled", summary=sealed("summary"))
IPAF = FormulationAgreed(kind="ipaf", statement=sealed("statement"), agreed_on=date(2026, 3, 2))
GRIEF = IPAF.model_copy(update={"kind": "problemArea", "area": Area.GRIEF})
WITHOUT_REASON = ReasonMissing("a contract that changes what was agreed")


@pytest.mark.parametrize(
    "change",
    [
        {"sessions": 8, "cadence_days": 14},
        {"sessions": 17},
        {"absence_rule": "countsAsUsed"},
        {"session_minutes": 45},
        {"planned_end": date(2026, 7, 1)},
    ],
    ids=str,
)
def test_invariant_9_a_contract_that_changes_what_was_agreed_names_its_reason(
    change: dict[str, object],
) -> None:
    changed = CONTRACT.model_copy(update=change)
    case = given(opened, CONTRACT)
    case.when(Record(entry=changed, at=AT)).then_refused(WITHOUT_REASON)
    with_reason = changed.model_copy(update={"because": because()})
    case.when(Record(entry=with_reason, at=AT)).then(with_reason)


def test_the_first_contract_and_the_same_one_in_other_words_need_no_reason() -> None:
    given(opened).when(Record(entry=CONTRACT, at=AT)).then(CONTRACT)
    reworded = CONTRACT.model_copy(update={"summary": sealed("other words")})
    given(opened, CONTRACT).when(Record(entry=reworded, at=AT)).then(reworded)


def test_a_contract_that_undoes_a_tactic_changes_what_was_agreed() -> None:
    fortnightly = TacticAdapted(
        because=because(), kind="changeCadence", trigger="patientRequest", cadence_days=14
    )
    case = given(opened, CONTRACT, fortnightly)
    case.when(Record(entry=CONTRACT, at=AT)).then_refused(WITHOUT_REASON)
    as_it_is = CONTRACT.model_copy(update={"cadence_days": 14})
    case.when(Record(entry=as_it_is, at=AT)).then(as_it_is)


def test_the_reason_of_a_contract_rests_on_events_of_the_case() -> None:
    changed = CONTRACT.model_copy(update={"sessions": 12, "because": because(NOBODY)})
    given(opened, CONTRACT).when(Record(entry=changed, at=AT)).then_refused(EvidenceUnknown(NOBODY))


@pytest.mark.parametrize("first", [IPAF, GRIEF], ids=["the focus of DIT", "a problem area"])
def test_invariant_9_a_second_formulation_of_its_kind_names_its_reason(first: FormulationAgreed) -> None:
    given(opened).when(Record(entry=first, at=AT)).then(first)
    case = given(opened, first)
    again = first.model_copy(update={"statement": sealed("another statement")})
    case.when(Record(entry=again, at=AT)).then_refused(
        ReasonMissing(f"another formulation of the kind {first.kind}")
    )
    with_reason = again.model_copy(update={"because": because()})
    case.when(Record(entry=with_reason, at=AT)).then(with_reason)


def test_the_first_formulation_after_a_switch_is_of_another_kind_and_the_switch_said_why() -> None:
    given(opened, GRIEF).when(Record(entry=IPAF, at=AT)).then(IPAF)
