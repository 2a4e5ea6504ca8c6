import pytest
from tests.unit.treatment.simulator.drawing import FIGURES, PARAMETERS, cohort, of_seed

from casetrail_contracts.events.inventory import LivingStatus
from casetrail_contracts.events.problem_area import Area
from treatment.definitions.faulty import DefinitionFaulty
from treatment.simulator.draw import draw_course
from treatment.simulator.parameters import read_parameters

CASES = range(1, 201)
COURSES = [draw_course(cohort(), n) for n in CASES]


def test_the_same_seed_gives_the_same_courses() -> None:
    assert [draw_course(cohort(), n) for n in CASES] == COURSES


def test_another_seed_gives_other_courses() -> None:
    assert draw_course(of_seed(2), 1) != draw_course(cohort(), 1)


def test_a_grief_has_somebody_who_died_and_no_other_area_has() -> None:
    dead = {
        course.area: any(person.living is LivingStatus.DECEASED for person in course.people)
        for course in COURSES
    }
    assert dead == {area: area is Area.GRIEF for area in Area}


def test_who_completes_comes_as_often_as_planned_and_who_drops_out_less() -> None:
    assert all((len(one.visits) < one.planned) is one.dropped_out for one in COURSES)
    assert {one.dropped_out for one in COURSES} == {True, False}


def test_a_mix_that_is_not_whole_is_refused() -> None:
    text = b"[cohorts.x]\nclasses = { recoverer = 0.5 }\n"
    with pytest.raises(DefinitionFaulty):
        read_parameters("parameters.toml", text)


def test_the_digest_is_that_of_the_figures() -> None:
    assert (len(PARAMETERS.sha256), set(FIGURES.cohorts)) == (64, {"nhs-like", "ipt-specialist"})
