"""How one kind of refusal is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """How one kind of refusal is told. `detail` gets the refusal and returns a sentence."""

    status: int
    kind: str
    title: str
    detail: Callable[[Any], str]
    cure: str
    retry_after: int | None = None


def says(text: str) -> Callable[[Any], str]:
    """A sentence with the refusal's own facts filled in: ids and codes, never a personal value."""
    return lambda refusal: text.format(e=refusal)
