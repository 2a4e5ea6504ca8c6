from concurrent.futures import ThreadPoolExecutor

from treatment.domain.case import Case
from treatment.store.known_cases import KnownCases


def case(name: str, version: int = 10) -> Case:
    return Case(case_id=name, version=version)


def kept(known: KnownCases, *names: str) -> list[str]:
    return [name for name in names if known.get("north", name) is not None]


def test_the_longest_unused_cases_make_room() -> None:
    known = KnownCases(most_events=30)
    for name in ("a", "b", "c"):
        known.keep("north", case(name))
    known.get("north", "a")
    known.keep("north", case("d"))
    assert kept(known, "a", "b", "c", "d") == ["a", "c", "d"]


def test_a_newer_state_takes_the_place_of_the_older_one() -> None:
    known = KnownCases(most_events=30)
    for version in range(1, 21):
        known.keep("north", case("a", version))
    known.keep("north", case("b"))
    assert (known.get("north", "a"), known.get("north", "b")) == (case("a", 20), case("b"))


def test_a_case_larger_than_all_room_is_not_kept() -> None:
    known = KnownCases(most_events=30)
    known.keep("north", case("a", 31))
    known.keep("north", case("b", 30))
    assert kept(known, "a", "b") == ["b"]


def test_another_tenant_finds_nothing() -> None:
    known = KnownCases()
    known.keep("north", case("a"))
    assert known.get("south", "a") is None


def test_a_forgotten_case_is_gone_and_its_room_free() -> None:
    known = KnownCases(most_events=20)
    known.keep("north", case("a"))
    known.forget("a")
    known.forget("a")
    for name in ("b", "c"):
        known.keep("north", case(name))
    assert kept(known, "a", "b", "c") == ["b", "c"]


def test_several_threads_leave_a_state_that_is_whole() -> None:
    known, names = KnownCases(most_events=50), [f"case-{number}" for number in range(20)]

    def work(seed: int) -> None:
        for number in range(2_000):
            name = names[(seed + number * 7) % len(names)]
            known.keep("north", case(name, 1 + number % 20))
            known.get("north", name)
            known.forget(names[number % len(names)])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    for name in names:
        known.forget(name)
    # Had the count of events gone wrong, there would be less room now, or more.
    for name in ("a", "b", "c", "d", "e", "f"):
        known.keep("north", case(name))
    assert kept(known, "a", "b", "c", "d", "e", "f") == ["b", "c", "d", "e", "f"]
