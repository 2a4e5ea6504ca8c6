"""Elapsed time becomes facts: each once, through the ordinary commands, whatever was restarted in between."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
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
from casetrail_contracts.events.register import DefinitionPublished
from casetrail_contracts.events.session import Attendance, Modality, SessionHeld
from casetrail_contracts.identity import Claims, Role
from casetrail_contracts.scalars import Moment, instant_text
from treatment.application import Application, Caller, Request
from treatment.clock import NAME, Clock, run
from treatment.definitions.installed import Installed
from treatment.domain.commands import AssignProtocol, Command, Entry, Record
from treatment.store.clock_rows import ClockRow, ClockRows
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


def clock(store: Store, time: Time, installed: Installed = INSTALLED, at_a_time: int = 500) -> Clock:
    """A clock that was just started with these definitions."""
    application = store.application(now=time, installed=installed)
    return Clock(application, ClockRows(store.events), time, at_a_time=at_a_time)


def graced(days: int) -> Installed:
    """An update after which a promised review may wait so many days."""
    rules = INSTALLED.definitions.safety
    safety = replace(rules, review_grace=timedelta(days=days), sha256=f"{days:064x}")
    definitions = replace(INSTALLED.definitions, safety=safety)
    return GracedBy(INSTALLED.instruments, INSTALLED.protocols, INSTALLED.rules, definitions)


class GracedBy(Installed):
    """It publishes what ships: the text of its figures is no matter of these tests."""

    @cached_property
    def published(self) -> tuple[DefinitionPublished, ...]:
        return INSTALLED.published


class Course:
    """A course in IPT-16 that began on the first day."""

    def __init__(self, application: Application, time: Time, name: str = "course") -> None:
        self._name = name
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

    def promise(self, days: int) -> None:
        """Goals are set, to be reviewed so many days after the first one."""
        because = Because(
            reason_code=ReasonCode.PATIENT_CHOICE,
            stated_reason=Personal.plain("Wished."),
            decided_by="t-1",
            review_on=(DAY + timedelta(days=days)).date(),
        )
        self.record(
            GoalsRevised(because=because, added=(GoalAdded(goal_id="g-1", text=Personal.plain("Talk.")),))
        )

    def send(self, command: Command) -> str:
        self._sent += 1
        claims = Claims(sub="t-1", tenant="north", roles=frozenset({Role.THERAPIST}))
        request = Request(
            caller=Caller(claims=claims, roles=(Role.THERAPIST,)),
            idempotency_key=f"{self._name}-{self._sent}",
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
    course.promise(7)
    running = clock(store, time)
    for days in (0, 9, 10, 11):
        time.now = DAY + timedelta(days=days)
        running.tick()
    assert rules(course.told_by_the_clock(store)).count("ReviewNeeded/reviewNotDone") == 1


@pytest.mark.parametrize(
    ("before", "after", "silent", "told"),
    [(2, 10, (10, 17), 18), (10, 2, (9,), 10)],
    ids=["longer", "shorter"],
)
def test_a_review_is_told_by_the_grace_of_today_after_an_update(
    store: Store, time: Time, before: int, after: int, silent: tuple[int, ...], told: int
) -> None:
    course = Course(store.application(now=time), time)
    course.promise(7)
    clock(store, time, graced(before)).tick()
    running = clock(store, time, graced(after))
    for days in (*silent, told, told + 1):
        time.now = DAY + timedelta(days=days)
        running.tick()
        reviews = rules(course.told_by_the_clock(store)).count("ReviewNeeded/reviewNotDone")
        assert reviews == (0 if days in silent else 1), f"day {days}"


def test_a_case_that_has_nothing_to_say_keeps_nobody_waiting(store: Store, time: Time) -> None:
    quiet = Course(store.application(now=time), time)
    waiting = Course(store.application(now=time), time, name="waiting")
    waiting.promise(7)
    running = clock(store, time, at_a_time=1)
    running.tick()
    rows, day = ClockRows(store.events), instant_text(DAY)
    version = len(store.log.events_of("north", quiet.case))
    rules_of_time = store.application(now=time).rules_of_time
    rows.add(
        ClockRow(
            tenant="north", case_id=quiet.case, version=version, row_id=1, rules=rules_of_time, due_at=day
        )
    )
    time.now = DAY + timedelta(days=10)
    for _ in range(4):
        running.tick()
    assert rules(waiting.told_by_the_clock(store)).count("ReviewNeeded/reviewNotDone") == 1


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
