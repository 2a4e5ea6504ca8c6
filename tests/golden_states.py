"""The states that the golden bytes fold to, as committed files: there a change of folding is seen.

`python -m tests.golden_states` writes them anew; what then differs in `git diff` is what folding changed.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from tests.unit.treatment.given_when_then import AT, given
from tests.unit.treatment.rich_case import ACTIVE, CLOSED

from casetrail_contracts import Event, read
from casetrail_contracts.events.appointments import AppointmentScheduled
from casetrail_contracts.events.session import Modality
from casetrail_contracts.scalars import Moment
from treatment.domain.case import HistoryEntry
from treatment.domain.folding import fold
from treatment.domain.register import Register, fold_register

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "contracts" / "golden"
FOLDER = ROOT / "tests" / "data" / "golden_states"
_ASSESSING = AppointmentScheduled(
    appointment_id="ap-9",
    starts_at=AT.at,
    duration_minutes=50,
    timezone="Europe/London",
    modality=Modality.IN_PERSON,
    kind="assessment",
)
WHOLE_CASES = {"rich_case": (*ACTIVE, _ASSESSING), "rich_case_closed": CLOSED}
"""Cases that have of everything one, beside the told course of the golden bytes."""


def golden_events() -> dict[str, Event]:
    """Every golden event by its file below `contracts/golden`."""
    return {str(file.relative_to(GOLDEN)): read(file.read_bytes()) for file in sorted(GOLDEN.rglob("*.json"))}


def states() -> dict[str, object]:
    """Every golden state by its file below `FOLDER`: one for each golden file, and the whole cases."""
    known = golden_events()
    told = {name: _after(event, known.values()) for name, event in known.items()}
    return told | {f"{name}.json": given(*payloads).case for name, payloads in WHOLE_CASES.items()}


def files() -> dict[str, str]:
    """Every golden state as it is written."""
    return {name: _pretty(shown(state)) for name, state in states().items()}


def _after(event: Event, known: Collection[Event]) -> object:
    """What the case, or the register, is after the event and those that the told course has before it."""
    subject = event.envelope.subject
    # Of an event with several versions the newest file stands for it, unless it is the one that is asked for.
    course = {one.sequence: one for one in known if one.envelope.subject == subject}
    told = [course[number] for number in sorted(course) if number < event.sequence]
    if event.collection == "register":
        return fold_register(Register(register_id=subject), [*told, event])
    return fold(subject, [*told, event])


def shown(value: object) -> Any:
    """A state as JSON, whole but for the hash of the newest event, which is that of its bytes."""
    match value:
        case HistoryEntry():
            return _entry(value)
        case BaseModel():
            return value.model_dump(mode="json", exclude_none=True)
        case Moment() | Path():
            return str(value)
        case Mapping():
            return {_name(key): shown(inner) for key, inner in value.items()}
        case frozenset():
            return sorted((shown(inner) for inner in value), key=str)
        case tuple():
            return [shown(inner) for inner in value]
        case str() | int() | None:
            return value
        case _ if is_dataclass(value):
            parts = {field.name: getattr(value, field.name) for field in fields(value)}
            return {name: shown(part) for name, part in parts.items() if name != "last_hash"}
        case _:
            raise TypeError(f"{type(value).__name__} has no form here: say in `shown` how it is written")


def _entry(entry: HistoryEntry) -> str | dict[str, Any]:
    """What was recorded stands in the golden bytes and is only named; what holds instead is written out."""
    line = f"{entry.event_id[-10:]} {entry.at} {entry.actor} {type(entry.payload).__name__}"
    if entry.holds == entry.payload:
        return line
    return {line: None if entry.holds is None else [type(entry.holds).__name__, shown(entry.holds)]}


def _name(key: object) -> str:
    return " ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def _pretty(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write(folder: Path = FOLDER) -> list[str]:
    """Write every state, and take away those of events that are gone. Returns what changed."""
    wanted = files()
    present = {str(file.relative_to(folder)): file.read_text("utf-8") for file in folder.rglob("*.json")}
    for name in present.keys() - wanted.keys():
        (folder / name).unlink()
    for name, content in wanted.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))


if __name__ == "__main__":
    for changed in write():
        print(f"changed  {changed}")
