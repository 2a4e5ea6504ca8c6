"""FHIR in: forms from a Bundle, through the same commands as everybody's."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from casetrail_contracts.identity import Role
from casetrail_contracts.scalars import StaffId
from treatment.api.auth import allow
from treatment.api.exact import NO_STORE
from treatment.api.parts import Open, Parts
from treatment.api.problems import WORDS, ImportUnreadable, NotFhirJson
from treatment.application import Caller
from treatment.domain.refusals import Refusal
from treatment.fhir.reader import read_bundle
from treatment.imports.importer import Importer
from treatment.imports.mapping import Server, System
from treatment.imports.patients import Charge, Patients
from treatment.imports.report import ImportReport, import_forms

KINDS = (
    "application/fhir+json",
    "application/json",
    "application/fhir+ndjson",
    "application/ndjson",
    "application/x-ndjson",
)
CONTENT = {kind: {"schema": {"type": "object"}} if kind.endswith("fhir+json") else {} for kind in KINDS}


class RejectedPart(BaseModel):
    """Something that was meant as a form and was not taken."""

    place: str
    """Where it stands in the Bundle, such as `entry[3]`."""
    reason: str


class CaseOfFormsPart(BaseModel):
    """A case, one patient's, in which forms of the Bundle are."""

    model_config = ConfigDict(alias_generator=to_camel, use_attribute_docstrings=True)

    case_id: str
    forms: int
    """How many of those that were sent: new, known, corrected or taken back."""
    place: str
    """Where the oldest of them stands in the Bundle."""


class ImportAnswer(BaseModel):
    """What became of an import. The same Bundle twice adds nothing."""

    model_config = ConfigDict(alias_generator=to_camel, use_attribute_docstrings=True)

    added: int
    corrected: int
    """Forms that are known, and say something else now: `amended` or `corrected`."""
    taken_back: int
    """Forms that are known, and were `entered-in-error`."""
    known: int
    passed_over: int
    """Resources that had nothing to do with forms, or said the same again."""
    rejected: list[RejectedPart]
    cases: list[CaseOfFormsPart]
    """Where the forms are: one case per patient."""
    position: str
    """The newest event of the import: send it as `min_position` with a query. Zeros when nothing went in."""


class Sender(BaseModel):
    """Where a message comes from, and who beside the therapist is in charge of new cases."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    system: System | None = None
    """The sender, within whose ids patients and forms are known; else the software that `act` names."""
    server: Server | None = None
    """The base address of the FHIR server of which ids without an address are."""
    supervisor_id: StaffId | None = None
    team_id: StaffId | None = None


def router() -> APIRouter:
    """The import."""
    routes = APIRouter(prefix="/v1/fhir", tags=["fhir"])
    routes.add_api_route(
        "",
        import_bundle,
        methods=["POST"],
        response_model=ImportAnswer,
        operation_id="importFhir",
        summary="Import forms",
        openapi_extra={"requestBody": {"required": True, "content": CONTENT}},
    )
    return routes


async def import_bundle(
    caller: Annotated[Caller, Depends(allow(Role.THERAPIST, Role.SYSTEM))],
    request: Request,
    sender: Annotated[Sender, Query()],
    parts: Open,
) -> Response:
    """Import the forms of a FHIR R4 Bundle into the caller's cases, one per patient of the Bundle.

    What cannot be taken is listed with its reason, and the rest goes in.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in KINDS:
        raise NotFhirJson
    report, position = await parts.write(_imported, parts, caller, sender, await request.body())
    told = {**report.told(), "position": f"{position:016d}"}
    answer = ImportAnswer.model_validate(told, by_alias=True)
    return Response(answer.model_dump_json(by_alias=True), 200, NO_STORE, "application/json")


def _imported(parts: Parts, caller: Caller, sender: Sender, content: bytes) -> tuple[ImportReport, int]:
    software = caller.claims.act.sub if caller.claims.act else "fhir"
    reading = read_bundle(
        content, parts.installed.instruments, system=sender.system or software, server=sender.server or ""
    )
    if reading.unreadable is not None:
        raise ImportUnreadable(reading.unreadable)
    importer = Importer(
        application=parts.application,
        installed=parts.installed,
        patients=Patients(
            application=parts.application,
            caller=caller,
            charge=Charge(supervisor_id=sender.supervisor_id, team_id=sender.team_id),
        ),
        now=lambda: datetime.now(UTC),
        run=uuid4().hex,
    )
    return import_forms(reading, importer.send, _words), importer.position


def _words(refusal: Refusal) -> str:
    return WORDS[type(refusal)].detail(refusal)
