"""The FHIR patients of the demonstration: imported, and each beside what the measure CMS159 says of it."""

from importlib.resources import files
from typing import Any

from rich.console import Console

from treatment.embedded.demo.client import FrontDoor

INSTRUMENT = "PHQ9"
MEASURE = "CMS159"
YES = {True: "yes", False: "no"}


async def load_patients(console: Console, door: FrontDoor) -> str:
    """Import the patients as their senders would send them, and show each; the newest position."""
    newest = ""
    bundles = sorted((files(__package__) / "data" / "fhir").iterdir(), key=lambda file: file.name)
    console.print(f"[bold]3. {len(bundles)} FHIR patients[/] (POST /v1/fhir, PHQ-9 totals by LOINC)\n")
    console.print(_row("patient", "PHQ-9 totals", f"in {MEASURE}", "remitted", "case"))
    for bundle in bundles:
        report = await door.import_fhir(bundle.read_bytes())
        newest = max(newest, str(report["position"]))
        for case in report["cases"]:
            measure = await _measure(door, case["caseId"])
            console.print(
                _row(bundle.name.removesuffix(".json"), _totals(measure), *_counted(measure), case["caseId"])
            )
        for one in report["rejected"]:
            console.print(f"    rejected {one['place']}: {one['reason']}")
    return newest


async def _measure(door: FrontDoor, case_id: str) -> dict[str, Any]:
    outcomes = await door.outcomes(case_id)
    return next(one for one in outcomes["measures"] if one["instrument"] == INSTRUMENT)


def _totals(measure: dict[str, Any]) -> str:
    return ", ".join(f"{one['score']} ({one['takenAt'][:10]})" for one in measure["scores"])


def _counted(measure: dict[str, Any]) -> tuple[str, str]:
    """Whether the measure counts the patient, and whether as remitted."""
    window = next(one for one in measure["windows"] if one["code"] == MEASURE)
    return YES[window["inMeasure"]], YES[window["remission"]]


def _row(patient: str, totals: str, in_measure: str, remitted: str, case: str) -> str:
    return f"  {patient:<38}  {totals:<32}  {in_measure:<9}  {remitted:<8}  {case}"
