"""Commands that wait together are stored together, and each gets its own answer."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from uuid import UUID

import pytest
from tests.services.house import until

from casetrail_contracts import Event
from treatment.store.group_commit import MOST_TOGETHER, Append, GroupCommit, StoreBusy
from treatment.store.log import CommandRecord, LostRace


def append(number: int) -> Append:
    command = CommandRecord(
        command_id=f"c-{number}",
        fingerprint=b"f",
        case_id=str(UUID(int=number)),
        first_version=1,
        last_version=0,
    )
    return Append(tenant="north", drafts=(), previous=None, command=command)


class Store:
    """Takes groups as they come; the first one stays until it is let go."""

    def __init__(self, refused: int | None = None) -> None:
        self.groups: list[list[str]] = []
        self.arrived, self.let_go = Signal(), Signal()
        self._refused = refused

    def commit(self, group: Sequence[Append]) -> None:
        self.groups.append([one.command.command_id for one in group])
        if len(self.groups) == 1:
            self.arrived.set()
            assert self.let_go.wait(20)
        for one in group:
            one.outcome = LostRace() if one.command.command_id == f"c-{self._refused}" else ()


def store_all(together: GroupCommit, store: Store, numbers: Sequence[int]) -> list[str]:
    """Let 0 begin a commit, the others wait for it together; what each of all was answered."""

    def answered(number: int) -> str:
        try:
            return str(together.store(append(number)))
        except LostRace:
            return "lost"

    with ThreadPoolExecutor(len(numbers) + 1) as callers:
        first = callers.submit(answered, 0)
        assert store.arrived.wait(20)
        others = [callers.submit(answered, number) for number in numbers]
        until(lambda: together.waiting == len(numbers), "not all appends wait")
        store.let_go.set()
        return [first.result(), *(other.result() for other in others)]


def test_what_arrives_during_a_commit_is_stored_by_the_next_one() -> None:
    store = Store()
    assert store_all(GroupCommit(store.commit), store, range(1, 9)) == ["[]"] * 9
    assert [len(group) for group in store.groups] == [1, 8]
    assert sorted(store.groups[1]) == [f"c-{number}" for number in range(1, 9)]


def test_one_that_is_refused_is_refused_alone() -> None:
    store = Store(refused=3)
    assert store_all(GroupCommit(store.commit), store, range(1, 5)) == ["[]", "[]", "[]", "lost", "[]"]


def test_a_group_has_an_end() -> None:
    store = Store()
    store_all(GroupCommit(store.commit), store, range(1, MOST_TOGETHER + 3))
    assert [len(group) for group in store.groups] == [1, MOST_TOGETHER, 2]


class OutOfTime(Signal):
    """The time of who waits for it runs out at the moment in which it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.being_set, self.answered = Signal(), Signal()

    def wait(self, timeout: float | None = None) -> bool:
        assert self.being_set.wait(20)
        return False

    def set(self) -> None:
        self.being_set.set()
        # Only a caller that does not look again is answered by now.
        self.answered.wait(0.2)
        super().set()


def test_a_turn_that_comes_as_the_time_runs_out_is_taken() -> None:
    """Otherwise nobody would ever store again."""
    store, late = Store(), OutOfTime()
    together = GroupCommit(store.commit)

    def wait() -> list[Event]:
        second = append(1)
        second.called = late
        try:
            return together.store(second)
        finally:
            late.answered.set()

    with ThreadPoolExecutor(2) as callers:
        first = callers.submit(together.store, append(0))
        assert store.arrived.wait(20)
        second = callers.submit(wait)
        until(lambda: together.waiting == 1, "the second does not wait")
        store.let_go.set()
        assert first.result() == second.result() == []
    assert together.store(append(2)) == []


def test_who_was_interrupted_leaves_the_turn_to_the_next() -> None:
    """Whatever ends a commit, those that it took along are answered, and the next one stores."""

    def commit(group: Sequence[Append]) -> None:
        store.commit(group)
        if len(store.groups) == 1:
            for one in group:
                one.outcome = None
            raise KeyboardInterrupt

    store = Store()
    together = GroupCommit(commit)
    with ThreadPoolExecutor(2) as callers:
        first = callers.submit(together.store, append(0))
        assert store.arrived.wait(20)
        second = callers.submit(together.store, append(1))
        until(lambda: together.waiting == 1, "the second does not wait")
        store.let_go.set()
        assert second.result(20) == []
        with pytest.raises(KeyboardInterrupt):
            first.result()


def test_who_does_not_get_a_turn_is_told_so_and_not_stored() -> None:
    store = Store()
    together = GroupCommit(store.commit, turn_seconds=0.01)
    with ThreadPoolExecutor(1) as callers:
        first = callers.submit(together.store, append(0))
        assert store.arrived.wait(20)
        with pytest.raises(StoreBusy):
            together.store(append(1))
        store.let_go.set()
        assert first.result() == []
    assert (store.groups, together.waiting) == ([["c-0"]], 0)
