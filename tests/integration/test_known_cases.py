"""A case that is kept in memory is the one that the log holds, whoever wrote there meanwhile."""

import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.integration.store import AT, Store, caller, form, opened, opening, request

from casetrail_contracts import Event, Form
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from treatment.application import Application
from treatment.domain.commands import Record
from treatment.domain.folding import fold
from treatment.domain.refusals import Refusal
from treatment.store.log import CommandRecord, Draft, LostRace
from treatment.store.sealing import Place, unseal
from treatment.store.stored_log import StoredLog


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    with opened(f"sqlite:///{tmp_path}" if sqlite else request.getfixturevalue("postgres_url")) as store:
        yield store


WITHDRAW = Record(entry=ConsentWithdrawn(scope="messages"), at=AT)
"""Refused while there is no such consent."""


class Watched(StoredLog):
    """Remembers beyond which version each case was read."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.events)
        self.read_after: list[int] = []

    def events_of(self, tenant: str, case_id: str, after: int = 0) -> list[Event]:
        self.read_after.append(after)
        return super().events_of(tenant, case_id, after)


def opened_case(application: Application) -> str:
    return application.handle(request("open"), opening()).subject


def is_that_of_the_log(application: Application, store: Store, case: str) -> bool:
    return application.store.load("north", case) == fold(case, store.log.events_of("north", case))


def test_of_a_known_case_nothing_is_read_before_its_command_is_stored(store: Store) -> None:
    log = Watched(store)
    application = store.application(log)
    case = opened_case(application)
    for number in (1, 2, 3):
        application.handle(request(f"form-{number}", case), form(f"a-{number}"))
    assert log.read_after == []
    assert is_that_of_the_log(application, store, case)


def test_what_is_refused_was_decided_from_the_log(store: Store) -> None:
    log = Watched(store)
    application = store.application(log)
    case = opened_case(application)
    for again in ("again", "and again"):
        with pytest.raises(Refusal):
            application.handle(request(again, case), WITHDRAW)
    # Its newest event is read each time: it is compared.
    assert log.read_after == [0, 0]


def test_what_another_process_made_possible_is_not_refused(store: Store) -> None:
    application, other = store.application(), store.application()
    case = opened_case(application)
    other.handle(request("consent", case), Record(entry=ConsentRecorded(scope="messages"), at=AT))
    assert application.handle(request("withdraw", case), WITHDRAW).version == 3
    assert is_that_of_the_log(application, store, case)


def test_what_another_process_stored_in_between_counts(store: Store) -> None:
    application, other = store.application(), store.application()
    case = opened_case(application)
    other.handle(request("theirs", case), form("a-1"))
    again = application.handle(request("ours", case), form("a-1"))
    assert (again.events, again.version) == ((), 2)
    assert application.handle(request("newer", case), form("a-2")).version == 3
    assert is_that_of_the_log(application, store, case)
    assert is_that_of_the_log(other, store, case)


class Overtaken(StoredLog):
    """Lets somebody else store a form just before the first append to a case that is open."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.events)
        self._others = [store.application()]

    def append(
        self, tenant: str, drafts: Sequence[Draft], previous: str | None, command: CommandRecord
    ) -> list[Event]:
        if previous is not None and self._others:
            self._others.pop().handle(request("theirs", command.case_id), form("a-1"))
        return super().append(tenant, drafts, previous, command)


def test_a_lost_race_is_decided_again_from_what_won(store: Store) -> None:
    application = store.application(Overtaken(store))
    case = opened_case(application)
    answer = application.handle(request("ours", case), form("a-2"))
    assert (answer.version, len(store.events_of_cases())) == (3, 3)
    assert is_that_of_the_log(application, store, case)


class ReplyLost(StoredLog):
    """Stores, and loses the database's reply."""

    def append(
        self, tenant: str, drafts: Sequence[Draft], previous: str | None, command: CommandRecord
    ) -> list[Event]:
        super().append(tenant, drafts, previous, command)
        raise LostRace


def test_an_append_without_an_answer_leaves_what_the_log_holds(store: Store) -> None:
    application = store.application(ReplyLost(store.events))
    case = opened_case(application)
    assert application.handle(request("form", case), form("a-1")).version == 2
    assert is_that_of_the_log(application, store, case)


@pytest.mark.parametrize("since", [0, 1, 2], ids=["shorter", "as long", "longer"])
def test_a_log_that_was_replaced_by_a_backup_counts(store: Store, since: int) -> None:
    application = store.application()
    case = opened_case(application)
    application.handle(request("form", case), form("a-1"))
    with store.events.writing() as write:
        write.run("DELETE FROM events WHERE originator_version = 2")
        write.run("DELETE FROM command_log WHERE last_version = 2")
    for number in range(since):
        store.application().handle(request(f"since-{number}", case), form(f"b-{number}"))
    assert is_that_of_the_log(application, store, case)
    assert application.handle(request("next", case), form("a-2")).version == 2 + since


def test_somebody_elses_case_is_unknown_although_it_is_kept(store: Store) -> None:
    application = store.application()
    case = opened_case(application)
    assert application.store.load("south", case).version == 0
    assert application.store.load("north", case).version == 1


def test_no_personal_text_is_kept_and_destroyed_keys_forget_the_case(store: Store) -> None:
    log = Watched(store)
    application = store.application(log)
    case = opened_case(application)
    known = application.store.load("north", case)
    assert b"canary" not in pickle.dumps(known)
    opened_by = known.history[0].payload
    assert isinstance(opened_by, CaseOpened)
    place = Place(case, known.history[0].event_id, "patientRef")
    assert opened_by.patient_ref.sealed is not None
    assert unseal(opened_by.patient_ref.sealed, place, store.keys).form is Form.PLAIN
    application.handle(request("form", case), form("a-1"))
    log.read_after.clear()
    application.store.destroy_keys(case, None)
    application.due(caller(), case)
    assert log.read_after == [0]
    assert unseal(opened_by.patient_ref.sealed, place, store.keys).form is Form.ERASED
