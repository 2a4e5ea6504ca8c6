"""What callers went through is read from their attempts."""

from tests.chaos.record import Attempt
from tests.chaos.running import REPEATED, SENT_AGAIN, paths


def attempt(key: str, status: int | None) -> Attempt:
    return Attempt(key=key, command=key, status=status)


def test_a_command_that_was_sent_again_after_no_answer_is_a_path() -> None:
    assert paths([attempt("a", None), attempt("a", 201)]) == {SENT_AGAIN}


def test_a_command_that_was_accepted_twice_is_a_path() -> None:
    assert paths([attempt("a", 201), attempt("a", 201)]) == {REPEATED}


def test_commands_that_were_answered_at_once_are_none() -> None:
    assert paths([attempt("a", 201), attempt("b", 503), attempt("c", 412)]) == frozenset()
