"""`casetrail secrets …`: random secrets for a new installation, one folder per service that reads them."""

import secrets as random
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)

ROLES = ("superuser", "owner", "writer", "projector", "reader", "notifications")
USERS = ("provisioner", "relay", "projector", "notifications")
BROKER_DATA = Path("/data")


@app.command()
def create(
    folder: Annotated[Path, typer.Argument(help="Where the folders are made; what is there already stays.")],
) -> None:
    """Make what is missing. A secret that exists is never changed: data would be lost with it."""
    made = 0
    for path, (content, mode) in _wanted(folder).items():
        if not path.exists():
            _write(path, content, mode)
            made += 1
    typer.echo(f"{made} secrets made" if made else "nothing was missing")


def _wanted(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Every file by its path: content for the case that it is missing, and its mode."""
    roles = {role: _kept(folder / "postgres" / f"{role}.password") for role in ROLES}
    users = {user: _kept(folder / "broker" / f"{user}.password") for user in USERS}
    # PostgreSQL reads its folder as a user of its own; nobody else has that folder.
    files = {folder / "postgres" / f"{role}.password": (roles[role], 0o444) for role in ROLES}
    files |= {folder / "broker" / f"{user}.password": (users[user], 0o400) for user in USERS}
    files[folder / "broker" / "nats.conf"] = (_broker_config(users), 0o400)
    files[folder / "migrate" / "owner.password"] = (roles["owner"], 0o400)
    files[folder / "migrate" / "provisioner.password"] = (users["provisioner"], 0o400)
    files[folder / "relay" / "writer.password"] = (roles["writer"], 0o400)
    files[folder / "relay" / "relay.password"] = (users["relay"], 0o400)
    files[folder / "projector" / "database.password"] = (roles["projector"], 0o400)
    files[folder / "projector" / "projector.password"] = (users["projector"], 0o400)
    files[folder / "api" / "writer.password"] = (roles["writer"], 0o400)
    files[folder / "api" / "reader.password"] = (roles["reader"], 0o400)
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


def _broker_config(users: dict[str, bytes]) -> bytes:
    from treatment.provision import BrokerUsers, server_config

    text = server_config(
        BrokerUsers(**{user: password.decode() for user, password in users.items()}),
        listen="0.0.0.0:4222",
        monitor="0.0.0.0:8222",
        store_folder=BROKER_DATA,
    )
    return text.encode()


def _kept(path: Path) -> bytes:
    """The password that is there, or a new one."""
    return path.read_bytes() if path.exists() else random.token_urlsafe(24).encode()


def _write(path: Path, content: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_bytes(content)
    unfinished.chmod(mode)
    unfinished.rename(path)
