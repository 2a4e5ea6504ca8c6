"""Load real input, and show per step the event, the notification it caused, and the read model it changed."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rich.console import Console

from treatment.embedded.demo.client import SUPERVISOR, TEAM, THERAPIST, FrontDoor
from treatment.embedded.demo.patients import load_patients
from treatment.embedded.demo.series import WEEKS, Series, read_series
from treatment.embedded.demo.showing import show_step, summary
from treatment.embedded.demo.told import COURSES, Course, Step
from treatment.embedded.machine import Machine
from treatment.embedded.up import TENANT
from treatment.fault import Fault

AT_ONCE = 4
LONGEST = timedelta(weeks=max(WEEKS.values()))
"""From the first day to the last form of the series; the told courses are shorter."""


class FirstDayTooLate(Fault):
    """What the demonstration tells would not have happened yet."""

    def __init__(self, first_day: date, latest: date) -> None:
        super().__init__(
            f"--first-day {first_day} is too late: forms and sessions would lie in the future; "
            f"the latest possible day is {latest}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of one series: how far it is stored, and the sudden gains that it showed."""

    position: str
    gains: int


@dataclass(frozen=True, slots=True)
class Demo:
    """The demonstration. Running it again on the same folder adds nothing and shows the same."""

    first_day: date
    stop: bool = False

    def check(self, today: date) -> None:
        """Raises `FirstDayTooLate` when a form or a session would lie after `today`."""
        if self.first_day > today - LONGEST:
            raise FirstDayTooLate(self.first_day, today - LONGEST)

    async def __call__(self, machine: Machine) -> bool:
        """Load and show; whether the services go on afterwards."""
        # Into a file or a pipe the table keeps its width.
        console = Console(highlight=False, soft_wrap=True)
        if not console.is_terminal:
            console.width = 140
        door = FrontDoor(machine, TENANT)
        try:
            newest = await self._series(console, door)
            console.print("\n[bold]2. Three told courses of therapy[/]\n")
            for course in COURSES:
                newest = max(newest, await self._told(console, door, course))
            newest = max(newest, await load_patients(console, door))
            summary(console, await door.cases(newest), machine)
        finally:
            await door.close()
        return not self.stop

    async def _series(self, console: Console, door: FrontDoor) -> str:
        series = read_series()
        forms = sum(len(one.totals) for one in series)
        console.print(
            f"\n[bold]1. {len(series)} real score series, {forms} forms[/] (Beck Depression Inventory)\n"
        )
        turns = asyncio.Semaphore(AT_ONCE)

        async def load(one: Series) -> Loaded:
            async with turns:
                loaded = await self._load(door, one)
            totals = list(one.totals.values())
            console.print(
                f"  person {one.person}  CaseOpened, {len(totals):2} x AssessmentScored  "
                f"total {totals[0]:2} -> {totals[-1]:2}  stored up to position {int(loaded.position)}"
                + (f", {loaded.gains} x SuddenGainDetected" if loaded.gains else "")
            )
            return loaded

        try:
            async with asyncio.TaskGroup() as group:
                loading = [group.create_task(load(one)) for one in series]
        except ExceptionGroup as failures:
            # The first failure cancelled the others: it is the reason.
            raise failures.exceptions[0] from None
        gains = [one.result().gains for one in loading]
        console.print(
            f"\n  {sum(gains)} sudden gains in {sum(count > 0 for count in gains)} people: "
            "shown as what happened, not as a forecast."
        )
        console.print("  No notification: a total without items holds no answer that needs a look.")
        return max(one.result().position for one in loading)

    async def _load(self, door: FrontDoor, one: Series) -> Loaded:
        opened = await door.open(
            f"series-{one.person}", _opening(f"series-{one.person}", self.first_day.isoformat())
        )
        position, gains = str(opened["position"]), 0
        for form in one.forms(self.first_day):
            key = str(form["assessmentId"])
            answer = await door.command(opened["caseId"], "score-assessment", key, form)
            position = str(answer["position"])
            gains += sum(event["type"].endswith(".sudden_gain_detected.v1") for event in answer["events"])
        return Loaded(position=position, gains=gains)

    async def _told(self, console: Console, door: FrontDoor, course: Course) -> str:
        console.print(f"  [bold underline]{course.title}[/]\n")
        start = datetime(self.first_day.year, self.first_day.month, self.first_day.day, tzinfo=UTC)
        answer = await door.open(course.key, _opening(course.key, self.first_day.isoformat()))
        case_id = str(answer["caseId"])
        before = await show_step(console, door, "The case is opened", answer, {})
        ids: dict[str, str] = {}
        for number, step in enumerate(course.steps(start)):
            key = f"{course.key}-{number}-{step.command}"
            answer = await door.command(case_id, step.command, key, step.body(ids), by=step.by)
            _remember(ids, step, answer)
            before = await show_step(console, door, step.told, answer, before)
        console.print()
        return str(answer["position"])


def _opening(patient: str, day: str) -> dict[str, Any]:
    return {
        "patientRef": patient,
        "therapistId": THERAPIST,
        "supervisorId": SUPERVISOR,
        "teamId": TEAM,
        "happenedAt": day,
    }


def _remember(ids: dict[str, str], step: Step, answer: dict[str, Any]) -> None:
    """Keep the ids of events that later steps name: by command, by form, and those of the newest flag."""
    for event in answer["events"][:1]:
        times = sum(name.split(" ")[0] == step.command for name in ids if " " in name) + 1
        ids[step.command] = ids[f"{step.command} {times}"] = event["id"]
    for event in answer["events"]:
        if event["type"].endswith(".assessment_scored.v1"):
            ids[event["data"]["assessmentId"]] = event["id"]
        if event["type"].endswith(".risk_flag_raised.v1"):
            ids["riskFlag"], ids["flag"] = event["id"], event["data"]["flagId"]
