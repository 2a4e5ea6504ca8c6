"""Every field of every payload is written in one way: as golden bytes or a wire form have it."""

from collections.abc import Iterator
from typing import get_args

import pytest
from pydantic import BaseModel
from tests.unit.contracts.wire_forms import WIRE_FORMS, Wire

from casetrail_contracts import BY_PAYLOAD, BY_TYPE, CATALOGUE, Payload, read
from casetrail_contracts.envelope import payload_data
from casetrail_contracts.events.correction import Correctable, EntryCorrected, Replacement
from casetrail_contracts.examples import EXAMPLES
from casetrail_contracts.personal import STORED

EVENTS = [read(content) for content in EXAMPLES.values()]
CORRECTIONS: dict[str, Wire] = {
    BY_PAYLOAD[kind].name: {
        "target": EVENTS[0].envelope.id,
        "kind": "amended",
        "cause": "entryMistake",
        "replacement": {
            Replacement.model_fields[BY_PAYLOAD[kind].name].alias: next(
                event.envelope.data for event in EVENTS if type(event.payload) is kind
            )
        },
    }
    for kind in get_args(Correctable)
}


@pytest.mark.parametrize(("kind", "wire"), WIRE_FORMS.values(), ids=WIRE_FORMS)
def test_a_payload_is_written_as_it_was_read(kind: type[Payload], wire: Wire) -> None:
    assert payload_data(kind.model_validate(wire, context=STORED)) == wire


@pytest.mark.parametrize("wire", CORRECTIONS.values(), ids=CORRECTIONS)
def test_each_entry_that_can_be_amended_is_a_replacement(wire: Wire) -> None:
    assert payload_data(EntryCorrected.model_validate(wire, context=STORED)) == wire


def test_every_field_of_every_payload_is_filled_somewhere() -> None:
    told = [event.payload for event in EVENTS if event.payload is not None]
    told += [kind.model_validate(wire, context=STORED) for kind, wire in WIRE_FORMS.values()]
    told += [EntryCorrected.model_validate(wire, context=STORED) for wire in CORRECTIONS.values()]
    filled = {
        (type(part), name)
        for payload in told
        for part in parts(payload)
        for name in type(part).model_fields
        if getattr(part, name) not in (None, ())
    }
    known = {
        (model, name) for entry in CATALOGUE for model in models(entry.payload) for name in model.model_fields
    }
    assert sorted(f"{model.__name__}.{name}" for model, name in known - filled) == []


def test_an_example_is_of_the_type_that_its_name_says() -> None:
    names = [BY_TYPE[event.envelope.type].name for event in EVENTS]
    assert names == list(EXAMPLES)
    assert sorted(names) == sorted(entry.name for entry in CATALOGUE)


def parts(value: object) -> Iterator[BaseModel]:
    """A payload and the models within it."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from parts(getattr(value, name))
    if isinstance(value, tuple):
        for item in value:
            yield from parts(item)


def models(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that a field's type names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models(field.annotation)
    else:
        for inner in get_args(annotation):
            yield from models(inner)
