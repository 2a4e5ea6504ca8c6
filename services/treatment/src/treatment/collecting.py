"""How often Python looks for cycles of objects, in a process that makes many objects and hardly a cycle."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS_OF_A_BATCH = 500_000
"""More than a batch of a read model holds, so that none is searched while it is folded."""
OBJECTS_OF_REQUESTS = 50_000
"""Those of some hundred commands at once: a search is as rare as a second of full load."""


@contextmanager
def collecting_seldom(objects: int) -> Iterator[None]:
    """Look for cycles when so many objects were added, and never among what was loaded before.

    A batch, or a command, makes and drops many small objects, none of them in a cycle: looking for cycles as
    often as Python does by itself took half of the time of a batch, and held up all requests of a moment.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(objects)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
