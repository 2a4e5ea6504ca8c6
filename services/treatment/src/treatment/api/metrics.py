"""Figures for a monitor, in the text form of Prometheus: counts only, of no tenant and no case by itself."""

from collections.abc import Iterator, Mapping
from typing import Annotated, get_args

from fastapi import APIRouter, Depends, Response

from treatment.api.auth import public
from treatment.api.parts import Open, Parts
from treatment.projections import PROJECTIONS
from treatment.projections.lag import Held, held
from treatment.projections.quarantine import Kind
from treatment.projections.quarantine_report import counted

Public = Annotated[None, Depends(public)]
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def router() -> APIRouter:
    """The figures."""
    routes = APIRouter(tags=["operations"])
    routes.add_api_route("/metrics", metrics, include_in_schema=False)
    return routes


async def metrics(_: Public, parts: Open) -> Response:
    """How far the read models are, and what is in their quarantine."""
    lines = await parts.read(_measured, parts)
    return Response("".join(f"{line}\n" for line in lines), 200, media_type=CONTENT_TYPE)


def _measured(parts: Parts) -> list[str]:
    log = parts.application.store.log
    models = {one.name: held(parts.read_models, log, one.name, 0) for one in PROJECTIONS}
    return list(exposition(models, counted(parts.read_models)))


def exposition(models: Mapping[str, Held], quarantine: Mapping[tuple[str, Kind], int]) -> Iterator[str]:
    """The lines; a monitor tells slope and time to catch up from them."""
    yield "# HELP casetrail_store_events Events that are stored."
    yield "# TYPE casetrail_store_events gauge"
    yield f"casetrail_store_events {max((one.stored for one in models.values()), default=0)}"
    yield "# HELP casetrail_read_model_lag_events Stored events that the read model does not hold yet."
    yield "# TYPE casetrail_read_model_lag_events gauge"
    for name, one in models.items():
        yield f'casetrail_read_model_lag_events{{read_model="{name}"}} {one.behind}'
    yield "# HELP casetrail_read_model_quarantine_events Messages in the quarantine of the read model."
    yield "# TYPE casetrail_read_model_quarantine_events gauge"
    for name in models:
        for kind in get_args(Kind):
            labels = f'read_model="{name}",kind="{kind}"'
            yield f"casetrail_read_model_quarantine_events{{{labels}}} {quarantine.get((name, kind), 0)}"
