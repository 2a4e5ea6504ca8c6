"""Canonical bytes: one value, one sequence of bytes, whichever encoder makes them."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casetrail_contracts.canonical import LARGEST_INTEGER, NotCanonical, check, encode

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.text(st.characters(max_codepoint=127), max_size=10)
leaves = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)


@given(values)
def test_the_standard_librarys_bytes_equal_the_fast_encoders(value: object) -> None:
    check(value)
    assert encode(value) == orjson.dumps(value, option=orjson.OPT_SORT_KEYS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"a": 1.5}, "$.a: floats are not exact"),
        ({"a": [LARGEST_INTEGER + 1]}, "$.a[0]: 9007199254740992 is outside"),
        ({"ä": 1}, "the key 'ä' is not an ASCII string"),
        ({1: 1}, "the key 1 is not an ASCII string"),
        ({"a": "\ud800"}, "$.a: the text holds a lone surrogate"),
        ({"a": b"x"}, "$.a: bytes is not a JSON value"),
        ({"a": {1, 2}}, "$.a: set is not a JSON value"),
    ],
)
def test_what_would_not_survive_is_refused(value: object, reason: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        encode(value)  # type: ignore[arg-type]
    assert reason in str(refused.value)
