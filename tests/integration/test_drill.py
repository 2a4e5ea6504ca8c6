"""The drill: back up, lose everything, restore elsewhere, by the commands that an operator types."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.integration.store import AT, Store, form, opened, opening, request
from tests.services import postgres
from tests.services.postgres import PostgresServer
from typer.testing import CliRunner

from casetrail_contracts import Personal
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.events.erasure import PersonalDataErasureRequested
from casetrail_contracts.identity import Claims, Role
from treatment.application import Caller, Request
from treatment.cli import app
from treatment.domain.commands import ApproveErasure, Command, Record
from treatment.fault import Fault
from treatment.store.keys import new_master_key
from treatment.store.sealing import Place, unseal
from treatment.store.standing import Standing

Urls = Callable[[], str]
OLD_KEY = "A" * 43 + "\n"
"""The master key of the stores that tests open: 32 bytes of zero."""


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Urls]:
    """Addresses of empty databases."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield lambda: f"sqlite:///{tmp_path / str(next(postgres.NUMBERS))}"
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            yield lambda: stack.enter_context(server.database(f"test_{next(postgres.NUMBERS)}"))


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Type a command of the store on the installation at this address; its exit code and what it said."""
    (tmp_path / "master.key").write_text(OLD_KEY)

    def type_in(url: str, *words: str) -> tuple[int, str]:
        for name in ("DATABASE_URL", "KEYS_DATABASE_URL", "READ_DATABASE_URL"):
            monkeypatch.setenv(f"CASETRAIL_{name}", url)
        monkeypatch.setenv("CASETRAIL_MASTER_KEY_FILE", str(tmp_path / "master.key"))
        done = CliRunner().invoke(app, ["store", *words])
        if isinstance(done.exception, Fault):
            return 1, str(done.exception)
        return done.exit_code, done.output

    return type_in


def patients(store: Store) -> list[Personal[str]]:
    """The patient of each case, as far as it can be read."""
    return [
        unseal(
            str(event.envelope.data["patientRef"]),
            Place(event.envelope.subject, event.envelope.id, "patientRef"),
            store.keys,
        )
        for event in store.events_of_cases()
        if isinstance(event.payload, CaseOpened)
    ]


def erase(store: Store, case: str) -> None:
    """The patient's data, as an admin."""
    application = store.application()

    def asked(key: str, command: Command, sub: str) -> str:
        claims = Claims(sub=sub, tenant="north", roles=frozenset({Role.ADMIN}))
        by_admin = Request(
            caller=Caller(claims=claims, roles=(Role.ADMIN,)),
            idempotency_key=key,
            name="erase",
            body={},
            case_id=case,
        )
        return application.handle(by_admin, command).events[0].envelope.id

    first = asked(
        "ask",
        Record(entry=PersonalDataErasureRequested(subject="patient", legal_basis="gdprArticle17"), at=AT),
        "admin-1",
    )
    asked("do", ApproveErasure(request=first, at=AT), "admin-2")


READABLE, ERASED = Personal[str].plain("canary patient"), Personal[str].erased()


def record(store: Store) -> list[str]:
    """Two cases with a form each."""
    application = store.application()
    cases = [application.handle(request(f"open-{number}"), opening()).subject for number in range(2)]
    for number, case in enumerate(cases):
        application.handle(request(f"form-{number}", case), form(f"form-{number}"))
    return cases


