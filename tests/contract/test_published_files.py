"""What is published equals the code, and what was released never changes."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from scripts.write_openapi import description

from casetrail_contracts import BY_TYPE, CATALOGUE, read
from casetrail_contracts.canonical import encode
from casetrail_contracts.conformance import violations
from casetrail_contracts.envelope import payload_data, record
from casetrail_contracts.schemas import files, write

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / "contracts"
PUBLISHED = files()
GOLDEN = sorted((CONTRACTS / "golden").rglob("*.json"))
SCHEMAS = sorted((CONTRACTS / "schemas").rglob("*.json"))


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_file_equals_the_code(name: str) -> None:
    assert (CONTRACTS / name).read_text(encoding="utf-8") == PUBLISHED[name]


def test_a_released_file_is_not_rewritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(CONTRACTS / "schemas", tmp_path / "schemas")
    changed = tmp_path / "schemas" / "session_held" / "v1.0.json"
    changed.write_text(changed.read_text().replace("durationMinutes", "minutes"))
    before = changed.read_text()
    assert write(tmp_path) == 1
    assert changed.read_text() == before
    assert "changed   schemas/session_held/v1.0.json" in capsys.readouterr().out


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.parent.name)
def test_a_schema_is_valid_and_every_string_in_it_is_bounded(file: Path) -> None:
    schema = json.loads(file.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    longer = ["$.properties.text"] if file.parent.name == "definition_published" else []
    assert [place for place, part in strings(schema) if not bounded(part)] == longer


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.parent.name)
def test_every_number_and_every_list_in_a_schema_is_bounded(file: Path) -> None:
    assert list(unbounded(json.loads(file.read_text()))) == []


def test_every_number_and_every_list_in_a_body_is_bounded() -> None:
    schemas = json.loads((CONTRACTS / "openapi.json").read_text())["components"]["schemas"]
    bodies = {name: schema for name, schema in schemas.items() if name.endswith("Body")}
    assert len(bodies) > 50
    assert list(unbounded(bodies)) == []


def unbounded(schema: Any, place: str = "$") -> Iterator[str]:
    """The places of integers without both limits, and of arrays of any length."""
    if isinstance(schema, dict):
        needed = {"integer": {"minimum", "maximum"}, "array": {"maxItems"}}.get(
            str(schema.get("type")), set()
        )
        if needed - schema.keys():
            yield place
        for name, inner in schema.items():
            yield from unbounded(inner, f"{place}.{name}")
    if isinstance(schema, list):
        for number, inner in enumerate(schema):
            yield from unbounded(inner, f"{place}[{number}]")


def strings(schema: Any, place: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if schema.get("type") == "string":
            yield place, schema
        for name, inner in schema.items():
            yield from strings(inner, f"{place}.{name}")
    if isinstance(schema, list):
        for number, inner in enumerate(schema):
            yield from strings(inner, f"{place}[{number}]")


def bounded(schema: dict[str, Any]) -> bool:
    return bool({"enum", "const", "pattern", "format"} & schema.keys()) or schema.get("maxLength", 501) <= 500


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_an_example_is_what_its_schemas_say(entry: Any) -> None:
    version = f"{entry.name}/v{entry.major}.{entry.minor}.json"
    example = json.loads((CONTRACTS / "examples" / version).read_text())
    envelope = json.loads((CONTRACTS / "schemas" / "envelope" / "v1.0.json").read_text())
    jsonschema.validate(example, envelope)
    schema = json.loads((CONTRACTS / "schemas" / version).read_text())
    jsonschema.validate(example["data"], schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(example["data"] | {"notes": "what was said"}, schema)
    assert (schema["$id"], example["type"]) == (entry.dataschema, entry.type)


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.parent.name)
def test_golden_bytes_load_for_ever(file: Path) -> None:
    content = file.read_bytes()
    event = read(content)
    assert event.payload is not None
    assert encode(record(event.envelope)) == content
    assert payload_data(event.payload) == event.envelope.data
    assert violations(content) == []


def test_no_stored_name_was_ever_changed() -> None:
    names = (ROOT / "tests" / "contract" / "stored_names.txt").read_text().split()
    assert [name for name in names if name not in BY_TYPE] == []
    assert set(names) == set(BY_TYPE), "add the new name to stored_names.txt: it stays for ever"


def test_the_http_interface_is_the_committed_one() -> None:
    committed = (CONTRACTS / "openapi.json").read_text(encoding="utf-8")
    assert description() == committed, "run `python scripts/write_openapi.py` and look at what changed"


def test_every_operation_says_who_may_call_it_or_is_public() -> None:
    paths = json.loads((CONTRACTS / "openapi.json").read_text())["paths"]
    assert sorted(path for path in paths if not path.startswith("/health")) == sorted(
        path for path in paths if path.startswith("/v1/")
    )


def test_no_lock_file_names_an_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"://|--index|--find-links|--extra", lock)
    assert not list(ROOT.glob("uv.lock"))
    assert lock.count("--hash=sha256:") > 100
