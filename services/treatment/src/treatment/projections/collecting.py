"""How often Python looks for cycles of objects, in a process that does nothing but fill read models."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS_BETWEEN_COLLECTIONS = 500_000
"""More than a batch holds, so that none is searched while it is folded."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cycles seldom until the end, and never among what was loaded before.

    A batch makes and drops many small objects, none of them in a cycle: looking for cycles as often as Python
    does by itself took half of the time.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
