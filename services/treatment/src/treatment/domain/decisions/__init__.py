"""Deciding: from a case and a command to facts, or a refusal. One file per topic."""

from typing import assert_never

from casetrail_contracts.events.case import CaseOpened
from treatment.domain.case import Case, Status
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import (
    ApproveErasure,
    AssignProtocol,
    CareEntry,
    Command,
    CorrectAssessment,
    FormulationEntry,
    LifeEntry,
    MeasureEntry,
    PlanEntry,
    Record,
    ReviewDue,
    ScoreAssessment,
    SessionEntry,
    SwitchProtocol,
)
from treatment.domain.decisions import (
    care,
    corrections,
    erasure,
    formulation,
    life,
    measures,
    mood,
    plan,
    protocols,
    sessions,
)
from treatment.domain.decisions.states import check_state
from treatment.domain.facts import Fact, not_in_the_future
from treatment.domain.personal_texts import check_not_erased
from treatment.domain.policy import derived
from treatment.domain.refusals import CaseUnknown
from treatment.domain.terms import check_terms


def decide(case: Case, command: Command, circumstances: Circumstances) -> list[Fact]:
    """Answer a command with facts, or refuse it. A command that says nothing new yields no facts.

    What policy derives follows in the same list, each fact with its cause: it is stored in one append.
    """
    opening = isinstance(command, Record) and isinstance(command.entry, CaseOpened)
    if case.status is Status.UNOPENED and not opening:
        raise CaseUnknown
    if not opening:
        check_state(case, command)
    facts = _decided(case, command, circumstances)
    if not facts and not isinstance(command, ReviewDue):
        # A repeat says nothing new, so nothing follows from it: what is overdue is the clock's to tell.
        return []
    for fact in facts:
        check_not_erased(case, fact.payload)
        check_terms(case, fact.payload, circumstances.definitions.terms)
    return [*facts, *derived(case, facts, circumstances)]


def _decided(case: Case, command: Command, circumstances: Circumstances) -> list[Fact]:
    match command:
        case Record():
            not_in_the_future(command.at, circumstances.now, "happenedAt")
            return _recorded(case, command, circumstances)
        case ScoreAssessment():
            not_in_the_future(command.taken_at, circumstances.now, "takenAt")
            return measures.score_assessment(case, command)
        case CorrectAssessment():
            not_in_the_future(command.form.taken_at, circumstances.now, "takenAt")
            not_in_the_future(command.at, circumstances.now, "happenedAt")
            return corrections.correct_assessment(case, command)
        case AssignProtocol():
            not_in_the_future(command.at, circumstances.now, "happenedAt")
            return protocols.assign_protocol(case, command, circumstances)
        case SwitchProtocol():
            not_in_the_future(command.at, circumstances.now, "happenedAt")
            return protocols.switch_protocol(case, command, circumstances)
        case ApproveErasure():
            not_in_the_future(command.at, circumstances.now, "happenedAt")
            return erasure.approve_erasure(case, command, circumstances)
        case ReviewDue():
            # What is overdue is derived from the time alone.
            return []
        case _:
            assert_never(command)


def _recorded(case: Case, command: Record, circumstances: Circumstances) -> list[Fact]:
    entry, at = command.entry, command.at
    if isinstance(entry, LifeEntry):
        return life.record(case, entry, at, circumstances)
    if isinstance(entry, FormulationEntry):
        return formulation.record(case, entry, at, circumstances)
    if isinstance(entry, SessionEntry):
        return sessions.record(case, entry, at, circumstances)
    if isinstance(entry, PlanEntry):
        return plan.record(case, entry, at, circumstances)
    if isinstance(entry, MeasureEntry):
        return mood.record(case, entry, at, circumstances)
    if isinstance(entry, CareEntry):
        return care.record(case, entry, at)
    assert_never(entry)
