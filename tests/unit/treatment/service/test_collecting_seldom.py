"""While read models are filled, a batch is not searched for cycles; afterwards all is as before."""

import gc
from collections.abc import Mapping
from contextlib import suppress

from treatment.collecting import OBJECTS_OF_A_BATCH, OBJECTS_OF_REQUESTS, collecting_seldom

HELD = 200_000


def test_what_a_batch_holds_is_not_searched_for_cycles() -> None:
    searches: list[str] = []

    def searched(phase: str, _: Mapping[str, int]) -> None:
        searches.append(phase)

    gc.callbacks.append(searched)
    try:
        with collecting_seldom(OBJECTS_OF_A_BATCH):
            held: list[list[int]] = [[] for _ in range(HELD)]
            during = len(searches)
        held += [[] for _ in range(HELD)]
    finally:
        gc.callbacks.remove(searched)
    assert during == 0
    assert len(searches) > during


def test_the_process_is_as_before_even_when_filling_fails() -> None:
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    with suppress(ValueError), collecting_seldom(OBJECTS_OF_REQUESTS):
        assert gc.get_threshold() != usual
        assert gc.get_freeze_count() > frozen
        int("no number")
    assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, frozen)
