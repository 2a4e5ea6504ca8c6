"""Definitions as files: each is named by its digest, and a faulty one by its fault."""

import pytest

from treatment.definitions import DefinitionFaulty, read_instrument, shipped_instruments

GOOD = b"""
code = "X1"
version = "1"
title = "X"
licence = "none"
direction = "higherIsWorse"
total = { lowest = 0, highest = 3 }
"""


def test_every_shipped_definition_loads_and_is_named_by_its_digest() -> None:
    instruments = shipped_instruments().by_code
    assert len(instruments) >= 14
    assert instruments["PHQ9"].reference.startswith("PHQ9@1#")
    assert len({one.sha256 for one in instruments.values()}) == len(instruments)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("X1-2.toml", GOOD, "must be called X1-1.toml"),
        ("X1-1.toml", b"code =", "X1-1.toml"),
        ("X1-1.toml", GOOD + b"wording = 'x'", "unknown field"),
        ("x-1.toml", GOOD.replace(b"X1", b"x"), "code"),
    ],
)
def test_a_faulty_definition_is_named(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(DefinitionFaulty, match=reason) as refused:
        read_instrument(name, content)
    assert str(refused.value).startswith(name)
