"""Coded terms and rings are of the service's lists (domain reference 1.2 and 1.4; compliance 4.1)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel
from tests.unit.treatment.course import Course, day
from tests.unit.treatment.definitions.test_own_definitions import second, written
from tests.unit.treatment.given_when_then import AT, INSTALLED, circumstances, given, held, opened, person

from casetrail_contracts import CATALOGUE
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from casetrail_contracts.events.formulation import SickRoleGiven
from casetrail_contracts.events.inventory import InventoryPersonAdded, InventoryPersonMoved
from casetrail_contracts.events.problem_area import InterpersonalDeficits, ProblemAreaSelected
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.scalars import Term
from treatment.api.problems import WORDS
from treatment.definitions import DefinitionFaulty
from treatment.definitions.installed import Installed, installed
from treatment.domain.commands import Entry, Record
from treatment.domain.refusals import RingUnknown, TermUnknown
from treatment.domain.terms import LISTS

TERMS = INSTALLED.definitions.terms


def unknown(place: str, listed: str) -> TermUnknown:
    return TermUnknown(place, listed, tuple(sorted(TERMS.lists[listed])))


def ours(folder: Path, was: str, now: str) -> Installed:
    """The shipped lists as version 2, with one change."""
    text = second("TERMS-1.toml")
    assert was in text
    return installed(written(folder, "rules", "TERMS-2.toml", text.replace(was, now, 1)))


def models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation)
    for inner in get_args(annotation):
        yield from models(inner)


def is_of_terms(annotation: object) -> bool:
    return annotation == Term or any(is_of_terms(inner) for inner in get_args(annotation))


def test_every_field_of_coded_terms_has_its_list() -> None:
    found = {
        (model, name)
        for entry in CATALOGUE
        for model in models(entry.payload)
        for name, field in model.model_fields.items()
        if is_of_terms(field.annotation)
    }
    assert found == set(LISTS)


@pytest.mark.parametrize(
    ("entry", "place", "listed"),
    [
        pytest.param(held(topics=("money", "mary")), "topics.1", "topics", id="1.4 topics"),
        pytest.param(
            SickRoleGiven(duties_relieved=("mary",)), "dutiesRelieved.0", "duties", id="1.1 sick role"
        ),
        pytest.param(
            ProblemAreaSelected(
                rank="primary", focus=InterpersonalDeficits(form="isolation", skills_targeted=("mary",))
            ),
            "skillsTargeted.0",
            "skills",
            id="1.3 skillsTargeted",
        ),
    ],
)
def test_a_term_that_is_in_no_list_is_refused_by_its_place_and_not_repeated(
    entry: Entry, place: str, listed: str
) -> None:
    refusal = unknown(place, listed)
    given(opened).when(Record(entry=entry, at=AT)).then_refused(refusal)
    words = WORDS[TermUnknown]
    assert f"{place} is not in the list {listed} of TERMS" in words.detail(refusal)
    assert "mary" not in words.detail(refusal)
    assert "new version of TERMS" in words.cure


def test_a_service_extends_a_list_by_a_file(tmp_path: Path) -> None:
    extended = ours(tmp_path, 'topics = [\n    "adaptation"', 'topics = [\n    "farming"').definitions
    session = Record(entry=held(topics=("farming",)), at=AT)
    given(opened).when(session).then_refused(unknown("topics.0", "topics"))
    given(opened).when(session, circumstances(definitions=extended)).then(held(topics=("farming",)))


def test_a_list_with_what_is_no_term_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(DefinitionFaulty, match=r"TERMS-2\.toml: topics 1: .*pattern"):
        ours(tmp_path, '"adaptation"', '"said he hits her"')


def test_1_2_the_closeness_circle_has_four_rings_unless_a_service_says_otherwise(tmp_path: Path) -> None:
    moved = Record(entry=InventoryPersonMoved(person_id="p-1", closeness_ring=5), at=AT)
    there = given(opened, InventoryPersonAdded(person=person("p-1")))
    there.when(moved).then_refused(RingUnknown(5, 4))
    five = ours(tmp_path, "closeness_rings = 4", "closeness_rings = 5").definitions
    there.when(moved, circumstances(definitions=five)).then(moved.entry)
    desired = InventoryPersonMoved(person_id="p-1", closeness_ring=1, closeness_desired=5)
    there.when(Record(entry=desired, at=AT)).then_refused(RingUnknown(5, 4))


@pytest.mark.parametrize("rings", [2, 6])
def test_1_2_a_circle_has_three_to_five_rings(tmp_path: Path, rings: int) -> None:
    with pytest.raises(DefinitionFaulty, match=r"TERMS-2\.toml: closeness_rings"):
        ours(tmp_path, "closeness_rings = 4", f"closeness_rings = {rings}")


def test_what_was_recorded_by_another_list_stays_and_can_be_corrected() -> None:
    course = Course()
    course.store(held(topics=("farming",), started_at=day(0)), 0)
    course.store(InventoryPersonAdded(person=person("p-1").model_copy(update={"closeness_ring": 5})), 0)
    corrected = held(topics=("farming", "work"), started_at=day(0))
    course.amend(course.event(SessionHeld), Replacement(session_held=corrected), 1)
    assert course.case.sessions == {"s-1": corrected}
    assert course.case.people["p-1"].closeness_ring == 5


def test_a_correction_brings_no_new_term_that_is_in_no_list() -> None:
    course = Course()
    course.session("s-1", 0)
    amended = EntryCorrected(
        target=course.event(SessionHeld),
        kind="amended",
        cause="entryMistake",
        replacement=Replacement(session_held=held(started_at=day(0), topics=("farming",))),
    )
    with pytest.raises(TermUnknown) as refused:
        course.record(amended, 1)
    assert refused.value == unknown("topics.0", "topics")


def test_lists_of_another_time_are_found_by_their_reference() -> None:
    fewer = replace(TERMS, version="0", closeness_rings=3)
    known = replace(INSTALLED.definitions, rule_sets={fewer.reference: fewer})
    assert known.by(fewer.reference) == replace(known, terms=fewer)
