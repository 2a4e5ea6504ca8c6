"""The register of a tenant: there before its first case, once, and for as long as a case names its texts."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from tests.integration.front_door import FrontDoor, front_door
from tests.integration.store import AT, Store, form, opened, opening, request

from casetrail_contracts import Event, read
from casetrail_contracts.events.protocol import PhaseEntered, ProtocolAssigned
from casetrail_contracts.events.register import DefinitionPublished, TenantRegistered
from casetrail_contracts.events.session import Attendance, Modality, SessionHeld
from casetrail_contracts.identity import Role
from treatment.application import Application
from treatment.definitions.installed import Installed, installed, shipped
from treatment.domain.commands import AssignProtocol, Record
from treatment.domain.refusals import CaseUnknown
from treatment.store.case_store import CaseStore
from treatment.store.sealing import Sealer

SHIPPED = shipped()
OWN = "IPT-CLINIC-1.toml"
ARRIVAL = {"actorId": "therapist-7", "role": "therapist", "identity": "canary Dr Example"}
LEAVE = {"actorId": "therapist-7", "role": "therapist", "reason": "left"}


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    with opened(f"sqlite:///{tmp_path}" if sqlite else request.getfixturevalue("postgres_url")) as store:
        yield store


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    with front_door(tmp_path) as door:
        yield door


def started(store: Store, definitions: Installed = SHIPPED) -> Application:
    """A process that starts with these definitions."""
    return Application(
        CaseStore(store.log, Sealer(store.keys)),
        installed=definitions,
        issuer=lambda _: "casetrail.example",
        software_version="0.1.0",
        now=lambda: datetime.now(UTC),
        new_case_id=uuid4,
    )


def history(store: Store, tenant: str = "north") -> list[Event]:
    return [read(row.content) for row in store.log.feed(tenant, 0, 500)]


def published(store: Store, tenant: str = "north") -> list[DefinitionPublished]:
    payloads = [event.payload for event in history(store, tenant)]
    return [payload for payload in payloads if isinstance(payload, DefinitionPublished)]


def test_everything_installed_is_published_before_the_first_case_opens(store: Store) -> None:
    started(store).handle(request("open"), opening())
    register, definitions, (case,) = history(store)[0], published(store), history(store)[-1:]
    assert register.payload == TenantRegistered(issuer="casetrail.example")
    assert case.position == len(definitions) + 2
    assert {one.definition for one in definitions} == {
        SHIPPED.definitions.outcomes.reference,
        SHIPPED.definitions.deviations.reference,
        SHIPPED.definitions.safety.reference,
        SHIPPED.definitions.terms.reference,
        *SHIPPED.definitions.instruments,
        *SHIPPED.definitions.protocols,
    }
    for one in definitions:
        assert one.definition.endswith("#" + hashlib.sha256(one.text.encode()).hexdigest())


def test_a_refused_command_begins_no_register(store: Store) -> None:
    with pytest.raises(CaseUnknown):
        started(store).handle(request("form", str(uuid4())), form("a-1"))
    assert history(store) == []


def test_each_tenant_has_a_register_of_its_own(store: Store) -> None:
    application = started(store)
    for tenant in ("north", "south"):
        application.handle(request("open", tenant=tenant), opening())
    assert len(published(store, "north")) == len(published(store, "south")) > 0
    assert history(store, "north")[0].envelope.subject != history(store, "south")[0].envelope.subject


def test_a_start_publishes_only_what_is_new(store: Store, tmp_path: Path) -> None:
    started(store).handle(request("open"), opening())
    before = published(store)
    started(store).handle(request("again"), opening())
    assert published(store) == before
    started(store, installed(own_protocol(tmp_path))).handle(request("later"), opening())
    (new,) = published(store)[len(before) :]
    assert new.definition.startswith("IPT-CLINIC@1#")


def test_processes_that_begin_at_once_begin_one_register(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(
            lambda number: started(store).handle(request(f"open-{number}"), opening()), range(4)
        )
    assert len({answer.subject for answer in answers}) == 4
    events = history(store)
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert [event.payload for event in events].count(TenantRegistered(issuer="casetrail.example")) == 1
    assert len({one.definition for one in published(store)}) == len(published(store))


def test_a_course_goes_on_by_the_text_that_it_began_with(store: Store, tmp_path: Path) -> None:
    folder = own_protocol(tmp_path)
    first = installed(folder)
    application = started(store, first)
    case = application.handle(request("open"), opening()).subject
    application.handle(request("assign", case), AssignProtocol(protocol=first.protocol("IPT-CLINIC"), at=AT))
    file = folder / "protocols" / OWN
    file.write_text(file.read_text().replace('code = "beginning"', 'code = "renamed"'))
    edited = started(store, installed(folder))
    edited.handle(request("session", case), held("s-1"))
    payloads = [event.payload for event in history(store)]
    (assigned,) = [one for one in payloads if isinstance(one, ProtocolAssigned)]
    phases = [one.phase for one in payloads if isinstance(one, PhaseEntered)]
    assert assigned.definition == first.protocol("IPT-CLINIC").reference
    assert phases == ["beginning"]


def test_who_acts_is_told_once_sealed_and_to_those_who_may_know(door: FrontDoor) -> None:
    assert door.get("/v1/register", "auditor-1", Role.AUDITOR).status_code == 404
    for answer in [
        door.post("/v1/register/register-actor", ARRIVAL, "a-1", Role.ADMIN, key="k") for _ in "12"
    ]:
        assert answer.status_code == 201
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
        assert answer.json()["events"][0]["data"]["identity"].startswith("sealed:v1:")
    summary = door.get("/v1/register", "auditor-1", Role.AUDITOR)
    assert summary.json()["actors"] == [{"actorId": "therapist-7", "role": "therapist", "acting": True}]
    assert summary.json()["version"] == answer.json()["version"]
    events = door.get("/v1/register/events", "operator-1", Role.OPERATOR).json()["events"]
    assert len(events) == summary.json()["version"]
    assert len(summary.json()["definitions"]) == len(events) - 2
    assert "canary" not in (summary.text + answer.text + str(events))


def test_an_actor_is_retired_and_cannot_be_twice(door: FrontDoor) -> None:
    door.post("/v1/register/register-actor", ARRIVAL, "a-1", Role.ADMIN)
    again = door.post("/v1/register/register-actor", ARRIVAL, "a-1", Role.ADMIN)
    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "actor-known")
    assert door.post("/v1/register/retire-actor", LEAVE, "a-1", Role.ADMIN).status_code == 201
    twice = door.post("/v1/register/retire-actor", LEAVE, "a-1", Role.ADMIN)
    assert (twice.status_code, twice.json()["type"].rpartition("/")[2]) == (409, "actor-unknown")
    (actor,) = door.get("/v1/register", "a-1", Role.ADMIN).json()["actors"]
    assert actor["acting"] is False


def test_the_register_is_no_case(door: FrontDoor) -> None:
    door.open_case()
    register = door.get("/v1/register", "auditor-1", Role.AUDITOR).json()["registerId"]
    for path in (f"/v1/cases/{register}/events", f"/v1/cases/{register}"):
        assert door.get(path, "auditor-1", Role.AUDITOR).status_code == 404
    assert door.post(f"/v1/cases/{register}/review-due", {}, "clock", Role.CLOCK).status_code == 404


def test_only_an_admin_keeps_the_register(door: FrontDoor) -> None:
    for role in (Role.THERAPIST, Role.AUDITOR, Role.OPERATOR):
        assert door.post("/v1/register/register-actor", ARRIVAL, "x-1", role).status_code == 403
    assert door.get("/v1/register", "therapist-1").status_code == 403


def own_protocol(folder: Path) -> Path:
    """A folder with one protocol of the service's own."""
    shipped_file = next(text for name, text in SHIPPED.protocols.texts.items() if name.startswith("IPT-12@"))
    own = folder / "definitions" / "protocols"
    own.mkdir(parents=True)
    (own / OWN).write_text(
        shipped_file.decode()
        .replace('code = "IPT-12"', 'code = "IPT-CLINIC"')
        .replace('code = "initial"', 'code = "beginning"')
    )
    return own.parent


def held(name: str) -> Record:
    session = SessionHeld(
        session_id=name,
        started_at=AT.at,
        duration_minutes=50,
        timezone="Europe/London",
        attendance=Attendance.ON_TIME,
        modality=Modality.IN_PERSON,
    )
    return Record(entry=session, at=AT)
