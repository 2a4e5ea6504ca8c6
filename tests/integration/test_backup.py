"""Backups are made under running commands, refused when anything is amiss, and restored exactly."""

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from tests.integration.store import Store, form, opened, opening, request
from tests.services import postgres
from tests.services.postgres import PostgresServer

from treatment.fault import Fault
from treatment.store.backup import KEYS, STORE, ArchiveUnusable, NotEmpty, back_up, check_archive, restore
from treatment.store.backup.archive import Manifest, hash_line
from treatment.store.backup.tables import TableUnknown
from treatment.store.migrations import migrate
from treatment.store.opening import open_database
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase
from treatment.store.standing import Standing, StoreBehindBroker

Urls = Callable[[], str]
AT = "2026-11-25T12:00:00.000000Z"
FORMS = 20


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Urls]:
    """Addresses of empty databases."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield lambda: f"sqlite:///{tmp_path / str(next(postgres.NUMBERS))}"
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            yield lambda: stack.enter_context(server.database(f"test_{next(postgres.NUMBERS)}"))


@contextmanager
def empty(url: str, schema: str) -> Iterator[SqliteDatabase | PostgresDatabase]:
    database = open_database(url, schema)
    yield database
    database.close()


def record(store: Store, name: str = "case") -> str:
    """A course of a few forms."""
    application = store.application()
    case = application.handle(request(f"open-{name}"), opening()).subject
    for number in range(FORMS):
        application.handle(request(f"{name}-{number}", case), form(f"{name}-{number}", item_9=number % 2))
    seen = store.log.broker_seen()
    store.log.note_broker("2026-03-02T09:00:00Z", None, 7, behind=seen.number if seen is not None else 0)
    return case


def save(store: Store, folder: Path) -> None:
    back_up(store.events, STORE, folder / "events", software="0.1.0", made_at=AT)
    back_up(store.keys.database, KEYS, folder / "keys", software="0.1.0", made_at=AT)


def rows(database: SqliteDatabase | PostgresDatabase, table: str, key: str) -> list[dict[str, object]]:
    with database.reading() as read:
        found = read.run(f"SELECT * FROM {table} ORDER BY {key}")
    return [{name: bytes(v) if isinstance(v, memoryview) else v for name, v in row.items()} for row in found]


def test_a_backup_under_running_commands_is_one_moment_and_is_restored_exactly(
    urls: Urls, tmp_path: Path
) -> None:
    first, second = urls(), urls()
    with opened(first) as store:
        record(store)
        stop = Event()

        def go_on() -> None:
            number = 0
            while not stop.is_set():
                record(store, f"more-{number}")
                number += 1

        writer = Thread(target=go_on)
        writer.start()
        try:
            manifest = back_up(store.events, STORE, tmp_path / "events", software="0.1.0", made_at=AT)
            back_up(store.keys.database, KEYS, tmp_path / "keys", software="0.1.0", made_at=AT)
        finally:
            stop.set()
            writer.join()
        position = manifest.positions["north"]
        with empty(second, "keys") as keys, empty(second, "store") as events:
            restore(keys, KEYS, tmp_path / "keys", restored_at=AT)
            assert restore(events, STORE, tmp_path / "events", restored_at=AT) == manifest
        with opened(second) as restored:
            assert store.log.head("north") > position
            assert restored.log.after(0, 10_000) == store.log.feed("north", 0, position)
            commands = {row["command_id"]: row for row in rows(store.events, "command_log", "command_id")}
            kept = rows(restored.events, "command_log", "command_id")
            assert kept == [commands[row["command_id"]] for row in kept]
            assert sum(row["last_version"] - row["first_version"] + 1 for row in kept) == position  # type: ignore[operator]
            for table, key in (("tenant", "name"), ("clock_plan", "id")):
                assert rows(restored.events, table, key) == rows(store.events, table, key)
            assert restored.log.standing() is Standing.RESTORED
            with pytest.raises(StoreBehindBroker):
                restored.application().handle(request("new"), opening())
            restored.log.note_standing(Standing.TOGETHER, "compared")
            assert restored.application().handle(request("new"), opening()).position == position + 1


def test_a_backup_of_one_database_is_restored_into_the_other(
    tmp_path: Path, postgres_url: str, postgres_server: PostgresServer
) -> None:
    sqlite = f"sqlite:///{tmp_path / 'data'}"
    with postgres_server.database(f"test_{next(postgres.NUMBERS)}") as other, opened(postgres_url) as store:
        record(store)
        save(store, tmp_path)
        with empty(sqlite, "store") as moved:
            restore(moved, STORE, tmp_path / "events", restored_at=AT)
            back_up(moved, STORE, tmp_path / "again", software="0.1.0", made_at=AT)
        with empty(other, "store") as back:
            restore(back, STORE, tmp_path / "again", restored_at=AT)
        with opened(other) as moved_twice:
            assert moved_twice.log.after(0, 1_000) == store.log.after(0, 1_000)


def test_each_flipped_byte_and_each_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    """A hundred flips, anywhere in any file."""
    with opened(f"sqlite:///{tmp_path / 'data'}") as store:
        record(store)
        save(store, tmp_path)
    chance = random.Random(8)  # noqa: S311 (which byte is flipped is no secret)
    for kind, name in ((STORE, "events"), (KEYS, "keys")):
        folder = tmp_path / name
        check_archive(folder, kind)
        files = sorted(file for file in folder.iterdir() if file.stat().st_size)
        for number in range(50):
            file = files[number % len(files)]
            content = file.read_bytes()
            place = chance.randrange(len(content))
            flipped = content[place] ^ (1 << chance.randrange(8))
            file.write_bytes(content[:place] + bytes([flipped]) + content[place + 1 :])
            with pytest.raises(ArchiveUnusable, match=f"{folder}|{file.name}"):
                check_archive(folder, kind)
            file.write_bytes(content)
        for file in sorted(folder.iterdir()):
            content = file.read_bytes()
            file.unlink()
            with pytest.raises(ArchiveUnusable, match=f"{file} cannot be read: No such file"):
                check_archive(folder, kind)
            file.write_bytes(content)
        (folder / "extra").touch()
        with pytest.raises(ArchiveUnusable, match="extra does not belong to the archive"):
            check_archive(folder, kind)


def test_a_manifest_that_was_made_to_fit_changed_events_does_not_help(tmp_path: Path) -> None:
    """Hashes alone could be made anew; the chain of the events cannot."""
    with opened(f"sqlite:///{tmp_path / 'data'}") as store:
        record(store)
        save(store, tmp_path)
    folder = tmp_path / "events"
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(lines[:-2] + lines[-1:]))
    content = json.loads((folder / "manifest.json").read_text())
    content["files"]["events.jsonl"] = {
        "rows": len(lines) - 1,
        "sha256": hashlib.sha256((folder / "events.jsonl").read_bytes()).hexdigest(),
    }
    forged = Manifest.model_validate(content).model_dump_json().encode()
    (folder / "manifest.json").write_bytes(forged)
    (folder / "manifest.sha256").write_bytes(hash_line(forged))
    with pytest.raises(ArchiveUnusable, match="is at position"):
        check_archive(folder, STORE)


def test_the_archive_of_the_other_store_is_refused(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'data'}") as store:
        record(store)
        save(store, tmp_path)
    with pytest.raises(ArchiveUnusable, match="is an archive of the keys, not of the store"):
        check_archive(tmp_path / "keys", STORE)


def test_nothing_is_restored_over_something(urls: Urls, tmp_path: Path) -> None:
    with opened(urls()) as store:
        record(store)
        save(store, tmp_path)
        before = store.log.after(0, 1_000)
        with pytest.raises(NotEmpty, match="the table events of the schema 'store' is not empty"):
            restore(store.events, STORE, tmp_path / "events", restored_at=AT)
        with pytest.raises(NotEmpty, match="data_key"):
            restore(store.keys.database, KEYS, tmp_path / "keys", restored_at=AT)
        assert store.log.after(0, 1_000) == before


def test_an_archive_of_a_newer_version_is_refused_and_one_of_an_older_is_migrated(
    urls: Urls, tmp_path: Path
) -> None:
    with opened(urls()) as store:
        record(store)
        save(store, tmp_path)
        events = store.log.after(0, 1_000)

    def as_if(folder: Path, migrations: tuple[str, ...], without: str | None) -> None:
        shutil.copytree(tmp_path / "events", folder)
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
        files = {name: file for name, file in manifest.files.items() if name != without}
        if without is not None:
            (folder / without).unlink()
        changed = (
            manifest.model_copy(update={"migrations": migrations, "files": files}).model_dump_json().encode()
        )
        (folder / "manifest.json").write_bytes(changed)
        (folder / "manifest.sha256").write_bytes(hash_line(changed))

    as_if(tmp_path / "newer", ("store-0001", "store-9999"), None)
    with empty(urls(), "store") as database, pytest.raises(ArchiveUnusable, match="schema has store-9999"):
        restore(database, STORE, tmp_path / "newer", restored_at=AT)
    as_if(tmp_path / "older", ("store-0001", "store-0002", "store-0003"), "broker_standing.jsonl")
    target = urls()
    with empty(target, "store") as database:
        restore(database, STORE, tmp_path / "older", restored_at=AT)
    with opened(target) as restored:
        assert restored.log.after(0, 1_000) == events
        assert restored.log.standing() is Standing.RESTORED


def test_a_table_that_no_archive_would_hold_is_named(urls: Urls, tmp_path: Path) -> None:
    with opened(urls()) as store:
        with store.events.writing() as write:
            write.run("CREATE TABLE notes (id integer)")
        with pytest.raises(TableUnknown, match="the schema has notes, which this version does not back up"):
            back_up(store.events, STORE, tmp_path / "events", software="0.1.0", made_at=AT)
        assert not (tmp_path / "events").exists()


def test_an_archive_is_never_written_over(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'data'}") as store:
        save(store, tmp_path)
        with pytest.raises(Fault, match="events exists already: name a new folder"):
            save(store, tmp_path)


def test_a_migrated_empty_database_takes_an_archive_too(urls: Urls, tmp_path: Path) -> None:
    with opened(urls()) as store:
        record(store)
        save(store, tmp_path)
        events = store.log.after(0, 1_000)
    target = urls()
    with empty(target, "store") as database:
        migrate(database, "store")
        restore(database, STORE, tmp_path / "events", restored_at=AT)
    with opened(target) as restored:
        assert restored.log.after(0, 1_000) == events
