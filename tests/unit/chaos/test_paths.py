"""What callers went through is read from their attempts, and what a rebuild did from what it said."""

from tests.chaos.record import Attempt
from tests.chaos.running import REPEATED, RESUMED, SENT_AGAIN, paths


def attempt(key: str, status: int | None) -> Attempt:
    return Attempt(key=key, command=key, status=status)


def test_a_command_that_was_sent_again_after_no_answer_is_a_path() -> None:
    assert paths([attempt("a", None), attempt("a", 201)]) == {SENT_AGAIN}


def test_a_command_that_was_accepted_twice_is_a_path() -> None:
    assert paths([attempt("a", 201), attempt("a", 201)]) == {REPEATED}


def test_commands_that_were_answered_at_once_are_none() -> None:
    assert paths([attempt("a", 201), attempt("b", 503), attempt("c", 412)]) == frozenset()


def test_a_rebuild_that_went_on_is_a_path_and_one_that_began_is_none() -> None:
    assert paths([], "going on with caseload at 40 of 60 events\n") == {RESUMED}
    assert paths([], "making caseload anew beside the one in use, from 60 events\n") == frozenset()
