"""Figures for a monitor, in the text form of Prometheus: counts and ages only, of no tenant and no case."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import get_args

from fastapi import APIRouter, Response

from treatment.api.health import Public
from treatment.api.parts import Open, Parts
from treatment.projections import PROJECTIONS
from treatment.projections.lag import Held, held
from treatment.projections.quarantine import Kind
from treatment.projections.quarantine_report import counted
from treatment.store.log import RelayLag
from treatment.store.standing import Standing

MEDIA_TYPE = "text/plain; version=0.0.4"


def router() -> APIRouter:
    """One address."""
    routes = APIRouter(tags=["operations"])
    routes.add_api_route("/metrics", metrics, include_in_schema=False)
    return routes


async def metrics(_: Public, parts: Open) -> Response:
    """How far the relay and the read models are, and whether the store takes commands."""
    figures = await parts.read(_measured, parts, datetime.now(UTC))
    return Response("".join(figures), media_type=MEDIA_TYPE)


def _measured(parts: Parts, now: datetime) -> list[str]:
    log = parts.application.store.log
    models = {one.name: held(parts.read_models, log, one.name, 0) for one in PROJECTIONS}
    return [
        *of_the_relay(log.relay_lag(), log.standing(), now),
        *of_read_models(models, counted(parts.read_models)),
    ]


def of_the_relay(lag: RelayLag, standing: Standing, now: datetime) -> Iterator[str]:
    """What is not on the broker yet, and whether the store may be added to."""
    waited = (now - lag.oldest.envelope.recordedtime).total_seconds() if lag.oldest is not None else 0.0
    together = int(standing is Standing.TOGETHER)
    yield _gauge("relay_lag_events", "Stored events that the relay has not noted as published.", lag.events)
    yield _gauge("relay_lag_seconds", "How long the oldest of them has waited.", round(max(waited, 0.0), 3))
    yield _gauge("store_together", "1: the store has what the broker has, and takes commands.", together)


def of_read_models(models: Mapping[str, Held], quarantine: Mapping[tuple[str, Kind], int]) -> Iterator[str]:
    """How far each is; a monitor tells slope and time to catch up from it."""
    stored = max((one.stored for one in models.values()), default=0)
    yield _gauge("store_events", "Events that are stored.", stored)
    behind = {f'{{read_model="{name}"}}': one.behind for name, one in models.items()}
    yield _gauges("read_model_lag_events", "Stored events that the read model does not hold yet.", behind)
    kept = {
        f'{{read_model="{name}",kind="{kind}"}}': quarantine.get((name, kind), 0)
        for name in models
        for kind in get_args(Kind)
    }
    yield _gauges("read_model_quarantine_events", "Messages in the quarantine of the read model.", kept)


def _gauge(name: str, meaning: str, value: float) -> str:
    return _gauges(name, meaning, {"": value})


def _gauges(name: str, meaning: str, values: Mapping[str, float]) -> str:
    """One figure, by its labels."""
    lines = [f"# HELP casetrail_{name} {meaning}", f"# TYPE casetrail_{name} gauge"]
    lines += [f"casetrail_{name}{labels} {value}" for labels, value in values.items()]
    return "\n".join(lines) + "\n"
