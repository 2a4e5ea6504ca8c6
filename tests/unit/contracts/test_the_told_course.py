"""The examples are one case in order: what they name was there before, and what follows says from what."""

import json
import re
from itertools import pairwise

import pytest

from casetrail_contracts import BY_PAYLOAD, Payload, event_id, read
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.care import ReviewNeeded, RiskFlagRaised, RiskItemUnanswered
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import (
    DerivedFactWithdrawn,
    DeteriorationDetected,
    NotOnTrackSignalled,
    OutcomeSummarised,
    RecurrenceSuspected,
    ReliableDeteriorationReached,
    ReliableImprovementReached,
    RemissionReached,
    SuddenGainDetected,
    SuddenGainReversed,
)
from casetrail_contracts.examples import CASE, CASE_EXAMPLES, ISSUER, TENANT

EVENTS = [read(content) for content in CASE_EXAMPLES.values()]
BY_KIND = {type(event.payload): event for event in EVENTS}
FIRST_RELEASED = [
    "case_opened",
    "inventory_recorded",
    "problem_area_selected",
    "session_held",
    "assessment_scored",
    "risk_flag_raised",
    "goals_revised",
    "case_closed",
]
CAUSES: dict[type[Payload], type[Payload]] = {
    RiskFlagRaised: AssessmentScored,
    OutcomeSummarised: CaseClosed,
    RiskItemUnanswered: AssessmentCorrected,
    ReliableDeteriorationReached: AssessmentCorrected,
    DeteriorationDetected: AssessmentCorrected,
    ReviewNeeded: AssessmentCorrected,
    NotOnTrackSignalled: AssessmentCorrected,
    DerivedFactWithdrawn: EntryCorrected,
    ReliableImprovementReached: EntryCorrected,
    RemissionReached: EntryCorrected,
    RecurrenceSuspected: EntryCorrected,
    SuddenGainDetected: EntryCorrected,
    SuddenGainReversed: EntryCorrected,
}
IN_APPEND = pytest.mark.parametrize(
    ("fact", "cause"), CAUSES.items(), ids=[BY_PAYLOAD[kind].name for kind in CAUSES]
)


def test_what_was_released_first_stays_first() -> None:
    assert list(CASE_EXAMPLES)[:8] == FIRST_RELEASED


def test_the_events_are_numbered_chained_and_of_one_case() -> None:
    numbers = range(1, len(EVENTS) + 1)
    assert [(event.sequence, event.position) for event in EVENTS] == [(n, n) for n in numbers]
    assert [event.envelope.id for event in EVENTS] == [event_id(CASE, n) for n in numbers]
    assert [event.envelope.previoushash for event in EVENTS] == [None, *(one.hash for one in EVENTS[:-1])]
    assert {event.envelope.source for event in EVENTS} == {f"https://{ISSUER}/tenants/{TENANT}/cases/{CASE}"}


def test_the_recorded_time_never_decreases_and_nothing_is_recorded_before_it_happened() -> None:
    times = [event.envelope.recordedtime for event in EVENTS]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert all(event.envelope.time < event.envelope.recordedtime for event in EVENTS)


@pytest.mark.parametrize("name", CASE_EXAMPLES)
def test_an_event_names_only_events_that_came_before(name: str) -> None:
    event = json.loads(CASE_EXAMPLES[name])
    named = re.findall(rf"{CASE}-([0-9]{{10}})", json.dumps([event["data"], event["causationid"]]))
    assert [number for number in named if number >= event["sequence"]] == []


@IN_APPEND
def test_a_derived_fact_is_of_its_causes_append(fact: type[Payload], cause: type[Payload]) -> None:
    derived, origin = BY_KIND[fact].envelope, BY_KIND[cause].envelope
    shared = {"time", "recordedtime", "commandid", "correlationid", "authid", "authrole", "authclient"}
    assert derived.causationid == origin.id
    assert derived.model_dump(include=shared) == origin.model_dump(include=shared)


@IN_APPEND
def test_nothing_stands_between_a_cause_and_what_follows(fact: type[Payload], cause: type[Payload]) -> None:
    append = EVENTS[BY_KIND[cause].sequence : BY_KIND[fact].sequence]
    assert {one.envelope.causationid for one in append} == {BY_KIND[cause].envelope.id}


def test_every_other_event_answers_its_command() -> None:
    others = [event for event in EVENTS if type(event.payload) not in CAUSES]
    answering = {one.envelope.type for one in others if one.envelope.causationid != one.envelope.commandid}
    assert answering == {
        "org.casetrail.treatment.personal_data_erased.v1",
        "org.casetrail.treatment.personal_data_erasure_refused.v1",
    }
