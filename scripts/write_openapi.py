"""Write the description of the HTTP interface to contracts/openapi.json, from the code."""

import json
import tempfile
from pathlib import Path

from treatment.api.app import build_app
from treatment.api.auth import TokenVerifier
from treatment.api.parts import Parts
from treatment.application import Application
from treatment.definitions.installed import shipped
from treatment.store.case_store import CaseStore
from treatment.store.keys import KeyStore
from treatment.store.opening import open_database
from treatment.store.sealing import Sealer
from treatment.store.stored_log import StoredLog

TARGET = Path(__file__).parents[1] / "contracts" / "openapi.json"


def description() -> str:
    """The OpenAPI document, pretty printed with sorted keys."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}", "store")
        installed = shipped()
        application = Application(
            CaseStore(StoredLog(database), Sealer(KeyStore(database, bytes(32)))),
            installed=installed,
            issuer=lambda _: "casetrail.example",
            software_version="0",
            now=lambda: (_ for _ in ()).throw(AssertionError("describing asks for no time")),
            new_case_id=lambda: (_ for _ in ()).throw(AssertionError("describing makes no case")),
        )
        parts = Parts(application, database, installed)
        app = build_app(parts, TokenVerifier(Path("/none"), "issuer", "casetrail"), "0.1.0")
        text = json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        parts.commands.shutdown()
        parts.reads.shutdown()
        database.close()
    return text


if __name__ == "__main__":
    TARGET.write_text(description(), encoding="utf-8")
    print(f"written {TARGET.name}")
