"""Twelve courses in a store of SQLite: short ones, with far more mishaps than usual."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.integration.store import Store, opened
from tests.unit.treatment.simulator.drawing import (
    INSTALLED,
    INSTRUMENTS,
    PARAMETERS,
    RULES,
    cohort,
    with_quality,
)

from casetrail_contracts import Event
from casetrail_contracts.events.care import RiskFlagRaised
from casetrail_contracts.events.outcome import OutcomeSummarised
from treatment.domain.case import Status
from treatment.domain.folding import fold
from treatment.domain.outcomes.talking_therapies import Change
from treatment.simulator.draw import draw_course
from treatment.simulator.drawn import Mishap
from treatment.simulator.results import course_result
from treatment.simulator.run import Narrator, Told, simulated_application
from treatment.simulator.scores import PHQ
from treatment.store.case_store import CaseStore
from treatment.store.sealing import Sealer

NUMBERS = (*range(1, 12), 25)
"""Together they have each kind of mishap; in the last one a late form raises a flag."""
AGAIN = 3
TENANT = "north"
MISHAPS = with_quality(partial=0.05, late=0.15, duplicate=0.05, corrected=0.05, out_of_range=0.05)
FREQUENT = MISHAPS.dropout.model_copy(update={"base_factor": 5.0})
COHORT = cohort(mix={"IPC": 1.0}, figures=MISHAPS.model_copy(update={"dropout": FREQUENT}))
COURSES = [draw_course(COHORT, number) for number in NUMBERS]
FORMS = [
    form for one in COURSES for moment in (one.baseline, *(v.forms for v in one.visits)) for form in moment
]


@dataclass(frozen=True)
class StoredCohort:
    """The stored cohort."""

    store: Store
    told: list[Told]

    def events(self, case_id: str) -> list[Event]:
        return self.store.log.events_of(TENANT, case_id)


def narrator(store: Store) -> Narrator:
    application, time = simulated_application(
        CaseStore(store.log, Sealer(store.keys)), INSTALLED, lambda _: "casetrail.example", "0.1.0"
    )
    return Narrator(
        application=application,
        time=time,
        installed=INSTALLED,
        cohort=COHORT,
        sha256=PARAMETERS.sha256,
        tenant=TENANT,
    )


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoredCohort]:
    with opened(f"sqlite:///{tmp_path_factory.mktemp('cohort')}", synced=False) as store:
        tells = narrator(store)
        yield StoredCohort(store, [tells.tell(course) for course in COURSES])


def said(event: Event) -> list[Any]:
    """An event without what is random in every store: the salt, the time of storing, sealed texts."""
    record = json.loads(event.bytes)
    kept = ("id", "type", "time", "commandid", "causationid", "authid", "authrole", "data")
    return [unsealed(record[name]) for name in kept]


def unsealed(value: Any) -> Any:
    match value:
        case dict():
            return {name: unsealed(inner) for name, inner in value.items()}
        case list():
            return [unsealed(inner) for inner in value]
        case str() if value.startswith("sealed:"):
            return "sealed"
        case _:
            return value


def test_the_same_seed_gives_the_same_events(stored: StoredCohort, tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}", synced=False) as other:
        tells = narrator(other)
        for course, first in zip(COURSES[:AGAIN], stored.told, strict=False):
            again = tells.tell(course)
            assert again == first
            events = other.log.events_of(TENANT, again.case_id)
            assert [said(event) for event in events] == [
                said(event) for event in stored.events(first.case_id)
            ]


def test_a_cohort_that_is_told_twice_adds_nothing(stored: StoredCohort) -> None:
    before = stored.store.count("events"), stored.store.count("command_log")
    tells = narrator(stored.store)
    assert [tells.tell(course) for course in COURSES[:AGAIN]] == stored.told[:AGAIN]
    assert (stored.store.count("events"), stored.store.count("command_log")) == before


def test_each_case_is_closed_with_an_outcome_for_every_flag(stored: StoredCohort) -> None:
    cases = [fold(told.case_id, stored.events(told.case_id)) for told in stored.told]
    assert {case.status for case in cases} == {Status.CLOSED}
    assert [dict(case.open_flags) for case in cases if case.open_flags] == []
    assert any(case.flags for case in cases)


def test_the_outcome_that_the_system_sums_up_is_the_one_that_was_drawn(stored: StoredCohort) -> None:
    for course, told in zip(COURSES, stored.told, strict=True):
        drawn = course_result(course, RULES, INSTRUMENTS)
        summary = [
            e.payload for e in stored.events(told.case_id) if isinstance(e.payload, OutcomeSummarised)
        ][-1]
        assert (
            summary.attended_sessions,
            summary.finished_course,
            summary.caseness_at_start,
            summary.recovered,
            summary.reliably_improved,
            summary.reliably_deteriorated,
        ) == (
            len(course.visits),
            drawn.finished,
            drawn.outcome.caseness,
            drawn.outcome.recovered,
            None if drawn.outcome.change is None else drawn.outcome.change is Change.IMPROVED,
            None if drawn.outcome.change is None else drawn.outcome.change is Change.DETERIORATED,
        )


def test_forms_out_of_range_are_refused_and_all_others_are_stored_once(stored: StoredCohort) -> None:
    kinds = [form.mishap for form in FORMS]
    assert set(kinds) == set(Mishap)
    assert sum(told.refused for told in stored.told) == kinds.count(Mishap.OUT_OF_RANGE)
    names = [event.envelope.type.split(".")[-2] for event in stored.store.events_of_cases()]
    assert names.count("assessment_scored") == len(FORMS)
    assert names.count("assessment_corrected") == kinds.count(Mishap.CORRECTED)
    assert len(names) == sum(told.events for told in stored.told)


def test_a_flag_of_a_late_form_says_so(stored: StoredCohort) -> None:
    flags = [
        event.payload
        for told in stored.told
        for event in stored.events(told.case_id)
        if isinstance(event.payload, RiskFlagRaised)
    ]
    late = [
        form
        for course in COURSES
        for visit in (course.baseline, *(visit.forms for visit in course.visits))
        for form in visit
        if form.mishap is Mishap.LATE and form.instrument == PHQ and (form.items[8] or 0) > 0
    ]
    assert sum(flag.late_entry for flag in flags) == len(late) > 0


def test_nothing_happened_before_the_case_was_opened_or_out_of_order(stored: StoredCohort) -> None:
    for told in stored.told:
        times = [event.envelope.time for event in stored.events(told.case_id)]
        assert min(times) == times[0]
