"""What serves HTTP, and what runs beside it: the policy clock, and the hint to the relay."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from treatment.api.auth import TokenVerifier
from treatment.api.parts import Parts
from treatment.application import Application
from treatment.assembly.commands import open_application
from treatment.clock import Clock
from treatment.definitions.installed import installed
from treatment.relay.hint import Hint
from treatment.settings import Settings
from treatment.store.clock_rows import ClockRows
from treatment.store.migrations import require_current
from treatment.store.opening import open_database


def build_parts(
    settings: Settings, software_version: str, stored: Callable[[], None] = lambda: None
) -> Parts:
    """What the HTTP interface works with. Raises `DefinitionFaulty` when a definition cannot be used.

    `stored` is called after each append.
    """
    definitions = installed(settings.definitions_folder)
    read_models = open_database(settings.address("read_database_url"), "read")
    require_current(read_models, "read", "treatment.projections.migrations")
    return Parts(
        application=open_application(settings, software_version, definitions, stored=stored),
        read_models=read_models,
        installed=definitions,
    )


def build_clock(settings: Settings, application: Application) -> Clock:
    """The policy clock, on the store that the application writes to."""
    rows = ClockRows(open_database(settings.address("database_url"), "store"))
    return Clock(application, rows, lambda: datetime.now(UTC))


def build_hint(settings: Settings) -> Hint | None:
    """What wakes the relay; None where no broker is set: the relay looks by itself."""
    return Hint(settings.broker()) if settings.nats_url is not None else None


def build_verifier(settings: Settings) -> TokenVerifier:
    """What decides whether a bearer token is good."""
    return TokenVerifier(
        Path(settings.text("jwks_file")), settings.text("oidc_issuer"), settings.oidc_audience
    )
