"""Elapsed time becomes facts: each once, through the ordinary commands, whatever was restarted in between."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.integration.eventually import eventually
from tests.integration.store import INSTALLED, Store, opened

from casetrail_contracts import Event, Payload, Personal
from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.case import CaseActivated, CaseOpened
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.events.session import Attendance, Modality, SessionHeld
from casetrail_contracts.identity import Claims, Role
from casetrail_contracts.scalars import Moment
from treatment.application import Application, Caller, Request
from treatment.clock import NAME, Clock, run
from treatment.domain.commands import AssignProtocol, Command, Entry, Record
from treatment.store.clock_rows import ClockRows
from treatment.store.locks import worker_lock

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GAP = "ProtocolDeviationDetected/gapExceeded"


class Time:
    """The hour that all parts agree on."""

    def __init__(self) -> None:
        self.now = DAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return (
        f"sqlite:///{tmp_path}" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    )


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with opened(url) as store:
        yield store


@pytest.fixture
def time() -> Time:
    return Time()


def clock(store: Store, time: Time) -> Clock:
    return Clock(store.application(now=time), ClockRows(store.events), time)


class Course:
    """A course in IPT-16 that began on the first day."""

    def __init__(self, application: Application, time: Time) -> None:
        self._application = application
        self._time = time
        self._sent = 0
        self.case = self.send(
            Record(entry=CaseOpened(patient_ref=Personal.plain("p"), therapist_id="t-1"), at=Moment(DAY))
        )
        for entry in (
            ConsentRecorded(scope="treatment"),
            SuitabilityAdvised(outcome="suitable", combination="iptAlone", advised_by="d-1"),
        ):
            self.record(entry)
        self.send(AssignProtocol(protocol=INSTALLED.protocol("IPT-16"), at=Moment(DAY)))
        self.record(CaseActivated())
        self.record(
            SessionHeld(
                session_id="s-1",
                started_at=DAY,
                duration_minutes=50,
                timezone="Europe/London",
                attendance=Attendance.ON_TIME,
                modality=Modality.VIDEO,
            )
        )

    def record(self, entry: Entry) -> str:
        return self.send(Record(entry=entry, at=Moment(self._time.now)))

    def send(self, command: Command) -> str:
        self._sent += 1
        claims = Claims(sub="t-1", tenant="north", roles=frozenset({Role.THERAPIST}))
        request = Request(
            caller=Caller(claims=claims, roles=(Role.THERAPIST,)),
            idempotency_key=f"course-{self._sent}",
            name="command",
            body={"number": self._sent},
            case_id=getattr(self, "case", None),
        )
        return self._application.handle(request, command).subject

    def told_by_the_clock(self, store: Store) -> list[Payload | None]:
        events: list[Event] = store.log.events_of("north", self.case)
        return [event.payload for event in events if event.envelope.authid == NAME]


def rules(told: list[Payload | None]) -> list[str]:
    """Each with what it says: a departure, or that somebody should look."""
    return [
        f"{type(one).__name__}/{one.rule}"
        for one in told
        if isinstance(one, ProtocolDeviationDetected | ReviewNeeded)
    ]


def test_a_patient_who_vanished_is_told_of_once_however_often_the_clock_is_started(
    store: Store, time: Time
) -> None:
    course = Course(store.application(now=time), time)
    assert clock(store, time).tick() == 0
    time.now = DAY + timedelta(days=28)
    clock(store, time).tick()
    assert GAP not in rules(course.told_by_the_clock(store))
    for days in (29, 29, 40):
        time.now = DAY + timedelta(days=days)
        clock(store, time).tick()
    assert rules(course.told_by_the_clock(store)).count(GAP) == 1
    (gap,) = [
        event
        for event in store.log.events_of("north", course.case)
        if isinstance(event.payload, ProtocolDeviationDetected) and event.payload.rule == "gapExceeded"
    ]
    assert (gap.envelope.authtype, gap.envelope.authrole) == ("system", "clock")
    assert gap.envelope.time == DAY + timedelta(days=29)


def test_a_case_that_goes_on_is_due_later(store: Store, time: Time) -> None:
    course = Course(store.application(now=time), time)
    running = clock(store, time)
    running.tick()
    time.now = DAY + timedelta(days=21)
    course.record(
        SessionHeld(
            session_id="s-2",
            started_at=time.now,
            duration_minutes=50,
            timezone="Europe/London",
            attendance=Attendance.ON_TIME,
            modality=Modality.VIDEO,
        )
    )
    time.now = DAY + timedelta(days=35)
    running.tick()
    assert GAP not in rules(course.told_by_the_clock(store))


def test_a_review_that_was_promised_and_not_done_is_told_once(store: Store, time: Time) -> None:
    course = Course(store.application(now=time), time)
    because = Because(
        reason_code=ReasonCode.PATIENT_CHOICE,
        stated_reason=Personal.plain("Wished."),
        decided_by="t-1",
        review_on=(DAY + timedelta(days=7)).date(),
    )
    course.record(
        GoalsRevised(because=because, added=(GoalAdded(goal_id="g-1", text=Personal.plain("Talk.")),))
    )
    running = clock(store, time)
    for days in (0, 9, 10, 11):
        time.now = DAY + timedelta(days=days)
        running.tick()
    assert rules(course.told_by_the_clock(store)).count("ReviewNeeded/reviewNotDone") == 1


async def test_of_two_clocks_one_looks_and_both_stop(store: Store, url: str, time: Time) -> None:
    course = Course(store.application(now=time), time)
    time.now = DAY + timedelta(days=29)
    stop = asyncio.Event()
    clocks = [
        asyncio.create_task(
            run(clock(store, time), lock=worker_lock(url, "clock"), every_seconds=0.05, stop=stop)
        )
        for _ in range(2)
    ]

    async def told() -> bool:
        return GAP in rules(course.told_by_the_clock(store))

    await eventually(told, "no clock told of the gap")
    stop.set()
    await asyncio.gather(*clocks)
    assert rules(course.told_by_the_clock(store)).count(GAP) == 1
