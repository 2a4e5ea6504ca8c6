"""`casetrail secrets …`: random secrets for a new installation, one folder per service that reads them."""

import os
import secrets as random
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)

ROLES = ("superuser", "owner", "writer", "projector", "reader", "notifications")
USERS = ("provisioner", "relay", "projector", "notifications", "api")
BROKER_DATA = Path("/data")
BROKER_CONFIG = Path("broker", "nats.conf")


@app.command()
def create(
    folder: Annotated[Path, typer.Argument(help="Where the folders are made; what is there already stays.")],
) -> None:
    """Make what is missing. A secret that exists is never changed: data would be lost with it."""
    missing = {path: kept for path, kept in _wanted(folder).items() if not path.exists()}
    for path, (content, mode) in missing.items():
        _write(path, content, mode)
    typer.echo(f"{len(missing)} secrets made" if missing else "nothing was missing")
    if _configure_broker(folder):
        typer.echo("the broker's configuration was written; a broker that runs takes it over at its restart")


def _wanted(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Every file by its path: content for the case that it is missing, and its mode."""
    roles = {role: _kept(folder / "postgres" / f"{role}.password") for role in ROLES}
    users = {user: _kept(folder / "broker" / f"{user}.password") for user in USERS}
    # PostgreSQL reads its folder as a user of its own; nobody else has that folder.
    files = {folder / "postgres" / f"{role}.password": (roles[role], 0o444) for role in ROLES}
    files |= {folder / "broker" / f"{user}.password": (users[user], 0o400) for user in USERS}
    files[folder / "migrate" / "owner.password"] = (roles["owner"], 0o400)
    files[folder / "migrate" / "provisioner.password"] = (users["provisioner"], 0o400)
    files[folder / "relay" / "writer.password"] = (roles["writer"], 0o400)
    files[folder / "relay" / "relay.password"] = (users["relay"], 0o400)
    files[folder / "projector" / "database.password"] = (roles["projector"], 0o400)
    files[folder / "projector" / "projector.password"] = (users["projector"], 0o400)
    files[folder / "api" / "writer.password"] = (roles["writer"], 0o400)
    files[folder / "api" / "reader.password"] = (roles["reader"], 0o400)
    files[folder / "api" / "broker.password"] = (users["api"], 0o400)
    files[folder / "notifications" / "database.password"] = (roles["notifications"], 0o400)
    files[folder / "notifications" / "broker.password"] = (users["notifications"], 0o400)
    return files | _keys(folder)


def _keys(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """The master key, and the issuer of tokens that stands in until an OIDC provider is configured."""
    from treatment.local_tokens import public_keys, signing_key
    from treatment.store.keys import new_master_key

    signing = folder / "signing" / "signing.pem"
    pem = signing.read_bytes() if signing.exists() else signing_key()
    return {
        signing: (pem, 0o400),
        folder / "api" / "jwks.json": (public_keys(pem), 0o400),
        folder / "notifications" / "jwks.json": (public_keys(pem), 0o400),
        folder / "api" / "master.key": (new_master_key().encode(), 0o400),
    }


def _configure_broker(folder: Path) -> bool:
    """Write who may do what on the broker, if that differs: another version may allow something else."""
    from treatment.provision import BrokerUsers, server_config

    users = {user: (folder / "broker" / f"{user}.password").read_text().strip() for user in USERS}
    text = server_config(
        BrokerUsers(**users), listen="0.0.0.0:4222", monitor="0.0.0.0:8222", store_folder=BROKER_DATA
    )
    file = folder / BROKER_CONFIG
    if file.exists() and file.read_text() == text:
        return False
    _write(file, text.encode(), 0o400)
    return True


def _kept(path: Path) -> bytes:
    """The password that is there, or a new one."""
    return path.read_bytes() if path.exists() else random.token_urlsafe(24).encode()


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, also when the power fails: an empty file would count as a secret that exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as out:
        os.fchmod(out.fileno(), mode)  # Whatever this process's umask takes away.
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    unfinished.rename(path)
