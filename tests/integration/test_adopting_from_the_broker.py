"""A restored store takes back from the stream what it lost; until then it takes nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.integration.broker import Broker
from tests.integration.eventually import eventually
from tests.integration.store import Store, form, opened, opening, request
from tests.services import postgres
from tests.services.postgres import PostgresServer
from typer.testing import CliRunner

from casetrail_contracts import digest
from casetrail_contracts.broker import STREAM
from treatment.application import Answer
from treatment.cli import app
from treatment.domain.refusals import CaseUnknown
from treatment.fault import Fault
from treatment.provision import jetstream
from treatment.relay import run
from treatment.relay.lost_tail import Lacking, LostTail, NotAdoptable
from treatment.store.adoption import Adoption
from treatment.store.keys import new_master_key
from treatment.store.locks import worker_lock
from treatment.store.standing import Standing, StoreBehindBroker

Urls = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Urls]:
    """Addresses of empty databases."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield lambda: f"sqlite:///{tmp_path / str(next(postgres.NUMBERS))}"
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            yield lambda: stack.enter_context(server.database(f"test_{next(postgres.NUMBERS)}"))


def record(store: Store, courses: int = 3) -> list[Answer]:
    """Courses of a form each, of which each has some events."""
    application = store.application()
    answers = []
    for number in range(courses):
        answers.append(application.handle(request(f"open-{number}"), opening()))
        case = answers[-1].subject
        answers.append(application.handle(request(f"form-{number}", case), form(f"form-{number}", item_9=2)))
    return answers


def contents(store: Store) -> list[bytes]:
    return [row.content for row in store.log.after(0, 10_000)]


def relay(broker: Broker, store: Store, url: str, until: Callable[[], Awaitable[bool]]) -> None:
    """The relay runs until that is so."""

    async def relaying() -> None:
        stop = asyncio.Event()
        lock = worker_lock(url, "relay")
        work = run(store.log, broker.options("relay"), lock=lock, poll_seconds=0.01, stop=stop)
        task = asyncio.create_task(work)
        await eventually(until, "the relay did not get there")
        stop.set()
        await task

    asyncio.run(relaying())


def noted(store: Store, standing: Standing) -> Callable[[], Awaitable[bool]]:
    async def so() -> bool:
        return store.log.standing() is standing

    return so


def publish_all(broker: Broker, store: Store, url: str) -> None:
    asyncio.run(broker.provision())
    everything = store.count("events")

    async def published() -> bool:
        async with jetstream(broker.options("provisioner")) as js:
            return (await js.stream_info(STREAM)).state.messages == everything

    relay(broker, store, url, published)


def survey(broker: Broker, store: Store) -> Lacking:
    async def look() -> Lacking:
        async with jetstream(broker.options("relay")) as js:
            return await LostTail(js, store.log).survey(Adoption(store.events).chain())

    return asyncio.run(look())


def adopt(broker: Broker, store: Store) -> None:
    async def take() -> None:
        async with jetstream(broker.options("relay")) as js:
            tail = LostTail(js, store.log)
            async for group in tail.groups(await tail.survey(Adoption(store.events).chain())):
                Adoption(store.events).append(group)

    asyncio.run(take())


def commands(store: Store) -> list[tuple[str, str, int, int]]:
    with store.events.reading() as read:
        rows = read.run("SELECT * FROM command_log ORDER BY command_id")
    return [(row["command_id"], row["case_id"], row["first_version"], row["last_version"]) for row in rows]


def test_a_store_that_lost_its_newest_events_takes_them_back_exactly(broker: Broker, urls: Urls) -> None:
    first, second = urls(), urls()
    with opened(first) as whole, opened(second) as restored:
        answers = record(whole)
        publish_all(broker, whole, first)
        kept = whole.count("events") - len(answers[-1].events) - len(answers[-2].events)
        Adoption(restored.events).append(contents(whole)[:kept])

        relay(broker, restored, second, noted(restored, Standing.BEHIND))
        application = restored.application()
        with pytest.raises(StoreBehindBroker, match="the broker has events that the store has lost"):
            application.handle(request("new"), opening())
        with pytest.raises(StoreBehindBroker):
            application.handle(request("late", answers[-1].subject), form("late"))

        lacking = survey(broker, restored)
        assert (lacking.events, len(lacking.commands)) == (whole.count("events") - kept, 2)
        adopt(broker, restored)
        assert contents(restored) == contents(whole)
        assert commands(restored) == commands(whole)
        assert survey(broker, restored).events == 0

        relay(broker, restored, second, noted(restored, Standing.TOGETHER))
        again = restored.application()
        repeated = again.handle(request("form-2", answers[-1].subject), form("form-2", item_9=2))
        assert repeated.events == answers[-1].events
        new = again.handle(request("form-3", answers[-1].subject), form("form-3"))
        assert new.events[0].envelope.previoushash == digest(answers[-1].events[-1].bytes)


