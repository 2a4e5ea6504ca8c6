"""What an append asks of the log is found by indexes, however many events there are."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from tests.integration.store import form, opened, opening, request

from treatment.store.append_state import known_of
from treatment.store.database import Row, Statement
from treatment.store.group_commit import Append
from treatment.store.log import CommandRecord


def test_no_table_is_read_whole_under_the_append_lock(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server would, for a join with a list: it takes any list for a hundred rows."""
    with opened(postgres_url) as store:
        application = store.application()
        subject = application.handle(request("open"), opening()).subject
        for number in range(30):
            application.handle(request(f"c-{number}", subject), form(f"a-{number}"))
        command = CommandRecord(
            command_id="new", fingerprint=b"", case_id=subject, first_version=32, last_version=32
        )
        wanted = Append(tenant="north", drafts=(), previous=None, command=command)
        with store.events.writing() as write:
            plans: list[str] = []
            ask = write.run_together

            def explained(statements: Sequence[Statement]) -> list[list[Row]]:
                for sql, values in statements:
                    plans.extend(row["QUERY PLAN"] for row in write.run(f"EXPLAIN {sql}", values))
                return ask(statements)

            monkeypatch.setattr(write, "run_together", explained)
            known = known_of(write, store.events, [wanted], lambda: datetime.now(UTC))
    assert known.heads[subject][0] == 31
    assert [line for line in plans if "Index" in line]
    assert not [line for line in plans if "Seq Scan" in line]