def test_everything_comes_back_and_the_command_says_what_follows(
    urls: Urls, tmp_path: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    first, second = urls(), urls()
    events, keys = tmp_path / "here" / "events", tmp_path / "elsewhere" / "keys"
    with opened(first) as store:
        record(store)
        rows = store.log.after(0, 1_000)
    code, told = typed(first, "backup", "--to", str(events), "--keys-to", str(keys), "--dry-run")
    assert (code, told.splitlines()[-1]) == (0, "nothing was written")
    assert not events.exists()
    code, told = typed(first, "backup", "--to", str(events), "--keys-to", str(keys))
    assert code == 0, told
    assert "keep the archive of the keys apart from that of the events" in told
    code, told = typed(second, "restore", "--from", str(events), "--keys-from", str(keys), "--dry-run")
    assert (code, told.splitlines()[-1]) == (0, "nothing was changed")
    assert f"  north: up to position {rows[-1].position}" in told.splitlines()
    code, told = typed(second, "restore", "--from", str(events), "--keys-from", str(keys))
    assert code == 0, told
    assert re.search(r"every sealed text has its key \(\d+\), or was erased \(0\)", told)
    assert "next: start the relay" in told
    with opened(second) as restored:
        assert restored.log.after(0, 1_000) == rows
        assert restored.log.standing() is Standing.RESTORED
        assert patients(restored) == [READABLE, READABLE]


def test_what_a_program_reads_of_a_backup_has_no_progress_bar_in_it(
    tmp_path: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    url = f"sqlite:///{tmp_path / 'store'}"
    with opened(url) as store:
        record(store)
    assert typed(url, "backup", "--to", str(tmp_path / "one"), "--dry-run")[0] == 0
    done = CliRunner().invoke(app, ["store", "backup", "--to", str(tmp_path / "one")])
    assert done.exit_code == 0, done.output
    assert all(line.startswith("store: ") for line in done.stdout.splitlines()), done.stdout


def test_a_lost_key_store_is_a_lost_history_and_the_command_says_so(
    urls: Urls, tmp_path: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    first, second = urls(), urls()
    with opened(first) as store:
        record(store)
    assert typed(first, "backup", "--to", str(tmp_path / "events"))[0] == 0
    assert typed(second, "migrate")[0] == 0
    code, told = typed(second, "restore", "--from", str(tmp_path / "events"))
    assert code == 3, told
    assert re.search(r"(\d+) of \1 keys are not in the key store: what they sealed, names and texts", told)
    with opened(second) as restored:
        assert patients(restored) == [ERASED, ERASED]


def test_an_old_archive_of_the_keys_does_not_bring_back_who_was_erased_since(
    urls: Urls, tmp_path: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    first, second = urls(), urls()
    with opened(first) as store:
        cases = record(store)
    assert typed(first, "backup", "--keys-to", str(tmp_path / "keys"))[0] == 0
    with opened(first) as store:
        erase(store, cases[0])
    assert typed(first, "backup", "--to", str(tmp_path / "events"))[0] == 0
    code, told = typed(
        second, "restore", "--from", str(tmp_path / "events"), "--keys-from", str(tmp_path / "keys")
    )
    assert code == 0, told
    assert "the keys of 1 erasures in the log are destroyed" in told
    with opened(second) as restored:
        assert patients(restored) == [ERASED, READABLE]


def test_keys_of_another_master_key_are_refused_and_nothing_is_changed(
    urls: Urls, tmp_path: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    first, second = urls(), urls()
    with opened(first) as store:
        record(store)
    assert typed(first, "backup", "--keys-to", str(tmp_path / "keys"))[0] == 0
    (tmp_path / "master.key").write_text(new_master_key())
    code, told = typed(second, "restore", "--keys-from", str(tmp_path / "keys"))
    refused = f"{tmp_path / 'master.key'} is not the one that wrapped the keys in {tmp_path / 'keys'}"
    assert (code, told) == (
        1,
        f"the master key in {refused}: nothing was changed; put the right one in its place",
    )
    with opened(second) as untouched, untouched.keys.database.reading() as reading:
        assert reading.run("SELECT * FROM data_key") == []


def test_events_and_keys_are_not_put_together(tmp_path: Path, typed: Callable[..., tuple[int, str]]) -> None:
    code, told = typed(f"sqlite:///{tmp_path}", "backup", "--to", "all", "--keys-to", "all/keys")
    assert (code, told) == (
        1,
        "all/keys lies with all: who has events and keys together can read everything",
    )
