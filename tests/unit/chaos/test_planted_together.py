"""Mistakes that are made in one run can be told apart by what sees them, and none is left out."""

from itertools import combinations

from tests.chaos.bugs import BUGS
from tests.chaos.planting import PROVOKED_BY, TOGETHER


def test_every_mistake_is_made_once() -> None:
    made = sorted(name for names in TOGETHER for name in names)
    assert made == sorted(BUGS) == sorted(PROVOKED_BY)


def test_no_invariant_sees_two_of_one_run() -> None:
    for names in TOGETHER:
        for one, other in combinations(names, 2):
            assert not BUGS[one].found_by & BUGS[other].found_by, f"{one} and {other}"
