"""FHIR resources for tests, and what is read out of them."""

import json
from pathlib import Path
from typing import Any

from casetrail_contracts.scalars import Moment
from treatment.definitions import shipped_instruments
from treatment.fhir.forms import IF_CHANGED
from treatment.fhir.reader import read_bundle
from treatment.imports.form import ImportedForm, Origin, Reading, Subject

DATA = Path(__file__).parents[3] / "data" / "fhir"
INSTRUMENTS = shipped_instruments()
LOINC = "http://loinc.org"
PHQ9_ITEMS = (
    "44250-9",
    "44255-8",
    "44259-0",
    "44254-1",
    "44251-7",
    "44258-2",
    "44252-5",
    "44253-3",
    "44260-8",
)
GAD7_ITEMS = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")
FREQUENCY = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
AT = "2026-03-02T09:30:00+01:00"

Resource = dict[str, Any]


def observation(code: str = "44261-6", identity: str = "o-1", **fields: object) -> Resource:
    """A final total; a field given as None is left out."""
    resource: Resource = {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": "Patient/p-1"},
        "effectiveDateTime": AT,
    }
    return {name: value for name, value in (resource | fields).items() if value is not None}


def coded(answer: int) -> Resource:
    """The answer 0 to 3, as a coding."""
    return {"valueCoding": {"system": LOINC, "code": FREQUENCY[answer]}}


def item(link: str, answer: Resource, **fields: object) -> Resource:
    """An answered item of a response."""
    return {"linkId": link, "answer": [answer], **fields}


def response(*items: Resource, **fields: object) -> Resource:
    """A completed response; a field given as None is left out."""
    resource: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": "q-1",
        "status": "completed",
        "subject": {"reference": "Patient/p-1"},
        "authored": AT,
        "item": list(items),
    }
    return {name: value for name, value in (resource | fields).items() if value is not None}


def bundle(*resources: Resource, kind: str = "collection") -> Resource:
    """A Bundle."""
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in resources]}


def read(*resources: Resource) -> Reading:
    """What is read out of one resource, or out of a Bundle of several."""
    sent = resources[0] if len(resources) == 1 else bundle(*resources)
    return read_bundle(json.dumps(sent).encode(), INSTRUMENTS)


def rejection(*resources: Resource) -> str:
    """The one reason for which nothing was taken."""
    reading = read(*resources)
    assert (reading.forms, len(reading.rejected)) == ((), 1)
    return reading.rejected[0].reason


def form(
    source: str = "Observation/o-1",
    instrument: str = "PHQ9",
    system: str = "fhir",
    subject: str = "p-1",
    within: str = "",
    **fields: Any,
) -> ImportedForm:
    """The form of `observation()`, changed. Its source names the instrument too."""
    expected: dict[str, Any] = {
        "taken_at": Moment.parse(AT),
        "place": "the file (Observation)",
        "named": source,
        "if_changed": IF_CHANGED,
    }
    return ImportedForm(
        subject=Subject(reference=subject, within=within),
        origin=Origin(system=system, source=f"{source}|{instrument}"),
        instrument=instrument,
        **(expected | fields),
    )
