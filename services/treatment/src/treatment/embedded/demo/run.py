"""Load real input, and show per step the event, the notification it caused, and the read model it changed."""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from treatment.embedded.demo import told
from treatment.embedded.demo.client import SUPERVISOR, TEAM, THERAPIST, FrontDoor
from treatment.embedded.demo.series import Series, read_series
from treatment.embedded.machine import Machine
from treatment.embedded.up import TENANT

DELIVERIES = {
    "org.casetrail.treatment.risk_flag_raised.v1": 2,
    "org.casetrail.treatment.goals_revised.v1": 3,
}
"""How many people an event of the told case reaches: therapist and supervisor, or the care team."""
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Demo:
    """The demonstration. Running it again on the same folder adds nothing and shows the same."""

    first_day: date
    stop: bool = False

    async def __call__(self, machine: Machine) -> bool:
        """Load and show; whether the services go on afterwards."""
        # Into a file or a pipe the table keeps its width.
        console = Console(highlight=False, soft_wrap=True)
        if not console.is_terminal:
            console.width = 140
        door = FrontDoor(machine, TENANT)
        try:
            newest = await self._series(console, door)
            newest = max(newest, await self._told(console, door))
            _summary(console, await door.cases(newest), machine)
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

        async def load(one: Series) -> tuple[Series, str]:
            async with turns:
                return one, await self._load(door, one)

        newest = ""
        for loading in asyncio.as_completed([load(one) for one in series]):
            one, position = await loading
            newest = max(newest, position)
            totals = list(one.totals.values())
            console.print(
                f"  person {one.person}  CaseOpened, {len(totals):2} x AssessmentScored  "
                f"total {totals[0]:2} -> {totals[-1]:2}  stored up to position {int(position)}"
            )
        console.print("\n  No notification: a total without items holds no answer that needs a look.")
        return newest

    async def _load(self, door: FrontDoor, one: Series) -> str:
        opened = await door.open(
            f"series-{one.person}", _opening(f"series-{one.person}", self.first_day.isoformat())
        )
        position = str(opened["position"])
        for form in one.forms(self.first_day):
            key = str(form["assessmentId"])
            answer = await door.command(opened["caseId"], "score-assessment", key, form)
            position = str(answer["position"])
        return position

    async def _told(self, console: Console, door: FrontDoor) -> str:
        console.print('\n[bold]2. A told course of therapy: "Mariana"[/] (domain reference 6.3)\n')
        start = datetime(self.first_day.year, self.first_day.month, self.first_day.day, tzinfo=UTC)
        answer = await door.open("mariana", _opening("mariana", self.first_day.isoformat()))
        case_id = str(answer["caseId"])
        before = await self._show(console, door, "The case is opened", answer, {})
        ids: dict[str, str] = {}
        for step in told.steps(start):
            answer = await door.command(
                case_id, step.command, f"mariana {step.told}".replace(" ", "-"), step.body(ids)
            )
            _remember(ids, answer)
            before = await self._show(console, door, step.told, answer, before)
        return str(answer["position"])

    async def _show(
        self, console: Console, door: FrontDoor, what: str, answer: dict[str, Any], before: dict[str, str]
    ) -> dict[str, str]:
        console.print(f"  [bold]{what}[/]")
        expected = 0
        for event, digest in zip(answer["events"], answer["hashes"], strict=True):
            expected += DELIVERIES.get(event["type"], 0)
            name = event["type"].split(".")[-2]
            console.print(
                f"    event         {name:<22} position {int(event['position']):4}  SHA-256 {digest[:12]}…"
            )
        for delivery in await door.told([event["id"] for event in answer["events"]], expected):
            console.print(
                f"    notification  {delivery['class']:<22} to {delivery['recipient']} "
                f"through {delivery['channel']}: {delivery['state']}"
            )
        after = _in_short(await door.case(answer["caseId"], answer["position"]))
        for name, value in after.items():
            if before.get(name, "none") != value:
                console.print(f"    read model    {name:<22} {before.get(name, 'none')} -> {value}")
        return after


def _opening(patient: str, day: str) -> dict[str, Any]:
    return {
        "patientRef": patient,
        "therapistId": THERAPIST,
        "supervisorId": SUPERVISOR,
        "teamId": TEAM,
        "happenedAt": day,
    }


def _remember(ids: dict[str, str], answer: dict[str, Any]) -> None:
    """Keep the ids of events that later steps name as their evidence."""
    for event in answer["events"]:
        if "assessmentId" in event["data"]:
            ids[event["data"]["assessmentId"]] = event["id"]
        if "flagId" in event["data"]:
            ids["riskFlag"] = event["id"]


def _in_short(case: dict[str, Any]) -> dict[str, str]:
    """The read model of a case in a few words, so that its changes can be shown."""
    scores = [f"{form['instrument']} {form['total']}" for form in case["assessments"]]
    goals = ", ".join(f"{goal['goalId']} {goal['status']}" for goal in case["goals"])
    return {
        "state": case["state"],
        "inventory": f"{case['inventory']['people']} people" if case["inventory"] else "none",
        "problem area": ", ".join(area["area"] for area in case["problemAreas"]) or "none",
        "sessions": str(len(case["sessions"])),
        "newest score": scores[-1] if scores else "none",
        "open risk flags": ", ".join(flag["level"] for flag in case["openFlags"]) or "none",
        "goals": goals or "none",
    }


def _summary(console: Console, cases: list[dict[str, Any]], machine: Machine) -> None:
    table = Table("case", "opened", "state", "problem area", "sessions", "last score", "taken", "open risk")
    for case in cases:
        score = case["lastScore"]
        risk = case["openRisk"]
        table.add_row(
            case["caseId"],
            case["openedAt"][:10],
            case["state"],
            case["problemArea"] or "",
            str(case["sessionCount"]),
            f"{score['instrument']} {score['total']}" if score else "",
            score["takenAt"][:10] if score else "",
            "urgent" if risk["urgent"] else "review" if risk["review"] else "",
        )
    console.print(f"\n[bold]3. {len(cases)} cases[/]\n")
    console.print(table)
    program = os.path.relpath(sys.argv[0])
    token = f"{program} token --role auditor --data {os.path.relpath(machine.folder.root)}"
    console.print(
        "\n[bold]4. Addresses[/] (each but the first needs a bearer token)\n\n"
        f'  curl -H "Authorization: Bearer $({token})" {machine.api_url}/v1/cases\n\n'
        f"  {machine.api_url}/openapi.json\n"
        f"  {machine.api_url}/v1/cases\n"
        f"  {machine.api_url}/v1/events?after=0\n"
        f"  {machine.notifications_url}/v1/tasks\n"
        f"  {machine.notifications_url}/v1/outbox\n"
    )
