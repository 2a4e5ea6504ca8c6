"""One case for tests of the read models: opened, then what is given happens, a day apart."""

from datetime import timedelta

from tests.builders import START, TENANT, History, case_id, opened
from tests.integration.projections.feeding import feed_all

from casetrail_contracts import Payload, event_id
from treatment.definitions.installed import shipped
from treatment.projections.case_summary_query import CaseSummary, of
from treatment.projections.caseload_query import CaseloadEntry, page
from treatment.projections.scope import Scope
from treatment.store.database import Database

ALL = Scope(tenant=TENANT, everything=True)
CASE = case_id(1)
PROTOCOLS = shipped().definitions.protocols


def summary(database: Database, *payloads: Payload) -> CaseSummary:
    """Its summary after this; the case was opened as event 1, so the first of these is event 2."""
    _happen(database, payloads)
    found = of(database, TENANT, CASE, PROTOCOLS)
    if found is None:
        raise AssertionError("the case was opened")
    return found


def row(database: Database, *payloads: Payload) -> CaseloadEntry:
    """Its row in the caseload after this."""
    _happen(database, payloads)
    (found,) = page(database, ALL).cases
    return found


def nth(number: int) -> str:
    """The case's event of that number."""
    return event_id(CASE, number)


def _happen(database: Database, payloads: tuple[Payload, ...]) -> None:
    history = History()
    for days, payload in enumerate((opened(), *payloads)):
        history.add(CASE, payload, at=START + timedelta(days=days))
    feed_all(database, history.contents)
