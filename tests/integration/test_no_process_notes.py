"""No process notes: what is not asked for is refused and stored nowhere (compliance 4.1, T3)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.front_door import FrontDoor, front_door
from tests.marked_texts import sender

from casetrail_contracts.events import BY_PAYLOAD
from casetrail_contracts.examples import EXAMPLES
from treatment.api.bodies import EntryBody
from treatment.api.command_routes import OPENING, ROUTES, CommandRoute

CANARY = "canary Kanarienvogel"
FORM = {"assessmentId": "a-9", "instrument": "PHQ9", "takenAt": "2026-01-05", "setting": "remote"}
BECAUSE = {
    "reasonCode": "progress",
    "statedReason": CANARY,
    "decidedBy": "therapist-1",
    "reviewOn": "2026-02-01",
}
OWN: dict[str, dict[str, Any]] = {
    "score-assessment": FORM | {"items": [1] * 9},
    "correct-assessment": FORM | {"items": [1] * 9, "reason": "entryMistake"},
    "enter-phase": {"phase": "middle", "reason": CANARY},
    "assign-protocol": {"protocol": "IPT-16"},
    "switch-protocol": {"protocol": "IPT-12", "because": BECAUSE},
    "revise-problem-area": {
        "because": BECAUSE,
        "rank": "primary",
        "focus": {
            "area": "roleTransition",
            "transitionType": "jobLoss",
            "oldRole": CANARY,
            "newRole": CANARY,
            "lossesOld": [CANARY],
        },
    },
    "approve-erasure": {"request": f"{'0' * 8}-0000-4000-8000-{'0' * 12}-0000000001"},
    "review-due": {},
}
"""Bodies that are not the payload of their event."""


def body_of(route: CommandRoute) -> dict[str, Any]:
    """A body that fits the route, with the canary in every text about a person."""
    if not issubclass(route.body, EntryBody):
        return OWN[route.name]
    name = next(entry.name for kind, entry in BY_PAYLOAD.items() if kind is route.body.ENTRY)
    example = json.loads(EXAMPLES[name])
    found: dict[str, Any] = with_canaries(example["data"])
    return found


def with_canaries(value: Any) -> Any:
    match value:
        case dict():
            return {name: with_canaries(inner) for name, inner in value.items()}
        case list():
            return [with_canaries(inner) for inner in value]
        case str() if value.startswith("sealed:v1:"):
            return CANARY
        case _:
            return value


def texts(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the canaries sit."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from texts(inner, (*place, name))
        case list():
            for number, inner in enumerate(value):
                yield from texts(inner, (*place, number))
        case str() if value == CANARY:
            yield place


def replaced(body: dict[str, Any], place: tuple[Any, ...], text: str) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(body))
    inner: Any = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = text
    return changed


def stored(folder: Path) -> bytes:
    """Every byte of every database file."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if ".db" in file.name)


def test_unknown_fields_and_long_texts_are_refused_in_every_command_and_stored_nowhere_t3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with front_door(tmp_path) as door:
        case = door.open_case()
        before = len(door.get(f"/v1/cases/{case}/events").json()["events"])
        for route in ROUTES:
            body = body_of(route)
            refused = [body | {"sessionNotes": CANARY}]
            refused += [replaced(body, place, CANARY + "x" * 500) for place in texts(body)]
            for one in refused:
                response = send(door, case, route, one)
                assert response.status_code == 422, (route.name, response.text)
                assert response.json()["type"].endswith("/malformed"), (route.name, response.text)
                assert CANARY not in response.text
        assert len(door.get(f"/v1/cases/{case}/events").json()["events"]) == before
    assert CANARY.encode() not in stored(tmp_path)
    assert CANARY not in "".join(capsys.readouterr())


def send(door: FrontDoor, case: str, route: CommandRoute, body: dict[str, Any]) -> Any:
    return door.post(f"/v1/cases/{case}/{route.name}", body, *sender(route.name))


def test_every_command_but_the_first_has_a_body_here() -> None:
    assert OPENING.name not in OWN
    assert {route.name for route in ROUTES if not issubclass(route.body, EntryBody)} == set(OWN)
