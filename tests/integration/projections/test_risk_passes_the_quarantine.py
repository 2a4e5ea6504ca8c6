"""Events about risk are shown and counted at once, also of a case whose earlier events are in quarantine."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.builders import TENANT, History, case_id, flagged, opened, scored, session
from tests.integration.projections.feeding import everything_in, feed
from tests.integration.projections.one_case import ALL, PROTOCOLS

from casetrail_contracts import Event
from casetrail_contracts.events.care import RiskFlagAcknowledged
from treatment.projections import case_summary, caseload
from treatment.projections.batch import Outcome
from treatment.projections.case_summary_query import of
from treatment.projections.caseload_query import OpenRisk, page
from treatment.projections.projection import ReadModel
from treatment.projections.quarantine import BEHIND, PASSED, Kept, quarantined, redrive
from treatment.projections.records import Record
from treatment.projections.schema import migrate
from treatment.store.database import Database
from treatment.store.opening import open_database

CASE = case_id(1)


def course(*, fails: int) -> tuple[History, Event]:
    """Opened, a session, a form, two flags of which one is answered; and the event that will fail."""
    history = History()
    history.add(CASE, opened())
    history.add(CASE, session("s-1"))
    form = history.add(CASE, scored("a-1", 30))
    first = flagged(1, form.envelope.id)
    history.add(CASE, first)
    history.add(CASE, RiskFlagAcknowledged(flag_id=first.flag_id, acknowledged_by="therapist-1"))
    history.add(CASE, session("s-2"))
    history.add(CASE, flagged(2, form.envelope.id))
    return history, history.events[fails - 1]


def failing(projection: ReadModel, on: Event) -> ReadModel:
    """The read model, with a fault."""

    def fold(state: Any, record: Record) -> Any:
        after = projection.fold(state, record)
        if record.event_id == on.envelope.id:
            raise KeyError(on.bytes)
        return after

    return replace(projection, fold=fold)


def test_the_caseload_counts_flags_whose_case_is_in_quarantine(database: Database) -> None:
    history, bad = course(fails=2)
    outcome = feed(database, failing(caseload.PROJECTION, bad), history.contents)
    ids = [event.envelope.id for event in history.events]
    assert outcome == Outcome(
        done=tuple(range(7)),
        waiting=(),
        kept=(
            Kept(event_id=ids[1], kind="failed", reason="KeyError"),
            Kept(event_id=ids[2], kind="behind", reason=BEHIND),
            Kept(event_id=ids[3], kind="behind", reason=PASSED),
            Kept(event_id=ids[4], kind="behind", reason=PASSED),
            Kept(event_id=ids[5], kind="behind", reason=BEHIND),
            Kept(event_id=ids[6], kind="behind", reason=PASSED),
        ),
    )
    (row,) = page(database, ALL).cases
    assert (row.open_risk, row.unacknowledged, row.session_count) == (OpenRisk(review=0, urgent=2), 1, 0)


def test_the_summary_shows_flags_whose_case_is_in_quarantine(database: Database) -> None:
    history, bad = course(fails=2)
    feed(database, failing(case_summary.PROJECTION, bad), history.contents)
    found = of(database, TENANT, CASE, PROTOCOLS)
    assert found is not None
    assert [flag.acknowledged_by for flag in found.open_flags] == ["therapist-1", None]
    assert found.sessions == ()


@pytest.mark.parametrize(
    "projection", [caseload.PROJECTION, case_summary.PROJECTION], ids=lambda one: one.name
)
@pytest.mark.parametrize("fails", [1, 2, 3, 6])
def test_a_case_that_is_redriven_is_as_if_nothing_had_failed(
    database: Database, tmp_path: Path, projection: ReadModel, fails: int
) -> None:
    history, bad = course(fails=fails)
    whole = open_database(f"sqlite:///{tmp_path / 'whole'}", "read")
    migrate(whole)
    feed(whole, projection, history.contents)
    faulty = failing(projection, bad)
    for content in history.contents:
        feed(database, faulty, [content])
    held = everything_in(database)
    assert redrive(database, projection, TENANT, CASE, dry_run=True) == 8 - fails
    assert everything_in(database) == held
    assert redrive(database, projection, TENANT, CASE) == 8 - fails
    assert everything_in(database) == everything_in(whole)
    whole.close()


def test_a_risk_event_that_fails_waits_like_any_other(database: Database) -> None:
    history, bad = course(fails=4)
    feed(database, failing(caseload.PROJECTION, bad), history.contents)
    assert [(one.position, one.kind, one.reason) for one in quarantined(database, "caseload")] == [
        (4, "failed", "KeyError"),
        (5, "behind", PASSED),
        (6, "behind", BEHIND),
        (7, "behind", PASSED),
    ]


def test_a_risk_event_that_fails_behind_another_one_is_kept_once(database: Database) -> None:
    history, second = course(fails=7)
    twice = failing(failing(caseload.PROJECTION, history.events[1]), second)
    feed(database, twice, history.contents)
    assert [(one.position, one.reason) for one in quarantined(database, "caseload")] == [
        (2, "KeyError"),
        (3, BEHIND),
        (4, PASSED),
        (5, PASSED),
        (6, BEHIND),
        (7, BEHIND),
    ]
    (row,) = page(database, ALL).cases
    assert (row.open_risk, row.unacknowledged) == (OpenRisk(review=0, urgent=1), 0)
