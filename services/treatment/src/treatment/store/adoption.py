"""Takes events back that the store lost and somebody else kept: exactly as they were, or not at all."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from casetrail_contracts import digest
from treatment.store.append_state import APPEND_LOCK, subject_key
from treatment.store.chain import Chain, Link
from treatment.store.database import Transaction
from treatment.store.postgres_database import PostgresDatabase
from treatment.store.sqlite_database import SqliteDatabase

T = TypeVar("T")

UNKNOWN_FINGERPRINT = b""
"""Of a command whose body nobody has any more: a repeat of it cannot be compared, and is answered."""


class Adoption:
    """Appends events whose bytes were made before, on either database."""

    def __init__(self, database: SqliteDatabase | PostgresDatabase) -> None:
        self._database = database

    def chain(self) -> Chain:
        """What follows must continue what the store has now."""
        return Chain(self._reading(_position), self._reading(self._head))

    def append(self, contents: Sequence[bytes]) -> None:
        """Store whole commands, in order, in one transaction. Raises `ChainBroken`, and stores nothing then.

        Positions, links and times stand in the bytes; the command log gets what the bytes say of commands.
        """
        with self._database.writing() as write:
            if self._database.is_postgres:
                write.run(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
            chain = Chain(lambda tenant: _position(write, tenant), lambda subject: self._head(write, subject))
            links = [chain.follow(content) for content in contents]
            write.run_many(
                "INSERT INTO events (originator_id, originator_version, topic, state, tenant, position) "
                "VALUES (:case_id, :version, :topic, :state, :tenant, :position)",
                [self._row(link, content) for link, content in zip(links, contents, strict=True)],
            )
            write.run_many(
                "INSERT INTO tenant (name, issuer) VALUES (:name, :issuer) ON CONFLICT (name) DO NOTHING",
                [{"name": link.tenant, "issuer": link.issuer} for link in links if link.position == 1],
            )
            write.run_many(
                "INSERT INTO command_log VALUES (:command_id, :fingerprint, :case_id, :first, :last) "
                "ON CONFLICT (command_id) DO NOTHING",
                _commands(links),
            )

    def _row(self, link: Link, content: bytes) -> dict[str, str | int | bytes]:
        return {
            "case_id": subject_key(self._database, link.subject),
            "version": link.sequence,
            "topic": link.kind,
            "state": content,
            "tenant": link.tenant,
            "position": link.position,
        }

    def _head(self, read: Transaction, subject: str) -> tuple[int, str] | None:
        rows = read.run(
            "SELECT originator_version, state FROM events WHERE originator_id = :subject "
            "ORDER BY originator_version DESC LIMIT 1",
            {"subject": subject_key(self._database, str(UUID(subject)))},
        )
        return (rows[0]["originator_version"], digest(bytes(rows[0]["state"]))) if rows else None

    def _reading(self, look: Callable[[Transaction, str], T]) -> Callable[[str], T]:
        def looked(name: str) -> T:
            with self._database.reading() as read:
                return look(read, name)

        return looked


def _position(read: Transaction, tenant: str) -> int:
    rows = read.run(
        "SELECT coalesce(max(position), 0) AS head FROM events WHERE tenant = :tenant", {"tenant": tenant}
    )
    return int(rows[0]["head"])


def _commands(links: Sequence[Link]) -> list[dict[str, str | int | bytes]]:
    """A row for each command: the versions that its events made."""
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.command_id, []).append(link)
    return [
        {
            "command_id": command,
            "fingerprint": UNKNOWN_FINGERPRINT,
            "case_id": of_command[0].subject,
            "first": of_command[0].sequence,
            "last": of_command[-1].sequence,
        }
        for command, of_command in found.items()
    ]
