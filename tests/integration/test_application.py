"""One command, one answer, one fact: however often it is sent, and whatever the connection does."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.integration.store import AT, Store, form, opened, opening, request

from casetrail_contracts import Event
from treatment.application import KeyUsedForAnother, NotYourOwn, VersionMismatch
from treatment.definitions.installed import shipped
from treatment.domain.refusals import CaseUnknown, Refusal
from treatment.store.log import CommandRecord, Draft, LostRace
from treatment.store.stored_log import StoredLog

SAFETY = shipped().definitions.safety


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    with opened(f"sqlite:///{tmp_path}" if sqlite else request.getfixturevalue("postgres_url")) as store:
        yield store


def test_a_repeat_has_the_same_answer_and_stores_nothing(store: Store) -> None:
    application = store.application()
    first = application.handle(request("open"), opening())
    assert application.handle(request("open"), opening()) == first
    scored = application.handle(request("form", first.subject), form("a-1", item_9=2))
    application.handle(request("later", first.subject), form("a-2"))
    assert application.handle(request("form", first.subject), form("a-1", item_9=2)) == scored
    assert (scored.version, len(scored.events), len(store.events_of_cases())) == (3, 2, 4)


def test_1_4_how_late_an_entry_is_follows_from_the_two_times_of_its_envelope(store: Store) -> None:
    application = store.application()
    case = application.handle(request("open"), opening()).subject
    application.handle(request("form", case), form("a-1"))
    late = store.events_of_cases()[-1].envelope
    assert late.time == AT.at
    assert late.recordedtime - late.time > SAFETY.late_entry
    assert not {name for name in late.data if "late" in name.lower()}


def test_the_same_key_with_another_body_or_case_is_refused(store: Store) -> None:
    application = store.application()
    case = application.handle(request("open"), opening()).subject
    application.handle(request("form", case), form("a-1"))
    for other in (request("form", case, body="other"), request("form")):
        with pytest.raises(KeyUsedForAnother):
            application.handle(other, form("a-1"))
    assert len(store.events_of_cases()) == 2


def test_the_same_key_of_another_caller_is_another_command(store: Store) -> None:
    application = store.application()
    first = application.handle(request("open"), opening())
    other = application.handle(request("open", sub="t-2"), opening("t-2"))
    assert first.subject != other.subject


def test_an_expected_version_is_kept_to(store: Store) -> None:
    application = store.application()
    case = application.handle(request("open"), opening()).subject
    with pytest.raises(VersionMismatch, match="version 1"):
        application.handle(request("form", case, expected_version=2), form("a-1"))
    assert application.handle(request("form", case, expected_version=1), form("a-1")).version == 2


def test_somebody_elses_case_is_unknown(store: Store) -> None:
    application = store.application()
    case = application.handle(request("open"), opening()).subject
    for stranger in (request("x", case, tenant="south"), request("x", case, sub="t-2"), request("x")):
        with pytest.raises(CaseUnknown):
            application.handle(stranger, form("a-1"))
    with pytest.raises(NotYourOwn):
        application.handle(request("y"), opening("t-2"))
    assert (len(store.events_of_cases()), store.commands_of_cases()) == (1, 1)


def test_a_refused_command_leaves_nothing_not_even_a_key(store: Store) -> None:
    application = store.application()
    case = application.handle(request("open"), opening()).subject
    application.handle(request("form", case), form("a-1"))
    keys = _keys(store)
    with pytest.raises(Refusal):
        application.handle(request("again", case), form("a-1", item_9=1))
    assert (_keys(store), store.commands_of_cases()) == (keys, 2)
    assert application.handle(request("again", case), form("a-2")).version == 3


def test_a_command_that_says_nothing_new_is_remembered(store: Store) -> None:
    application = store.application()
    case = application.handle(request("open"), opening()).subject
    first = application.handle(request("form", case), form("a-1"))
    again = application.handle(request("other key", case), form("a-1"))
    assert (again.events, again.version, again.position) == ((), first.version, first.position)
    assert application.handle(request("other key", case), form("a-1")) == again


class ReplyLost(StoredLog):
    """Stores, and loses the database's reply: the driver then reports a conflict on the next try."""

    def append(
        self, tenant: str, drafts: Sequence[Draft], previous: str | None, command: CommandRecord
    ) -> list[Event]:
        super().append(tenant, drafts, previous, command)
        raise LostRace


def test_a_lost_reply_is_not_a_refusal(store: Store) -> None:
    answer = store.application(ReplyLost(store.events)).handle(request("open"), opening())
    assert (answer.version, len(store.events_of_cases())) == (1, 1)
    assert store.application().handle(request("open"), opening()) == answer


def test_no_personal_text_reaches_the_events_or_the_command_log(store: Store) -> None:
    store.application().handle(request("open"), opening())
    with store.events.reading() as read:
        rows = [*read.run("SELECT * FROM events"), *read.run("SELECT * FROM command_log")]
    assert "canary" not in "".join(str(value) for row in rows for value in row.values())


def _keys(store: Store) -> int:
    with store.keys._database.reading() as read:  # noqa: SLF001 (the test counts what the store hides)
        return int(read.run("SELECT count(*) AS found FROM data_key")[0]["found"])
