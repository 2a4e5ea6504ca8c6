"""What two looks at a read model say: how far behind it is, whether it catches up, and when."""

import pytest

from treatment.projections.lag import Held, Lag, lag, sentence


def looks(first: int, second: int, *, seconds: float = 2.0, stored: int = 50_000) -> Lag:
    """What is told after these two counts of events behind."""
    before = Held(at=100.0, behind=first, stored=stored)
    return lag("caseload", before, Held(at=100.0 + seconds, behind=second, stored=stored))


def test_who_holds_everything_is_up_to_date() -> None:
    told = looks(300, 0)
    assert told == Lag(projection="caseload", behind=0, stored=50_000, slope=None, seconds_left=None)
    assert sentence(told) == "caseload is up to date: it holds all 50,000 events."


@pytest.mark.parametrize(
    ("first", "second", "slope", "left", "words"),
    [
        (1_900, 1_200, -350.0, 1_200 / 350, "catches up by 350.0 a second: done in about 3 s."),
        (21_000, 20_000, -500.0, 40.0, "catches up by 500.0 a second: done in about 40 s."),
        (600_400, 600_000, -200.0, 3_000.0, "catches up by 200.0 a second: done in about 50 min."),
        (3_600_002, 3_600_000, -1.0, 3_600_000.0, "catches up by 1.0 a second: done in about 1000.0 h."),
    ],
)
def test_who_catches_up_says_when(first: int, second: int, slope: float, left: float, words: str) -> None:
    told = looks(first, second, stored=4_000_000)
    assert told == Lag(projection="caseload", behind=second, stored=4_000_000, slope=slope, seconds_left=left)
    assert sentence(told) == f"caseload is {second:,} events behind and {words}"


def test_who_falls_behind_is_told_to_look_at_the_load() -> None:
    told = looks(100, 140)
    assert (told.slope, told.seconds_left) == (20.0, None)
    assert sentence(told).startswith("caseload is 140 events behind, and 20.0 more every second: ")


def test_who_stands_still_is_told_what_to_look_at() -> None:
    told = looks(1, 1)
    assert (told.slope, told.seconds_left) == (0.0, None)
    assert sentence(told) == (
        "caseload is 1 event behind and stands still: see that the relay and the projector run, and what "
        "their logs say; if the log says `hole`, make it anew with `casetrail projections rebuild`."
    )