def test_an_empty_store_takes_everything_back(broker: Broker, urls: Urls) -> None:
    first, second = urls(), urls()
    with opened(first) as whole, opened(second) as emptied:
        record(whole)
        publish_all(broker, whole, first)
        adopt(broker, emptied)
        assert contents(emptied) == contents(whole)
        assert emptied.log.issuer("north", "another.example") == "casetrail.example"


def test_what_was_stored_after_the_restore_stands_in_the_way_and_is_named(broker: Broker, urls: Urls) -> None:
    first, second = urls(), urls()
    with opened(first) as whole, opened(second) as restored:
        answers = record(whole)
        publish_all(broker, whole, first)
        Adoption(restored.events).append(contents(whole)[: -len(answers[-1].events)])
        # Nobody compared the two before this was stored.
        other = restored.application().handle(request("other", answers[-1].subject), form("other"))
        with pytest.raises(
            NotAdoptable, match=f"{other.events[0].envelope.id}, which the store has with other"
        ):
            survey(broker, restored)


def test_a_restored_store_takes_nothing_until_the_relay_has_compared_it(broker: Broker, urls: Urls) -> None:
    url = urls()
    with opened(url) as store:
        store.log.note_standing(Standing.RESTORED, "a backup was restored")
        application = store.application()
        with pytest.raises(StoreBehindBroker, match="the relay has not compared it with the broker yet"):
            application.handle(request("open"), opening())
        with pytest.raises(StoreBehindBroker):
            application.handle(request("form", "00000000-0000-4000-8000-000000000000"), form("form"))
        with pytest.raises(NotAdoptable, match="where the stream CASETRAIL_EVENTS ends"):
            survey(broker, store)
        asyncio.run(broker.provision())
        assert survey(broker, store).events == 0
        relay(broker, store, url, noted(store, Standing.TOGETHER))
        assert application.handle(request("open"), opening()).version == 1
        with pytest.raises(CaseUnknown):
            application.handle(request("form", "00000000-0000-4000-8000-000000000000"), form("form"))


def test_the_command_counts_first_and_takes_back_what_is_confirmed(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (f"sqlite:///{tmp_path / name}" for name in ("first", "second"))
    with opened(first) as whole, opened(second) as restored:
        record(whole)
        publish_all(broker, whole, first)
        Adoption(restored.events).append(contents(whole)[:-1])
        (tmp_path / "master.key").write_text(new_master_key())
        (tmp_path / "password").write_text(broker.options("relay").password)
        for name, value in {
            "DATABASE_URL": second,
            "KEYS_DATABASE_URL": second,
            "MASTER_KEY_FILE": tmp_path / "master.key",
            "NATS_URL": broker.url,
            "NATS_USER": "relay",
            "NATS_PASSWORD_FILE": tmp_path / "password",
        }.items():
            monkeypatch.setenv(f"CASETRAIL_{name}", str(value))

        def typed(*options: str, answer: str = "") -> tuple[str, BaseException | None]:
            done = CliRunner().invoke(app, ["store", "adopt-from-broker", *options], input=answer)
            return done.output, done.exception

        told, _ = typed("--dry-run")
        assert told.splitlines()[0] == "the store lacks 1 events of 1 commands, each checked"
        assert told.splitlines()[-1] == "nothing was changed"
        _, refused = typed(answer="yes\n")
        assert isinstance(refused, Fault)
        assert str(refused) == "'yes' is not `adopt 1`: nothing was taken back"
        assert len(contents(restored)) == len(contents(whole)) - 1
        told, failed = typed("--confirm", "adopt 1")
        assert failed is None, told
        assert contents(restored) == contents(whole)
        assert restored.log.standing() is Standing.TOGETHER
        assert "the store has everything that the stream has" in typed("--dry-run")[0]
