"""The published files: JSON Schemas, examples and golden bytes, made from the models.

`python -m casetrail_contracts.schemas FOLDER` writes what is missing and refuses to change what was
released: a released schema or golden file is never rewritten, a new version is added beside it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from casetrail_contracts.envelope import Envelope
from casetrail_contracts.events import CATALOGUE, SCHEMA_ROOT
from casetrail_contracts.examples import EXAMPLES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class StoredForm(GenerateJsonSchema):
    """The schema of the stored bytes: personal values sealed, absent optional fields left out."""

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,  # noqa: FBT001 (the library's signature)
    ) -> bool:
        """An optional field that is absent is not written, so a reader may not require it."""
        return field["schema"]["type"] != "default" and super().field_is_required(field, total)


def json_schema(model: type[BaseModel], uri: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a model's stored form."""
    schema = model.model_json_schema(mode="serialization", schema_generator=StoredForm)
    return {"$schema": DIALECT, "$id": uri, **schema}


def files() -> dict[str, str]:
    """Every published file by its path below `contracts/`."""
    out = {"schemas/envelope/v1.0.json": _pretty(json_schema(Envelope, f"{SCHEMA_ROOT}/envelope/v1.0"))}
    for entry in CATALOGUE:
        version = f"{entry.name}/v{entry.major}.{entry.minor}"
        out[f"schemas/{version}.json"] = _pretty(json_schema(entry.payload, entry.dataschema))
        golden = EXAMPLES[entry.name]
        out[f"golden/{version}.json"] = golden.decode()
        out[f"examples/{version}.json"] = _pretty(json.loads(golden))
    return out


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write(folder: Path) -> int:
    """Write the files that are missing. Returns 1 when a released file would have to change."""
    changed = 0
    for name, content in files().items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(f"written   {name}")
        elif path.read_text(encoding="utf-8") != content:
            changed = 1
            print(
                f"changed   {name}: released files stay as they are. "
                "Raise the version in CATALOGUE; an optional field is a new minor version."
            )
    return changed


if __name__ == "__main__":
    sys.exit(write(Path(sys.argv[1])))
