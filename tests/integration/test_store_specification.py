"""What every store keeps, whichever database it is on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from tests.builders import case_id
from tests.integration.store import Store, form, opened, opening, request

from casetrail_contracts import digest, event_id, read
from casetrail_contracts.canonical import encode
from casetrail_contracts.conformance import violations
from casetrail_contracts.envelope import Envelope, record
from casetrail_contracts.examples import EXAMPLES
from treatment.store.log import CommandRecord, Draft, LostRace, NotedByAnother
from treatment.store.migrations import SchemaBehind, migrate, pending, require_current
from treatment.store.opening import open_database
from treatment.store.recorder import AppendElsewhere
from treatment.store.stored_log import StoredLog

EXAMPLE = read(EXAMPLES["session_held"]).envelope


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return (
        f"sqlite:///{tmp_path}" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    )


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with opened(url) as store:
        yield store


def draft(case: str, version: int, tenant: str = "north") -> Draft:
    known = {name: getattr(EXAMPLE, name) for name in Envelope.model_fields}
    for place in ("position", "recordedtime", "previoushash"):
        known.pop(place)
    known |= {
        "id": event_id(case, version),
        "sequence": f"{version:010d}",
        "subject": case,
        "source": f"https://casetrail.example/tenants/{tenant}/cases/{case}",
    }
    return partial(Envelope, **known)


def command(name: str, case: str, version: int) -> CommandRecord:
    return CommandRecord(
        command_id=name, fingerprint=b"f", case_id=case, first_version=version, last_version=version
    )


def append(store: Store, number: int, version: int, tenant: str = "north", name: str | None = None) -> bytes:
    case = case_id(number)
    known = store.log.events_of(tenant, case)
    previous = known[-1].hash if known else None
    identity = name or f"{tenant} {number} {version}"
    drafts = [draft(case, version, tenant)]
    (event,) = store.log.append(tenant, drafts, previous, command(identity, case, version))
    return event.bytes


def test_positions_have_no_gaps_in_any_tenant(store: Store) -> None:
    for number, tenant in enumerate(("north", "south", "north", "north", "south")):
        append(store, number, 1, tenant)
    for tenant, count in (("north", 3), ("south", 2), ("west", 0)):
        rows = store.log.feed(tenant, 0, 10)
        assert [row.position for row in rows] == list(range(1, count + 1))
        assert [read(row.content).position for row in rows] == list(range(1, count + 1))
        assert store.log.head(tenant) == count


def test_the_bytes_are_kept_exactly_and_are_a_chain(store: Store) -> None:
    written = [append(store, 1, version) for version in (1, 2, 3)]
    events = store.log.events_of("north", case_id(1))
    assert [event.bytes for event in events] == written
    assert [row.content for row in store.log.after(0, 10)] == written
    assert [event.envelope.previoushash for event in events] == [None, *(digest(one) for one in written[:2])]
    assert [encode(record(event.envelope)) for event in events] == written
    assert [violations(content) for content in written] == [[], [], []]


def test_a_stale_version_and_a_repeated_command_leave_no_row(store: Store) -> None:
    append(store, 1, 1)
    for stale in ({"name": "other"}, {"name": "north 1 1"}):
        with pytest.raises(LostRace):
            append(store, 1, 1, **stale)
    with pytest.raises(LostRace):
        append(store, 2, 1, name="north 1 1")
    assert (store.count("events"), store.count("command_log"), store.log.head("north")) == (1, 1, 1)
    append(store, 2, 1)
    assert [row.position for row in store.log.feed("north", 0, 10)] == [1, 2]


def test_a_command_is_remembered(store: Store) -> None:
    append(store, 1, 1)
    assert store.log.command("north 1 1") == command("north 1 1", case_id(1), 1)
    assert store.log.command("unknown") is None


def test_another_tenants_case_is_empty(store: Store) -> None:
    append(store, 1, 1)
    assert store.log.events_of("south", case_id(1)) == []
    assert store.log.events_of("north", case_id(2)) == []


def test_rows_are_found_in_order_of_commit_by_position_and_by_id(store: Store) -> None:
    for number, tenant in enumerate(("north", "south", "north")):
        append(store, number, 1, tenant)
    rows = store.log.after(0, 10)
    assert [(row.tenant, row.position) for row in rows] == [("north", 1), ("south", 1), ("north", 2)]
    assert [row.event_id for row in rows] == [read(row.content).envelope.id for row in rows]
    assert store.log.after(rows[0].row_id, 1) == [rows[1]]
    assert store.log.last() == rows[2]
    assert store.log.find(event_id(case_id(1), 1)) == rows[1]
    assert store.log.find(event_id(case_id(9), 1)) is None
    assert store.log.feed("north", 1, 10) == [rows[2]]
    assert store.log.feed("north", 0, 10, [EXAMPLE.type]) == [rows[0], rows[2]]
    assert store.log.feed("north", 0, 10, ["org.casetrail.treatment.other.v1"]) == []


def test_the_time_of_recording_never_decreases(url: str, store: Store) -> None:
    moments = [datetime(2026, 3, 2, 12, tzinfo=UTC) - timedelta(hours=hours) for hours in (0, 5, 1)]
    clock = iter(moments)
    backwards = StoredLog(store.events, now=lambda: next(clock))
    for version in (1, 2, 3):
        known = store.log.events_of("north", case_id(1))
        drafts = [draft(case_id(1), version)]
        previous = known[-1].hash if known else None
        backwards.append("north", drafts, previous, command(f"c-{version}", case_id(1), version))
    times = [event.envelope.recordedtime for event in store.log.events_of("north", case_id(1))]
    assert times == sorted(times)
    if url.startswith("sqlite"):
        assert times == [moments[0]] * 3
    else:
        assert abs(times[0] - datetime.now(UTC)) < timedelta(minutes=1), "PostgreSQL's own clock is used"


def test_the_issuer_is_fixed_at_the_first_start(store: Store) -> None:
    assert store.log.issuer("north", "one.example") == "one.example"
    assert store.log.issuer("north", "other.example") == "one.example"
    assert store.log.issuer("south", "other.example") == "other.example"


def test_what_the_relay_saw_is_appended(store: Store) -> None:
    assert store.log.broker_seen() is None
    first = store.log.note_broker("2026-01-01T00:00:00Z", None, 0, behind=0)
    newest = event_id(case_id(1), 1)
    second = store.log.note_broker("2026-01-01T00:00:00Z", newest, 7, behind=first)
    seen = store.log.broker_seen()
    assert seen is not None
    assert (seen.last_event_id, seen.last_sequence, seen.number) == (newest, 7, second)
    assert store.count("broker_seen") == 2


def test_a_relay_that_was_thought_to_be_dead_takes_back_no_note(store: Store) -> None:
    before = store.log.note_broker("2026-01-01T00:00:00Z", None, 3, behind=0)
    store.log.note_broker("2026-01-01T00:00:00Z", None, 9, behind=before)
    for behind in (0, before):
        with pytest.raises(NotedByAnother):
            store.log.note_broker("2026-01-01T00:00:00Z", None, 4, behind=behind)
    seen = store.log.broker_seen()
    assert seen is not None
    assert seen.last_sequence == 9


def test_nothing_is_stored_beside_append(store: Store) -> None:
    with pytest.raises(AppendElsewhere):
        store.log._recorder.insert_events([StoredEvent(case_id(1), 1, "t", b"{}")])  # noqa: SLF001


def test_migrations_are_applied_once(url: str) -> None:
    database = open_database(url, "store")
    missing = pending(database, "store")
    assert missing
    with pytest.raises(SchemaBehind, match=missing[0]):
        require_current(database, "store")
    assert migrate(database, "store") == missing
    assert migrate(database, "store") == pending(database, "store") == []
    require_current(database, "store")
    database.close()


def test_sixteen_writers_on_one_case_lose_nothing(store: Store) -> None:
    # Of one application they take turns; the two overtake each other, as two processes do.
    applications = store.application(), store.application()
    case = applications[0].handle(request("open"), opening()).subject

    def write(writer: int) -> list[str]:
        stored = []
        for number in range(10):
            name = f"{writer}-{number}"
            while not (answer := attempt(writer, name)):
                continue
            stored.append(answer)
        return stored

    def attempt(writer: int, name: str) -> str | None:
        try:
            return applications[writer % 2].handle(request(name, case), form(name)).events[0].envelope.id
        except LostRace:
            return None

    with ThreadPoolExecutor(16) as writers:
        stored = [one for ids in writers.map(write, range(16)) for one in ids]
    assert sorted(stored) == [event_id(case, version) for version in range(2, 162)]
    positions = [row.position for row in store.log.feed("north", 0, 500)]
    assert positions == list(range(1, store.log.head("north") + 1))
    assert len(positions) == store.count("events")


def test_writers_of_one_application_do_not_lose_races(store: Store) -> None:
    application = store.application()
    case = application.handle(request("open"), opening()).subject
    with ThreadPoolExecutor(16) as writers:
        names = [f"form-{number}" for number in range(64)]
        answers = list(writers.map(lambda name: application.handle(request(name, case), form(name)), names))
    assert sorted(answer.version for answer in answers) == list(range(2, 66))


def test_the_writer_may_add_and_read_only(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        for role in ("casetrail_owner", "casetrail_writer", "casetrail_reader", "casetrail_projector"):
            admin.execute(
                f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
            )
    with opened(postgres_url) as store:
        append(store, 1, 1)
    writer = postgres_url.replace("://postgres", "://casetrail_writer").replace(":test@", "@")
    if ":" in postgres_url.split("@", maxsplit=1)[0].removeprefix("postgresql://"):
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute("ALTER ROLE casetrail_writer PASSWORD 'writer'")
        writer = "postgresql://casetrail_writer:writer@" + postgres_url.split("@")[1]
    database = open_database(writer, "store")
    assert StoredLog(database).head("north") == 1
    for statement in (
        "UPDATE events SET topic = ''",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM command_log",
    ):
        with pytest.raises(Exception, match="permission denied"), database.writing() as write:
            write.run(statement)
    StoredLog(database).append("north", [draft(case_id(2), 1)], None, command("c", case_id(2), 1))
    assert StoredLog(database).head("north") == 2
    database.close()
