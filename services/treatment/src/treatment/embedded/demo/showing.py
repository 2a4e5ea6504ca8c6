"""What the demonstration prints: one step with what it caused, and the summary at the end."""

import os
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from treatment.embedded.demo.client import FrontDoor
from treatment.embedded.machine import Machine


async def show_step(
    console: Console, door: FrontDoor, what: str, answer: dict[str, Any], before: dict[str, str]
) -> dict[str, str]:
    """Print a step: its events, the notifications they caused, what changed in the read model."""
    console.print(f"  [bold]{what}[/]")
    for event, digest in zip(answer["events"], answer["hashes"], strict=True):
        name = event["type"].split(".")[-2]
        console.print(
            f"    event         {name:<27} position {int(event['position']):4}  SHA-256 {digest[:12]}…"
            f"{_by_rule(event)}"
        )
    expected = sum(_people_told(event) for event in answer["events"])
    for delivery in await door.told([event["id"] for event in answer["events"]], expected):
        console.print(
            f"    notification  {delivery['class']:<27} to {delivery['recipient']} "
            f"through {delivery['channel']}: {delivery['state']}"
        )
    after = _in_short(await door.case(answer["caseId"], answer["position"]))
    for name, value in after.items():
        if before.get(name, "none") != value:
            console.print(f"    read model    {name:<27} {before.get(name, 'none')} -> {value}")
    return after


def _by_rule(event: dict[str, Any]) -> str:
    """Which rule told the event, and how grave it is; nothing of what somebody recorded."""
    data = event["data"]
    told = [data[name] for name in ("rule", "severity", "level") if name in data]
    return f"  {', '.join(told)}" if "rule" in data else ""


def _people_told(event: dict[str, Any]) -> int:
    """How many people an event of a told course reaches: therapist and supervisor, or the care team."""
    match event["type"].split(".")[-2]:
        case "risk_flag_raised":
            return 2 if event["data"]["level"] == "urgent" else 1
        case "goals_revised":
            return 3
        case "review_needed":
            return 2
        case "risk_item_unanswered":
            return 1
        case _:
            return 0


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


def summary(console: Console, cases: list[dict[str, Any]], machine: Machine) -> None:
    """Print the table of cases, and the addresses to open."""
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
    console.print(f"\n[bold]4. {len(cases)} cases[/]\n")
    console.print(table)
    program = os.path.relpath(sys.argv[0])
    token = f"{program} token --role auditor --data {os.path.relpath(machine.folder.root)}"
    console.print(
        "\n[bold]5. Addresses[/] (each but the first needs a bearer token)\n\n"
        f'  curl -H "Authorization: Bearer $({token})" {machine.api_url}/v1/cases\n\n'
        f"  {machine.api_url}/openapi.json\n"
        f"  {machine.api_url}/v1/cases\n"
        f"  {machine.api_url}/v1/events?after=0\n"
        f"  {machine.notifications_url}/v1/tasks\n"
        f"  {machine.notifications_url}/v1/outbox\n"
    )
