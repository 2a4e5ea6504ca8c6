"""`/metrics`: how far the read models are, and their quarantine, in the text form of Prometheus."""

from dataclasses import replace
from pathlib import Path

from tests.builders import TENANT
from tests.integration.front_door import front_door
from tests.integration.projections.feeding import feed

from treatment.projections import case_summary, caseload
from treatment.projections.records import Record
from treatment.store.opening import open_database
from treatment.store.stored_log import StoredLog


def fails(row: caseload.Listed | None, record: Record) -> caseload.Listed | None:
    """A caseload that can apply the event of no case."""
    if caseload.PROJECTION.fold(row, record) is not None:
        raise KeyError
    return None


def test_lag_and_quarantine_are_told_without_a_token_and_without_anybodys_name(tmp_path: Path) -> None:
    with front_door(tmp_path) as door:
        case = door.open_case()
        address = f"sqlite:///{tmp_path}"
        read, log = open_database(address, "read"), StoredLog(open_database(address, "store"))
        contents = [row.content for row in log.after(0, 1_000)]
        feed(read, replace(caseload.PROJECTION, fold=fails), contents)
        feed(read, case_summary.PROJECTION, contents[:-1])
        told = door.send("GET", "/metrics", {})
        read.close()
        log.close()
    assert (told.status_code, told.headers["content-type"]) == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
    )
    figures = [line for line in told.text.splitlines() if not line.startswith(("#", "casetrail_relay_"))]
    assert figures == [
        "casetrail_store_together 1",
        f"casetrail_store_events {len(contents)}",
        'casetrail_read_model_lag_events{read_model="caseload"} 0',
        'casetrail_read_model_lag_events{read_model="case-summary"} 1',
        'casetrail_read_model_quarantine_events{read_model="caseload",kind="failed"} 1',
        'casetrail_read_model_quarantine_events{read_model="caseload",kind="behind"} 0',
        'casetrail_read_model_quarantine_events{read_model="caseload",kind="unreadable"} 0',
        'casetrail_read_model_quarantine_events{read_model="case-summary",kind="failed"} 0',
        'casetrail_read_model_quarantine_events{read_model="case-summary",kind="behind"} 0',
        'casetrail_read_model_quarantine_events{read_model="case-summary",kind="unreadable"} 0',
    ]
    assert case not in told.text
    assert TENANT not in told.text
