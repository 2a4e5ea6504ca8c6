"""Messages go out: once into the outbox, at least once by mail, every attempt written down."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.builders import START

from casetrail_contracts import read
from casetrail_contracts.broker import subject
from casetrail_contracts.examples import EXAMPLES
from notifications.channels import channels
from notifications.database import SqliteDatabase, migrate, open_database
from notifications.directory import Directory, Entry
from notifications.inbox import Arrived, Inbox
from notifications.sender import Sender

FLAG = read(EXAMPLES["risk_flag_raised"])
MAIL = Directory(
    "none",
    {"therapist-1": Entry(channel="smtp", address="t@example.org")}
    | {name: Entry(channel="outbox") for name in ("supervisor-1", "lead")},
)


@dataclass
class Sink:
    """An SMTP server that keeps what it gets, and refuses the first mails if told so."""

    refusals: int = 0
    mails: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            match line.split()[0].upper():
                case b"EHLO" | b"HELO" | b"MAIL" | b"RCPT" | b"RSET":
                    writer.write(b"250 ok\r\n")
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    mail = await reader.readuntil(b"\r\n.\r\n")
                    if self.refusals:
                        self.refusals -= 1
                        writer.write(b"451 later\r\n")
                    else:
                        self.mails.append(mail.decode())
                        writer.write(b"250 taken\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
        writer.close()


@asynccontextmanager
async def sink(refusals: int = 0) -> AsyncIterator[Sink]:
    sink = Sink(refusals)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    async with server:
        yield sink


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    database = open_database(f"sqlite:///{tmp_path}")
    assert isinstance(database, SqliteDatabase)
    migrate(database)
    message = Arrived(FLAG.envelope.id, subject(FLAG), FLAG.bytes)
    Inbox(database, MAIL, "lead").receive([message], START)
    yield database
    database.close()


def sender(database: SqliteDatabase, now: datetime, port: int | None) -> Sender:
    smtp = f"smtp://127.0.0.1:{port}" if port else None
    ways = channels(database, smtp, "casetrail@example.org")
    return Sender(database, ways, "https://tasks.example", lambda: now)


def state(database: SqliteDatabase, recipient: str) -> tuple[str, int, list[str]]:
    (delivery,) = database.run("SELECT * FROM delivery WHERE recipient = :who", {"who": recipient})
    attempts = database.run(
        "SELECT outcome FROM attempt WHERE delivery_id = :id ORDER BY number", {"id": delivery["delivery_id"]}
    )
    return delivery["state"], delivery["attempts"], [row["outcome"] for row in attempts]


def message_ids(sink: Sink) -> list[str]:
    return [re.findall(r"Message-ID: <([^>]+)>", mail)[0] for mail in sink.mails]


async def test_a_message_goes_out_and_is_noted(database: SqliteDatabase) -> None:
    async with sink() as smtp:
        assert await sender(database, START, smtp.port).send_due() == 2
        assert await sender(database, START, smtp.port).send_due() == 0
    assert (
        state(database, "therapist-1") == state(database, "supervisor-1") == ("delivered", 1, ["delivered"])
    )
    (mail,) = smtp.mails
    assert "Subject: Casetrail: an urgent task for you" in mail
    assert "To: t@example.org" in mail
    assert len(database.run("SELECT 1 AS one FROM outbox")) == 1


async def test_a_refused_mail_is_tried_again_later_with_the_same_message_id(database: SqliteDatabase) -> None:
    async with sink(refusals=3) as smtp:
        now = START
        for _ in range(3):
            await sender(database, now, smtp.port).send_due()
            assert await sender(database, now, smtp.port).send_due() == 0, "not before its time"
            now += timedelta(minutes=1)
        outcomes = ["SMTPDataError"] * 3
        assert state(database, "therapist-1") == ("failing", 3, outcomes)
        await sender(database, now, smtp.port).send_due()
    assert state(database, "therapist-1") == ("delivered", 4, [*outcomes, "delivered"])
    (delivery,) = database.run("SELECT delivery_id FROM delivery WHERE recipient = 'therapist-1'")
    assert message_ids(smtp) == [f"{delivery['delivery_id']}@casetrail"]


async def test_a_crash_before_the_note_sends_again_with_the_same_message_id(database: SqliteDatabase) -> None:
    async with sink() as smtp:
        await sender(database, START, smtp.port).send_due()
        # As if the process had ended between the mail system's answer and the note.
        database.run("DELETE FROM attempt")
        database.run("UPDATE delivery SET state = 'pending', attempts = 0, next_attempt_at = created_at")
        await sender(database, START, smtp.port).send_due()
    first, again = message_ids(smtp)
    assert first == again
    assert len(database.run("SELECT 1 AS one FROM outbox")) == 1


async def test_a_channel_that_is_not_there_is_no_silence(database: SqliteDatabase) -> None:
    await sender(database, START, None).send_due()
    assert state(database, "therapist-1") == ("pending", 1, ["ChannelNotConfigured"])


async def test_a_mail_server_that_is_away_is_tried_again(database: SqliteDatabase) -> None:
    async with sink() as gone:
        port = gone.port
    await sender(database, START, port).send_due()
    status, attempts, (outcome,) = state(database, "therapist-1")
    assert (status, attempts) == ("pending", 1)
    assert "Error" in outcome
