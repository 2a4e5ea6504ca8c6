"""The summary of a case: everything in codes and numbers, nothing sealed."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders import START, TENANT, History, case_id, opened, scored, session
from tests.integration.projections.feeding import everything_in, feed_all
from tests.integration.projections.one_case import PROTOCOLS

from casetrail_contracts.events import CATALOGUE
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.examples import CASE, CASE_EXAMPLES
from treatment.projections import PROJECTIONS
from treatment.projections.case_summary.kept import CODES, KINDS, part_of, reason_of
from treatment.projections.case_summary_query import of
from treatment.projections.projection import ReadModel
from treatment.projections.records import read_record
from treatment.store.database import Database

COURSE = list(CASE_EXAMPLES.values())
RECORDS = {name: read_record(content) for name, content in CASE_EXAMPLES.items()}


def test_one_of_every_event_makes_this_summary(database: Database) -> None:
    feed_all(database, COURSE)
    summary = of(database, TENANT, CASE, PROTOCOLS)
    assert summary is not None
    expected = Path(__file__).with_name("summary_of_the_told_course.json").read_text(encoding="utf-8")
    assert json.loads(summary.model_dump_json()) == json.loads(expected)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_an_event_that_is_folded_twice_leaves_the_same_rows(projection: ReadModel) -> None:
    once: object = None
    twice: object = None
    for record in RECORDS.values():
        once, twice = projection.fold(once, record), projection.fold(twice, record)
        # A second opening is a fault of the history, and is told as one.
        if record.kind is not CaseOpened:
            twice = projection.fold(twice, record)
    assert twice == once


@pytest.mark.parametrize("name", CASE_EXAMPLES)
def test_what_is_kept_of_an_event_reads_back_and_holds_no_text(name: str) -> None:
    part = part_of(RECORDS[name])
    if part is not None:
        assert KINDS[CODES[type(part)]].model_validate_json(part.model_dump_json()) == part
        assert "sealed:" not in part.model_dump_json()


def test_every_kind_of_entry_is_told_in_the_course() -> None:
    parts = [part_of(record) for record in RECORDS.values()]
    # The told course agrees its contract and its formulation once, so no reason stands beside them.
    assert {CODES[type(part)] for part in parts if part is not None} == set(KINDS) - {"agreed"}


def test_every_event_that_carries_a_reason_is_shown_as_an_adaptation() -> None:
    fields = {entry.name: entry.payload.model_fields.get("because") for entry in CATALOGUE}
    carriers = {name for name, field in fields.items() if field is not None and field.is_required()}
    reasons = {name for name, record in RECORDS.items() if reason_of(record)}
    shown = {name for name in carriers if part_of(RECORDS[name])}
    assert carriers == reasons == shown


def test_nothing_sealed_is_copied_into_a_read_model(database: Database) -> None:
    feed_all(database, COURSE)
    assert "sealed:" not in str(everything_in(database))


def test_another_tenant_does_not_have_the_case(database: Database) -> None:
    feed_all(database, COURSE)
    assert of(database, "south", CASE, PROTOCOLS) is None
    assert of(database, TENANT, case_id(1), PROTOCOLS) is None


def test_sessions_are_numbered_by_their_start_whenever_they_were_told(database: Database) -> None:
    history, case = History(), case_id(1)
    history.add(case, opened())
    for name, day in (("s-30", 14), ("s-10", 1), ("s-20", 7)):
        history.add(case, session(name, START + timedelta(days=day)))
    feed_all(database, history.contents)
    summary = of(database, TENANT, case, PROTOCOLS)
    assert summary is not None
    assert [(held.number, held.session_id) for held in summary.sessions] == [
        (1, "s-10"),
        (2, "s-20"),
        (3, "s-30"),
    ]


def test_forms_stand_in_the_order_in_which_they_were_taken(database: Database) -> None:
    history, case = History(), case_id(1)
    history.add(case, opened())
    history.add(case, scored("a-2", 12, START + timedelta(days=7)))
    history.add(case, scored("a-1", 25, "2026-03-01"))
    feed_all(database, history.contents)
    summary = of(database, TENANT, case, PROTOCOLS)
    assert summary is not None
    assert [(form.assessment_id, form.total, str(form.taken_at)) for form in summary.assessments] == [
        ("a-1", 25, "2026-03-01"),
        ("a-2", 12, "2026-03-09T09:00:00.000000Z"),
    ]
