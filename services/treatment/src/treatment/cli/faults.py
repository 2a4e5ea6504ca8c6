"""The faults that a person can mend: told in one line, not as a stack trace."""

from collections.abc import Iterator
from contextlib import contextmanager

from treatment.settings import SettingMissing


class Fault(Exception):
    """A fault told in one line: what, why, and the cure."""


EXPECTED: tuple[type[Exception], ...] = (Fault, SettingMissing)


@contextmanager
def told(*kinds: type[Exception]) -> Iterator[None]:
    """Tell these kinds in one line. Their messages must name the thing, the reason and the cure."""
    try:
        yield
    except kinds as error:
        raise Fault(str(error)) from error
