"""The mistakes that can be made in a rebuild are found, and a rebuild without them is not."""

import pytest
from tests.chaos.checkers import check
from tests.chaos.planting import find_in_small
from tests.chaos.rebuilding import MISTAKES, SmallModel


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_a_rebuild_is_found(name: str) -> None:
    assert find_in_small(name) != []


def test_nothing_is_said_about_a_sound_rebuild() -> None:
    model = SmallModel()
    model.follow()
    model.rebuild()
    assert check(model.record()) == []
