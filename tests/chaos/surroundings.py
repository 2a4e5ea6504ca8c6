"""What the processes of an installation are told by their environment, and the secrets that it names."""

import json
from pathlib import Path

from tests.integration.broker import Broker

from treatment.local_tokens import AUDIENCE, ISSUER, public_keys, signing_key
from treatment.store.keys import new_master_key

PEOPLE = ("therapist-1", "supervisor-1", "team-east", "service-lead")


def of_treatment(folder: Path, store: str, broker: str, kind: str) -> dict[str, str]:
    """Of the API, the relay or the projector."""
    user = "projector" if kind == "projector" else "relay"
    return {
        "CASETRAIL_DATABASE_URL": store,
        "CASETRAIL_KEYS_DATABASE_URL": store,
        "CASETRAIL_READ_DATABASE_URL": store,
        "CASETRAIL_MASTER_KEY_FILE": str(folder / "master.key"),
        "CASETRAIL_JWKS_FILE": str(folder / "jwks.json"),
        "CASETRAIL_OIDC_ISSUER": ISSUER,
        "CASETRAIL_OIDC_AUDIENCE": AUDIENCE,
        "CASETRAIL_ISSUER": "casetrail.example",
        "CASETRAIL_NATS_URL": broker,
        "CASETRAIL_NATS_USER": user,
        "CASETRAIL_NATS_PASSWORD_FILE": str(folder / f"{user}.password"),
        # What is overdue would be found at each new start, at another time in each run.
        "CASETRAIL_CLOCK_SECONDS": "3600",
    }


def of_notifications(folder: Path, store: str, broker: str, mail_port: int) -> dict[str, str]:
    """Of the notification service."""
    prefix = "CASETRAIL_NOTIFICATIONS_"
    return {
        f"{prefix}DATABASE_URL": store,
        f"{prefix}NATS_URL": broker,
        f"{prefix}NATS_USER": "notifications",
        f"{prefix}NATS_PASSWORD_FILE": str(folder / "notifications.password"),
        f"{prefix}JWKS_FILE": str(folder / "jwks.json"),
        f"{prefix}OIDC_ISSUER": ISSUER,
        f"{prefix}OIDC_AUDIENCE": AUDIENCE,
        f"{prefix}DIRECTORY_FILE": str(folder / "directory.json"),
        f"{prefix}SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        f"{prefix}SERVICE_LEAD": "service-lead",
    }


def write_secrets(folder: Path, broker: Broker) -> None:
    """The keys, passwords and addresses that these name, as files."""
    pem = signing_key()
    (folder / "signing.pem").write_bytes(pem)
    (folder / "jwks.json").write_bytes(public_keys(pem))
    (folder / "master.key").write_text(new_master_key())
    for user in ("relay", "projector", "notifications"):
        (folder / f"{user}.password").write_text(broker.options(user).password)
    reached = {who: {"channel": "smtp", "address": f"{who}@example.org"} for who in PEOPLE}
    (folder / "directory.json").write_text(json.dumps(reached))
