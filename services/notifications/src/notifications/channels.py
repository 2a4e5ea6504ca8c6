"""The ways to reach somebody: the local outbox, and mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import urlsplit

import aiosmtplib

from casetrail_contracts.scalars import instant_text
from notifications.database import PostgresDatabase, SqliteDatabase
from notifications.failpoints import failpoint
from notifications.wording import Message

SMTP_SECONDS = 10


class NotDelivered(Exception):
    """The channel did not take the message; the text is a kind, never an address or a content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way to one person."""

    delivery_id: str
    tenant: str
    recipient: str
    address: str | None
    message: Message


class Channel(Protocol):
    """Takes a message. Taking the same delivery twice must be recognisable to whoever gets it."""

    async def send(self, outgoing: Outgoing, now: datetime) -> None:
        """Raises `NotDelivered`."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Keeps messages on the machine itself, once each."""

    database: SqliteDatabase | PostgresDatabase

    async def send(self, outgoing: Outgoing, now: datetime) -> None:
        self.database.run(
            "INSERT INTO outbox VALUES (:id, :tenant, :recipient, :subject, :body, :now) "
            "ON CONFLICT DO NOTHING",
            {
                "id": outgoing.delivery_id,
                "tenant": outgoing.tenant,
                "recipient": outgoing.recipient,
                "subject": outgoing.message.subject,
                "body": outgoing.message.body,
                "now": instant_text(now),
            },
        )
        failpoint("sender.sent")


@dataclass(frozen=True, slots=True)
class Mail:
    """SMTP, at least once: a repeat has the same Message-ID, so that a mail system can tell."""

    url: str
    sender: str

    async def send(self, outgoing: Outgoing, now: datetime) -> None:
        host = urlsplit(self.url)
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = outgoing.address
        mail["Subject"] = outgoing.message.subject
        mail["Date"] = now
        mail["Message-ID"] = f"<{outgoing.delivery_id}@casetrail>"
        mail.set_content(outgoing.message.body)
        try:
            await aiosmtplib.send(
                mail, hostname=host.hostname, port=host.port or 25, timeout=SMTP_SECONDS, start_tls=None
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotDelivered(type(error).__name__) from None
        failpoint("sender.sent")


def channels(
    database: SqliteDatabase | PostgresDatabase, smtp_url: str | None, smtp_from: str
) -> Mapping[str, Channel]:
    """The channels that this installation has."""
    found: dict[str, Channel] = {"outbox": Outbox(database)}
    if smtp_url is not None:
        found["smtp"] = Mail(smtp_url, smtp_from)
    return found
