"""The way in for commands: store, key store and definitions, put together."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from treatment.application import Application
from treatment.assembly.log import open_log
from treatment.definitions.installed import Installed
from treatment.settings import Settings
from treatment.store.case_store import CaseStore
from treatment.store.keys import KeyStore, read_master_key
from treatment.store.migrations import require_current
from treatment.store.opening import open_database
from treatment.store.sealing import Sealer


def open_application(
    settings: Settings,
    software_version: str,
    definitions: Installed,
    *,
    synced: bool = True,
    stored: Callable[[], None] = lambda: None,
) -> Application:
    """The way in for commands. Raises `SchemaBehind` or `MasterKeyUnusable`.

    Not `synced`, a loss of power may take the newest events, but never a key of one that stays. `stored` is
    called after each append.
    """
    log = open_log(settings, synced=synced, stored=stored)
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
        installed=definitions,
        issuer=issuer,
        software_version=software_version,
        now=lambda: datetime.now(UTC),
        new_case_id=uuid4,
    )
