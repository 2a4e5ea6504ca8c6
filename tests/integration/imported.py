"""What imports leave in the store of a folder, and what their reports count."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from treatment.store.opening import open_database

DATA = files("treatment.embedded.demo") / "data"
PATIENTS = sorted((DATA / "fhir").iterdir(), key=lambda file: file.name)


def envelopes(folder: Path, topic: str) -> list[dict[str, Any]]:
    """The stored events of a type, as they are published."""
    database = open_database(f"sqlite:///{folder}", "store")
    with database.reading() as read:
        rows = read.run("SELECT topic, state FROM events ORDER BY rowid")
    database.close()
    return [json.loads(bytes(row["state"])) for row in rows if row["topic"].split(".")[-2] == topic]


def events(folder: Path, topic: str) -> list[dict[str, Any]]:
    """What they say."""
    return [envelope["data"] for envelope in envelopes(folder, topic)]


def told(**changes: Any) -> dict[str, Any]:
    """The counts of an import over HTTP."""
    nothing = {"added": 0, "corrected": 0, "takenBack": 0, "known": 0, "passedOver": 0}
    return nothing | changes


def counts(folder: Path) -> dict[str, int]:
    database = open_database(f"sqlite:///{folder}", "store")
    with database.reading() as read:
        rows = read.run("SELECT topic, count(*) AS found FROM events GROUP BY topic")
    database.close()
    return {row["topic"].split(".")[-2]: int(row["found"]) for row in rows}
