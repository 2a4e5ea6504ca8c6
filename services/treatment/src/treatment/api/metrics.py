"""Figures for whoever watches the service, in the text format of Prometheus: counts and ages only."""

from datetime import UTC, datetime

from fastapi import APIRouter, Response

from treatment.api.health import Public
from treatment.api.parts import Open
from treatment.store.log import RelayLag
from treatment.store.standing import Standing

MEDIA_TYPE = "text/plain; version=0.0.4"


def router() -> APIRouter:
    """One address."""
    routes = APIRouter(tags=["operations"])
    routes.add_api_route("/metrics", metrics, include_in_schema=False)
    return routes


async def metrics(_: Public, parts: Open) -> Response:
    """How far the relay is behind the store, and whether the store takes commands."""
    log = parts.application.store.log
    lag = await parts.read(log.relay_lag)
    standing = await parts.read(log.standing)
    return Response(text(lag, standing, datetime.now(UTC)), media_type=MEDIA_TYPE)


def text(lag: RelayLag, standing: Standing, now: datetime) -> str:
    """The figures at this time."""
    waited = (now - lag.oldest.envelope.recordedtime).total_seconds() if lag.oldest is not None else 0.0
    together = int(standing is Standing.TOGETHER)
    figures = (
        ("relay_lag_events", "Stored events that the relay has not noted as published.", lag.events),
        ("relay_lag_seconds", "How long the oldest of them has waited.", round(max(waited, 0.0), 3)),
        ("store_together", "1: the store has what the broker has, and takes commands.", together),
    )
    return "".join(
        f"# HELP casetrail_{name} {meaning}\n# TYPE casetrail_{name} gauge\ncasetrail_{name} {value}\n"
        for name, meaning, value in figures
    )
