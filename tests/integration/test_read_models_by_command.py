"""`casetrail projections …` and `casetrail quarantine …`, as an operator types them."""

import asyncio
import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.builders import case_id, scored
from tests.integration.projections.feeding import TABLES, feed, feed_all
from tests.integration.projections.storing import Place, mixed, open_place
from typer.testing import CliRunner, Result

from treatment.assembly.read_models import NoSuchReadModel
from treatment.cli import app
from treatment.cli.read_models import alone
from treatment.embedded.folder import DataFolder
from treatment.fault import Fault
from treatment.projections import caseload
from treatment.projections.projection import ReadModel
from treatment.projections.records import Record
from treatment.store.locks import worker_lock

HISTORY = mixed(60)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An installation with sixty events, thirty of them in the read models."""
    folder = DataFolder(tmp_path)
    folder.prepare()
    made = open_place(folder.database_url)
    made.store(HISTORY.events)
    feed_all(made.live, HISTORY.contents[:30])
    yield made
    made.log.close()
    made.live.close()


@pytest.fixture
def casetrail(tmp_path: Path, place: Place) -> Callable[..., Result]:
    def run(*words: str, typed: str | None = None) -> Result:
        arguments = [*words, "--data", str(tmp_path)]
        return CliRunner().invoke(app, arguments, input=typed, env={"COLUMNS": "200"})

    return run


def failing(fails: set[str]) -> ReadModel:
    """The caseload, with faults."""

    def fold(row: caseload.Listed | None, record: Record) -> caseload.Listed | None:
        if record.event_id in fails:
            raise KeyError(record.data)
        return caseload.PROJECTION.fold(row, record)

    return replace(caseload.PROJECTION, fold=fold)


def test_the_status_is_a_sentence_for_each_read_model(casetrail: Callable[..., Result], place: Place) -> None:
    feed(place.live, caseload.PROJECTION, HISTORY.contents[30:])
    result = casetrail("projections", "status", "--over", "0.1")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "caseload is up to date: it holds all 60 events.",
            (
                "case-summary is 30 events behind and stands still: see that the relay and the projector "
                "run, and what their logs say; if the log says `hole`, make it anew with "
                "`casetrail projections rebuild`."
            ),
        ],
    )


def test_the_status_as_json_has_numbers(casetrail: Callable[..., Result]) -> None:
    casetrail("projections", "rebuild", "caseload")
    told: list[dict[str, Any]] = json.loads(
        casetrail("projections", "status", "--over", "0.1", "--json").stdout
    )
    common = {"behind": 30, "stored": 60, "slope": 0.0, "seconds_left": None}
    quarantine = {"cases": 0, "events": 0}
    assert told == [
        {
            "projection": "caseload",
            **common,
            "quarantine": quarantine,
            "beside": {"rebuild": "ready", "held": 60, "former_since": None},
        },
        {
            "projection": "case-summary",
            **common,
            "quarantine": quarantine,
            "beside": {"rebuild": "none", "held": 0, "former_since": None},
        },
    ]


def test_a_rebuild_is_made_compared_switched_to_and_taken_back(
    casetrail: Callable[..., Result], place: Place
) -> None:
    feed(place.live, caseload.PROJECTION, HISTORY.contents[30:])
    with place.live.writing() as write:
        write.run("UPDATE caseload SET session_count = 99 WHERE case_id = :case", {"case": case_id(2)})
    made = casetrail("projections", "rebuild", "caseload")
    assert (made.exit_code, made.stdout) == (
        0,
        (
            "making caseload anew beside the one in use, from 60 events\n"
            "caseload is made anew beside the one in use. "
            "Compare with `casetrail projections diff caseload`, "
            "use it with `casetrail projections switch caseload`\n"
        ),
    )
    differs = casetrail("projections", "diff", "caseload")
    assert differs.exit_code == 3
    assert differs.stdout.splitlines() == [
        "caseload: 1 case with differences between the tables in use and the rebuild",
        f"  north {case_id(2)}  caseload: session_count",
    ]
    switched = casetrail("projections", "switch", "caseload")
    assert (switched.exit_code, switched.stdout.splitlines()[0][:35]) == (
        0,
        "caseload uses the new tables; the f",
    )
    assert casetrail("projections", "diff", "caseload").stdout.splitlines() == [
        "caseload: 1 case with differences between the tables in use and the former tables",
        f"  north {case_id(2)}  caseload: session_count",
    ]
    assert casetrail("projections", "back", "caseload").exit_code == 0
    with place.live.reading() as read:
        (row,) = read.run("SELECT session_count FROM caseload WHERE case_id = :case", {"case": case_id(2)})
    assert row["session_count"] == 99
    status = casetrail("projections", "status").stdout.splitlines()
    assert re.fullmatch(
        r"  former tables: kept since 20\S+; `casetrail projections back caseload` .*", status[1]
    )


def test_cases_with_events_that_only_one_of_the_two_holds_say_nothing(
    casetrail: Callable[..., Result],
) -> None:
    casetrail("projections", "rebuild", "caseload")
    same = casetrail("projections", "diff", "caseload")
    assert (same.exit_code, same.stdout.splitlines()) == (
        0,
        [
            "caseload: 0 cases with differences between the tables in use and the rebuild",
            "  left out: 5 cases with events that only one of the two holds",
        ],
    )


def test_a_rebuild_can_be_made_and_used_at_once_and_one_can_be_thrown_away(
    casetrail: Callable[..., Result], place: Place, tmp_path: Path
) -> None:
    assert casetrail("projections", "rebuild", "caseload", "--switch").exit_code == 0
    with place.live.reading() as read:
        assert read.run("SELECT position FROM projection_position WHERE projection = 'caseload'") == [
            {"position": 60}
        ]
    casetrail("projections", "rebuild", "case-summary")
    assert (tmp_path / "read_next_case_summary.db").exists()
    thrown = casetrail("projections", "rebuild", "case-summary", "--cancel")
    assert thrown.stdout == (
        "nothing stands beside case-summary any more; the read model in use was not touched\n"
    )
    assert list(tmp_path.glob("read_next*")) == []
    refused = casetrail("projections", "switch", "case-summary")
    assert str(refused.exception) == (
        "no finished rebuild of case-summary is there; "
        "run `casetrail projections rebuild case-summary` first, to its end"
    )


def test_two_commands_do_not_work_on_one_rebuild(casetrail: Callable[..., Result], place: Place) -> None:
    lock = worker_lock(place.url, "rebuild-caseload")
    assert asyncio.run(lock.acquire())
    refused = casetrail("projections", "rebuild", "caseload")
    asyncio.run(lock.release())
    assert isinstance(refused.exception, Fault)
    assert str(refused.exception).startswith("another command has rebuild-caseload; ")


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_what_works_hears_that_it_must_stop(place: Place, told: signal.Signals) -> None:
    def work(stop: Callable[[], bool]) -> bool:
        os.kill(os.getpid(), told)
        deadline = time.monotonic() + 10
        while not stop() and time.monotonic() < deadline:
            time.sleep(0.01)
        return stop()

    assert alone(worker_lock(place.url, "rebuild-caseload"), work)


def test_an_unknown_read_model_is_told_with_those_that_there_are() -> None:
    for words in (
        ("projections", "rebuild", "cases", "--data", "."),
        ("run", "projector", "caseload", "cases"),
    ):
        refused = CliRunner().invoke(app, words)
        assert isinstance(refused.exception, NoSuchReadModel)
        assert str(refused.exception) == (
            "there is no read model cases; the read models are caseload, case-summary"
        )


def test_what_is_in_quarantine_is_listed_shown_and_applied_again(
    casetrail: Callable[..., Result], place: Place
) -> None:
    bad = HISTORY.events[31]
    feed(place.live, failing({bad.envelope.id}), HISTORY.contents[30:])
    listed = casetrail("quarantine", "list").stdout.splitlines()
    assert listed[0] == (
        "1 case in quarantine: 1 event failed, 5 events behind, 2 of them about risk and applied already"
    )
    assert re.fullmatch(
        rf"  caseload  north {bad.envelope.subject}  since \S+: {bad.envelope.id} \(KeyError\), 5 \w+ behind",
        listed[1],
    )
    shown: dict[str, Any] = json.loads(casetrail("quarantine", "show", bad.envelope.id, "--json").stdout)[0]
    assert (shown["trace_id"], shown["position"], shown["kind"], shown["reason"], shown["sha256"]) == (
        bad.envelope.correlationid,
        bad.position,
        "failed",
        "KeyError",
        bad.hash,
    )
    text = casetrail("quarantine", "show", bad.envelope.id).stdout
    assert f"  trace id: {bad.envelope.correlationid}\n" in text
    assert "data" not in shown["envelope"]
    assert "therapist" not in text
    tried = casetrail("quarantine", "redrive", "--dry-run")
    assert (tried.exit_code, tried.stdout.splitlines()[-1]) == (
        0,
        "1 case would be applied, 0 cases not yet",
    )
    done = casetrail("quarantine", "redrive", "--projection", "caseload", "--case", bad.envelope.subject)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "1 case applied, 0 cases not yet")
    assert casetrail("quarantine", "list").stdout == (
        "0 cases in quarantine: 0 events failed, 0 events behind\n"
    )
    gone = casetrail("quarantine", "show", bad.envelope.id)
    assert str(gone.exception) == (
        f"{bad.envelope.id} is not in quarantine; `casetrail quarantine list` names what is"
    )


def test_a_case_that_cannot_be_applied_yet_leaves_the_others_done(
    casetrail: Callable[..., Result], place: Place
) -> None:
    with place.live.writing() as write:
        for table in TABLES:
            write.run(f"DELETE FROM {table}")
    history = mixed(10)
    history.add_broken(case_id(1))
    last = history.add(case_id(2), scored("a-10", 3))
    feed(place.live, failing({last.envelope.id}), history.contents)
    result = casetrail("quarantine", "redrive", "--tenant", "north")
    assert result.exit_code == 3
    assert result.stdout.splitlines()[1] == "1 case applied, 1 case not yet"
    assert "still cannot be applied" in result.stdout


def test_more_than_a_hundred_events_are_applied_only_after_their_number_was_typed(
    casetrail: Callable[..., Result], place: Place
) -> None:
    history = mixed(5)
    for number in range(101):
        history.add(case_id(1), scored(f"b-{number}", 7))
    with place.live.writing() as write:
        for table in ("projection_position", "caseload"):
            write.run(f"DELETE FROM {table}")
    feed(place.live, failing({history.events[1].envelope.id}), history.contents)
    wrong = casetrail("quarantine", "redrive", typed="yes\n")
    assert str(wrong.exception) == "nothing was changed: what was typed is not the number of events"
    assert casetrail("quarantine", "list").stdout.startswith(
        "1 case in quarantine: 1 event failed, 101 events"
    )
    right = casetrail("quarantine", "redrive", typed="102\n")
    assert (right.exit_code, right.stdout.splitlines()[-1]) == (0, "1 case applied, 0 cases not yet")


def test_whoever_says_yes_is_not_asked(casetrail: Callable[..., Result], place: Place) -> None:
    history = mixed(5)
    for number in range(101):
        history.add(case_id(1), scored(f"b-{number}", 7))
    with place.live.writing() as write:
        for table in ("projection_position", "caseload"):
            write.run(f"DELETE FROM {table}")
    feed(place.live, failing({history.events[1].envelope.id}), history.contents)
    assert casetrail("quarantine", "redrive", "--yes").exit_code == 0
