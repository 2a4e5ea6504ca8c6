"""Each event once: its tasks and its messages in one transaction, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders import START, History, case_id, sealed
from tests.unit.treatment.given_when_then import held

from casetrail_contracts import Event, digest
from casetrail_contracts import read as read_event
from casetrail_contracts.broker import subject
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.examples import CASE_EXAMPLES
from notifications.database import PostgresDatabase, SqliteDatabase, migrate, open_database
from notifications.directory import Directory, Entry
from notifications.inbox import Arrived, Inbox

Database = SqliteDatabase | PostgresDatabase
COURSE = [read_event(content) for content in CASE_EXAMPLES.values()]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    sqlite = request.param == "sqlite"
    database = open_database(f"sqlite:///{tmp_path}" if sqlite else request.getfixturevalue("postgres_url"))
    assert migrate(database)
    assert migrate(database) == []
    yield database
    database.close()


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database, Directory("outbox"), "lead")


def arrived(*events: Event) -> list[Arrived]:
    return [Arrived(event.envelope.id, subject(event), event.bytes) for event in events]


def told(database: Database) -> list[tuple[str, str, str, bool]]:
    rows = database.run("SELECT * FROM delivery ORDER BY rule, recipient")
    return [(row["rule"], row["recipient"], row["class"], row["task_id"] is not None) for row in rows]


EXPECTED = [
    ("goals-revised", "supervisor-1", "routine", False),
    ("goals-revised", "team-east", "routine", False),
    ("goals-revised", "therapist-1", "routine", False),
    ("review-needed", "supervisor-1", "routine", True),
    ("review-needed", "therapist-1", "routine", True),
    ("risk-flag", "supervisor-1", "urgent", True),
    ("risk-flag", "therapist-1", "urgent", True),
    ("risk-unanswered", "therapist-1", "routine", True),
]


def test_a_course_tells_exactly_whom_it_should(database: Database, inbox: Inbox) -> None:
    assert inbox.receive(arrived(*COURSE), START).quarantined == ()
    assert told(database) == EXPECTED
    rows = database.run("SELECT event_id, sha256 FROM inbox")
    assert {row["event_id"]: row["sha256"] for row in rows} == {
        event.envelope.id: digest(event.bytes) for event in COURSE
    }


def test_what_comes_twice_is_told_once(database: Database, inbox: Inbox) -> None:
    for batch in (COURSE[:6], COURSE, COURSE[5:], COURSE):
        inbox.receive(arrived(*batch), START + timedelta(hours=1))
    assert told(database) == EXPECTED
    assert len(database.run("SELECT 1 AS one FROM inbox")) == len(COURSE)


def test_a_message_that_cannot_be_read_stops_its_case_only_and_is_a_task(
    database: Database, inbox: Inbox
) -> None:
    history = History()
    broken, other = case_id(1), case_id(2)
    opened = CaseOpened(patient_ref=sealed("p"), therapist_id="t-1")
    first = [history.add(broken, opened), history.add(other, opened)]
    poison = Arrived("stream-3", f"casetrail.events.north.{broken}.session", b'{"not": "an event"}')
    behind = history.add(broken, held())
    good = history.add(other, held())
    messages = [*arrived(*first), poison, *arrived(behind, good)]
    assert inbox.receive(messages, START).quarantined == (poison.message_id,)
    inbox.receive(messages, START)
    kept = database.run("SELECT message_id, reason FROM quarantine ORDER BY message_id")
    assert sorted((row["message_id"], row["reason"]) for row in kept) == [
        (behind.envelope.id, "behind"),
        (poison.message_id, "unreadable"),
    ]
    seen = {row["event_id"] for row in database.run("SELECT event_id FROM inbox")}
    assert seen == {event.envelope.id for event in (*first, good)}
    assert told(database) == [("quarantine", "lead", "urgent", True)]
    assert isinstance(good.payload, SessionHeld)


def test_a_risk_flag_passes_what_was_stopped(database: Database, inbox: Inbox) -> None:
    flag = COURSE[5]
    stopped = Arrived("poison", f"casetrail.events.north.{flag.envelope.subject}.session", b"{")
    inbox.receive([stopped, *arrived(flag)], START)
    assert [one for one in told(database) if one[0] == "risk-flag"] == EXPECTED[5:7]


def test_an_unknown_type_is_noted_and_tells_nobody(database: Database, inbox: Inbox) -> None:
    event = History().add_unknown(case_id(1))
    message = Arrived(event.envelope.id, f"casetrail.events.north.{case_id(1)}.case", event.bytes)
    assert inbox.receive([message], START).quarantined == ()
    assert (told(database), len(database.run("SELECT 1 AS one FROM inbox"))) == ([], 1)


def test_somebody_who_cannot_be_reached_is_the_service_leads_task(database: Database) -> None:
    directory = Directory("none", {"supervisor-1": Entry(channel="outbox"), "lead": Entry(channel="outbox")})
    Inbox(database, directory, "lead").receive(arrived(COURSE[5]), START)
    rows = database.run("SELECT recipient, state, channel FROM delivery ORDER BY recipient")
    assert [(row["recipient"], row["state"], row["channel"]) for row in rows] == [
        ("lead", "pending", "outbox"),
        ("supervisor-1", "pending", "outbox"),
        ("therapist-1", "unroutable", "none"),
    ]


def test_a_hole_is_noticed_and_what_was_missing_is_handled_when_it_comes(
    database: Database, inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox.receive(arrived(*COURSE[:2], *COURSE[4:]), START)
    assert "hole" in capsys.readouterr().out
    inbox.receive(arrived(*COURSE[2:4]), START)
    assert told(database) == EXPECTED
    assert len(database.run("SELECT 1 AS one FROM inbox")) == len(COURSE)
