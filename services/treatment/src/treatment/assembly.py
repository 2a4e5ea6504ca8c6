"""From settings to working parts: databases opened, schemas checked, the application put together."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from treatment.api.auth import TokenVerifier
from treatment.api.parts import Parts
from treatment.application import Application
from treatment.definitions import shipped_instruments
from treatment.settings import Settings
from treatment.store.case_store import CaseStore
from treatment.store.database import open_database
from treatment.store.keys import KeyStore, read_master_key
from treatment.store.migrations import require_current
from treatment.store.sealing import Sealer
from treatment.store.stored_log import StoredLog


def open_log(settings: Settings) -> StoredLog:
    """The event log. Raises `SchemaBehind` when its schema lacks migrations."""
    database = open_database(settings.address("database_url"), "store")
    require_current(database, "store")
    return StoredLog(database)


def open_application(settings: Settings, software_version: str) -> Application:
    """The way in for commands. Raises `SchemaBehind` or `MasterKeyUnusable`."""
    log = open_log(settings)
    keys = open_database(settings.address("keys_database_url"), "keys")
    require_current(keys, "keys")
    key_store = KeyStore(keys, read_master_key(Path(settings.text("master_key_file"))))
    key_store.check_master_key()
    proposed = settings.text("issuer")

    @cache
    def issuer(tenant: str) -> str:
        return log.issuer(tenant, proposed)

    return Application(
        CaseStore(log, Sealer(key_store)),
        issuer=issuer,
        software_version=software_version,
        now=lambda: datetime.now(UTC),
        new_case_id=uuid4,
    )


def build_parts(settings: Settings, software_version: str) -> Parts:
    """What the HTTP interface works with."""
    read_models = open_database(settings.address("read_database_url"), "read")
    require_current(read_models, "read", "treatment.projections.migrations")
    return Parts(
        application=open_application(settings, software_version),
        read_models=read_models,
        instruments=shipped_instruments(),
    )


def build_verifier(settings: Settings) -> TokenVerifier:
    """What decides whether a bearer token is good."""
    return TokenVerifier(
        Path(settings.text("jwks_file")), settings.text("oidc_issuer"), settings.oidc_audience
    )
