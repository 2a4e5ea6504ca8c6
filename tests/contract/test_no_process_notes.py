"""What was said in therapy has no place here: every string is coded, or a short text that was reviewed.

T1 to T6 are the tests that compliance 4.1 asks for; T4 stands in the two files `test_marked_texts.py`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.pages import ROOT, read_page

from casetrail_contracts import CATALOGUE
from casetrail_contracts.events import EventType

HERE = Path(__file__).parent
SCHEMAS = HERE.parents[1] / "contracts" / "schemas"
LONGEST_TEXT = 500
PROSE = (
    "she said that he never listens",
    "Er kam nicht nach Hause.",
    "no, never",
    "a\nb",
    "herHusbandHitsHerWhenDrunk",
    "she-said-her-husband-hits-her-when-drunk",
    "wept-when-speaking-of-mother",
    "SheWeptAboutMother_1",
    "drinks-hits-weeps-2",
)
DENIED = ("note", "narrative", "transcript", "process", "content", "quote", "impression", "verbatim")
ALLOWED = {"notesRef"}
"""An opaque reference to notes that live elsewhere."""
DEFINITION_FILE = {"definition_published text"}
"""The file of a definition is published unchanged. It is installed, not sent, and is about no person."""
NOT_OURS = {
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
    r"^[A-Za-z0-9][A-Za-z0-9_./-]{0,159}$",
    r"^[a-z][A-Za-z0-9]{0,39}$",
    r"^[a-z0-9.-]{1,253}$",
}
"""What no caller words: pseudonyms of staff, whose form is the identity provider's (`sub`); keys of derived
facts; words of a definition, also of a phase set by hand, which must be in the protocol; the issuer."""
EVENTS = pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: str(entry.name))


def reviewed() -> dict[str, int]:
    """The free texts that people have agreed to, each with its greatest length."""
    lines = (HERE / "reviewed_texts.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {f"{event} {path}": int(length) for event, path, length in rows}


def body(entry: EventType) -> dict[str, Any]:
    """The payload as a command's body carries it, with its texts in plain."""
    return entry.payload.model_json_schema(mode="validation")


def stored(entry: EventType) -> dict[str, Any]:
    """The payload as it is published, with its texts sealed."""
    file = SCHEMAS / entry.name / f"v{entry.major}.{entry.minor}.json"
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


