"""The installed instruments: how each is scored, whose it is, and its wording where that may be shown."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict

from casetrail_contracts.events.measure import AnswerMode
from casetrail_contracts.identity import Role
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Code, DecimalString, DefinitionRef, InstrumentCode
from treatment.api.auth import allow
from treatment.api.exact import NO_STORE
from treatment.api.parts import Open
from treatment.application import Caller
from treatment.domain.instruments import Direction, Formula, Instrument

Reader = Annotated[
    Caller,
    Depends(
        allow(
            Role.THERAPIST,
            Role.SYSTEM,
            Role.SUPERVISOR,
            Role.DOCTOR,
            Role.INTEGRATOR,
            Role.AUDITOR,
            Role.ADMIN,
        )
    ),
]


class _Shown(Contract):
    model_config = ConfigDict(from_attributes=True)


class InstrumentEntry(_Shown):
    """An instrument in the list: the newest version of its code."""

    code: InstrumentCode
    definition: DefinitionRef
    title: str
    licence: str
    """The owner's notice: shown wherever the instrument is."""


class InstrumentList(_Shown):
    """Every instrument that is installed, by code."""

    instruments: tuple[InstrumentEntry, ...]


class BandView(_Shown):
    """A named range of scores. Both ends belong to it unless it is open there."""

    code: Code
    lowest: int
    highest: int
    open_below: bool
    open_above: bool


class ItemsView(_Shown):
    """How many items count, what an answer may be, and how answers may be meant."""

    count: int
    lowest: int
    highest: int
    most_missing: int
    answer_modes: tuple[AnswerMode, ...]
    not_applicable: tuple[int, ...]
    """Items that may not apply to a person."""


class ThresholdsView(_Shown):
    """What the instrument's own file says of its score; null where no source gives a figure."""

    caseness: int | None
    screening: int | None
    reliable_change: int | DecimalString | None
    mcid: int | DecimalString | None
    mcid_percent_of_baseline: int | None
    mcid_percentage_points: int | None
    remission_below: int | None
    response_percent: int | None


class ItemWording(_Shown):
    """One item as it is put to the patient; the option with the lowest answer first."""

    number: int
    text: str
    options: tuple[str, ...]


class Wording(_Shown):
    """The wording in one language, with the owner's notice, which stays with it."""

    language: str
    licence: str
    question: str
    items: tuple[ItemWording, ...]


class InstrumentDetail(InstrumentEntry):
    """How an instrument is scored. `wording` is empty where its owner does not let it be shipped."""

    direction: Direction
    formula: Formula
    lowest: int
    highest: int
    recall_days: int
    items: ItemsView | None
    """Null: it is taken by its total only."""
    bands: tuple[BandView, ...]
    thresholds: ThresholdsView
    wording: tuple[Wording, ...]


def router() -> APIRouter:
    """The instruments."""
    routes = APIRouter(prefix="/v1/instruments", tags=["definitions"])
    routes.add_api_route("", instruments, response_model=InstrumentList, operation_id="listInstruments")
    routes.add_api_route(
        "/{code}", instrument, response_model=InstrumentDetail, operation_id="readInstrument"
    )
    return routes


async def instruments(caller: Reader, parts: Open) -> Response:  # noqa: ARG001 (who may ask is the point)
    """The installed instruments, each with its title and its owner's notice."""
    known = parts.installed.instruments.by_code
    view = InstrumentList(instruments=tuple(InstrumentEntry(**_entry(known[code])) for code in sorted(known)))
    return Response(view.model_dump_json(), 200, NO_STORE, "application/json")


async def instrument(caller: Reader, code: str, parts: Open) -> Response:  # noqa: ARG001 (likewise)
    """How one instrument is scored, and its wording where it ships. A code that nobody knows is refused."""
    known = parts.installed.instruments.get(code)
    view = InstrumentDetail.model_validate(
        {
            **_entry(known),
            "direction": known.direction,
            "formula": known.formula,
            "lowest": known.lowest,
            "highest": known.highest,
            "recall_days": known.recall_days,
            "items": _items(known),
            "bands": [BandView.model_validate(band) for band in known.bands],
            "thresholds": ThresholdsView.model_validate(known.thresholds),
            "wording": [
                Wording.model_validate(text) for text in parts.installed.wordings.get(known.reference, ())
            ],
        }
    )
    return Response(view.model_dump_json(), 200, NO_STORE, "application/json")


def _entry(known: Instrument) -> dict[str, str]:
    return {
        "code": known.code,
        "definition": known.reference,
        "title": known.title,
        "licence": known.licence,
    }


def _items(known: Instrument) -> ItemsView | None:
    rule = known.items
    if rule is None:
        return None
    return ItemsView(
        count=rule.count,
        lowest=rule.lowest,
        highest=rule.highest,
        most_missing=rule.most_missing,
        answer_modes=rule.answer_modes,
        not_applicable=tuple(sorted(rule.not_applicable)),
    )
