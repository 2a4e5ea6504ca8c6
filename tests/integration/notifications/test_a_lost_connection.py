"""The connection to the database is lost in the middle of an event: nothing of it is kept, it comes again."""

from urllib.parse import urlsplit

import pytest
from tests.builders import START
from tests.services.proxy import Fate, proxy_to

from casetrail_contracts import read
from casetrail_contracts.broker import subject
from casetrail_contracts.examples import CASE_EXAMPLES
from notifications.database import AWAY, migrate, open_database
from notifications.directory import Directory
from notifications.inbox import Arrived, Inbox

COURSE = [read(content) for content in CASE_EXAMPLES.values()]
ARRIVED = [Arrived(event.envelope.id, subject(event), event.bytes) for event in COURSE]


@pytest.mark.parametrize("statement", [b"SAVEPOINT one_event", b"INSERT INTO inbox", b"INSERT INTO task"])
def test_no_sound_event_is_put_into_quarantine(postgres_url: str, statement: bytes) -> None:
    address = urlsplit(postgres_url)
    with proxy_to(address.hostname or "127.0.0.1", address.port or 5432) as proxy:
        through = address._replace(netloc=f"{address.username}:{address.password}@127.0.0.1:{proxy.port}")
        database = open_database(through.geturl())
        migrate(database)
        inbox = Inbox(database, Directory("outbox"), "lead")
        proxy.lose_answer(statement, Fate.RESET)
        with pytest.raises(AWAY):
            inbox.receive(ARRIVED, START)
        assert proxy.struck.wait(5)
        assert database.run("SELECT message_id FROM quarantine") == []
        assert inbox.receive(ARRIVED, START).quarantined == ()
        received = database.run("SELECT event_id FROM inbox ORDER BY event_id")
        assert [row["event_id"] for row in received] == sorted(event.envelope.id for event in COURSE)
        database.close()