def parts(
    schema: dict[str, Any], root: dict[str, Any], path: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema, by the path of its field on the wire."""
    if "$ref" in schema:
        yield from parts(root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
        return
    yield path, schema
    for choice in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(choice, ()):
            yield from parts(inner, root, path)
    for name, inner in schema.get("properties", {}).items():
        yield from parts(inner, root, f"{path}.{name}" if path else name)
    for inner in (schema.get("items"), *schema.get("prefixItems", ())):
        if isinstance(inner, dict):
            yield from parts(inner, root, f"{path}[]")


def strings(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every string of a schema, by its path."""
    return ((path, part) for path, part in parts(schema, schema) if part.get("type") == "string")


def is_coded(string: dict[str, Any]) -> bool:
    return bool({"enum", "const", "format", "pattern"} & string.keys())


def test_every_free_text_of_a_body_was_reviewed_and_is_short_t1() -> None:
    texts = {
        f"{entry.name} {path}": part.get("maxLength")
        for entry in CATALOGUE
        for path, part in strings(body(entry))
        if not is_coded(part)
    }
    assert texts == reviewed(), "look at the field, then add it to reviewed_texts.txt with its length"
    longer = {text for text, length in reviewed().items() if length > LONGEST_TEXT}
    assert longer == DEFINITION_FILE


@EVENTS
def test_no_published_string_holds_a_free_text_t1(entry: EventType) -> None:
    texts = {f"{entry.name} {path}" for path, part in strings(stored(entry)) if not is_coded(part)}
    assert texts <= DEFINITION_FILE


@EVENTS
def test_no_pattern_lets_prose_through_t1(entry: EventType) -> None:
    patterns = {
        (path, part["pattern"])
        for schema in (body(entry), stored(entry))
        for path, part in strings(schema)
        if "pattern" in part
    }
    through = {pattern for _, pattern in patterns if any(re.search(pattern, text) for text in PROSE)}
    assert through <= NOT_OURS
    assert [path for path, pattern in patterns if not re.fullmatch(r"\^.*\$", pattern)] == []


@EVENTS
def test_no_field_is_called_like_a_process_note_t2(entry: EventType) -> None:
    names = {name for path, _ in parts(stored(entry), stored(entry)) for name in re.split(r"\W+", path)}
    suspect = {name for name in names if any(word in name.lower() for word in DENIED)}
    assert suspect <= ALLOWED


@EVENTS
def test_no_object_is_open_to_unknown_fields_t3(entry: EventType) -> None:
    for schema in (body(entry), stored(entry)):
        objects = [(path, part) for path, part in parts(schema, schema) if part.get("type") == "object"]
        assert objects
        assert [path for path, part in objects if part.get("additionalProperties") is not False] == []


def test_no_command_carries_the_file_of_a_definition_t1() -> None:
    described = json.loads((SCHEMAS.parent / "openapi.json").read_text(encoding="utf-8"))
    bodies = described["components"]["schemas"]
    assert "RegisterActorBody" in bodies
    assert [name for name in bodies if "DefinitionPublished" in json.dumps(bodies[name])] == []
    longest = [
        part.get("maxLength") or 0 for body in bodies.values() for _, part in parts(body, {"$defs": bodies})
    ]
    assert max(longest) <= LONGEST_TEXT


def test_every_text_of_every_body_over_http_was_reviewed_t1() -> None:
    """Also of those bodies that are not the payload of their event."""
    described = json.loads((SCHEMAS.parent / "openapi.json").read_text(encoding="utf-8"))
    root = {"$defs": described["components"]["schemas"]}
    bodies = [
        content["schema"]
        for operations in described["paths"].values()
        for operation in operations.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "schema" in content
    ]
    assert len(bodies) > 60
    texts = {
        (path, part.get("maxLength"))
        for body in bodies
        for path, part in parts(body, root)
        if part.get("type") == "string" and not is_coded(part)
    }
    agreed = {(name.partition(" ")[2], length) for name, length in reviewed().items()}
    assert texts - agreed == set(), "look at the field, then give it a form, or the length that was reviewed"


@pytest.mark.parametrize("word", ["PSYTHPN", "DocumentReference"])
def test_nothing_can_be_handed_on_as_a_psychotherapy_note_t5(word: str) -> None:
    """Neither the label nor the kind of resource is known to the code; no FHIR leaves the services yet."""
    files = [
        *ROOT.glob("services/*/src/**/*"),
        *ROOT.glob("contracts/src/**/*"),
        SCHEMAS.parent / "openapi.json",
    ]
    texts = {
        file: file.read_text(encoding="utf-8") for file in files if file.suffix in {".py", ".json", ".sql"}
    }
    assert len(texts) > 200
    assert [str(file.relative_to(ROOT)) for file, text in texts.items() if word in text] == []
    paths = json.loads((SCHEMAS.parent / "openapi.json").read_text(encoding="utf-8"))["paths"]
    assert {path: sorted(paths[path]) for path in paths if "fhir" in path} == {"/v1/fhir": ["post"]}


def test_notes_live_elsewhere_and_only_an_opaque_reference_to_them_is_kept_t6() -> None:
    page = " ".join(read_page("explanation/what-is-sealed.md").split())
    assert "Process notes live elsewhere" in page
    references = {
        f"{entry.name} {path}"
        for entry in CATALOGUE
        for path, part in strings(stored(entry))
        if re.search(r"(notes|letter)ref$", path, re.IGNORECASE) and is_coded(part)
    }
    assert {name.removeprefix("entry_corrected replacement.") for name in references} == {
        "session_held notesRef",
        "sessionHeld.notesRef",
        "letter_recorded letterRef",
    }
    sources = [file.read_text(encoding="utf-8") for file in ROOT.glob("services/*/src/**/*.py")]
    assert [text for text in sources if re.search(r"notes_?ref", text, re.IGNORECASE)] == []


def test_the_rules_see_a_free_text_where_one_is() -> None:
    planted = {
        "type": "object",
        "properties": {"impression": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]}},
    }
    assert [(path, is_coded(part)) for path, part in strings(planted)] == [("impression", False)]
