"""The data folder of embedded mode: what is in it, made once, locked while in use."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from treatment.fault import Fault
from treatment.local_tokens import public_keys, signing_key, write_private
from treatment.settings import Settings
from treatment.store.keys import new_master_key

EVENT_ISSUER = "casetrail.local"
"""The name in the `source` of every event of an embedded installation."""
BROKER_USERS = ("provisioner", "relay", "projector", "notifications", "api")


class FolderInUse(Fault):
    """Another process runs on this folder. Two brokers on one folder destroy it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is in use by another `casetrail up` or `casetrail simulate`; "
            "stop that one, or name another folder with --data"
        )


class NothingHere(Fault):
    """The folder holds no installation."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} holds no installation; start `casetrail up` with it once, or name another with --data"
        )


class FolderUnusable(Fault):
    """The folder cannot be made, or not be written to."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(
            f"{folder} cannot hold the data ({error.strerror}); name one that can be written to with --data"
        )


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Where everything of one installation is kept."""

    root: Path

    @property
    def database_url(self) -> str:
        """One SQLite file per schema, in the root."""
        return f"sqlite:///{self.root}"

    @property
    def master_key(self) -> Path:
        """The key that wraps all data keys: back it up apart from the rest."""
        return self.root / "secrets" / "master.key"

    @property
    def signing_key(self) -> Path:
        """Signs local tokens."""
        return self.root / "secrets" / "signing.pem"

    @property
    def jwks(self) -> Path:
        """The public half of the signing key."""
        return self.root / "secrets" / "jwks.json"

    @property
    def broker(self) -> Path:
        """The broker's configuration and files."""
        return self.root / "broker"

    def store_settings(self) -> Settings:
        """What a command needs that writes into this installation beside its services."""
        if not self.master_key.exists():
            raise NothingHere(self.root)
        return Settings(
            database_url=self.database_url,
            keys_database_url=self.database_url,
            read_database_url=self.database_url,
            master_key_file=self.master_key,
            issuer=EVENT_ISSUER,
        )

    def running_settings(self, user: str) -> Settings:
        """The same, with the broker that runs on the folder, as this user. Raises `NothingHere`."""
        try:
            text = self.broker_config.read_text(encoding="utf-8")
        except OSError:
            raise NothingHere(self.root) from None
        listen = next(line.split('"')[1] for line in text.splitlines() if line.startswith("listen:"))
        return self.store_settings().model_copy(
            update={
                "nats_url": f"nats://{listen}",
                "nats_user": user,
                "nats_password_file": self.broker_password(user),
            }
        )

    @property
    def broker_config(self) -> Path:
        """The broker's configuration, written at each start: the port differs."""
        return self.broker / "nats-server.conf"

    def log(self, name: str) -> Path:
        """The log of a part."""
        return self.root / "logs" / f"{name}.log"

    def broker_password(self, user: str) -> Path:
        """The generated password of a user of the broker."""
        return self.root / "secrets" / f"broker-{user}.password"

    def prepare(self) -> bool:
        """Make what is missing. Returns whether this is the first start. Raises `FolderUnusable`."""
        with _usable(self.root):
            return self._prepare()

    def _prepare(self) -> bool:
        for folder in (self.root, self.root / "secrets", self.broker, self.root / "logs"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for user in BROKER_USERS:
            if not self.broker_password(user).exists():
                write_private(self.broker_password(user), secrets.token_urlsafe(24).encode())
        first = not self.master_key.exists()
        if first:
            write_private(self.master_key, new_master_key().encode())
        if not self.signing_key.exists():
            pem = signing_key()
            write_private(self.jwks, public_keys(pem))
            write_private(self.signing_key, pem)
        return first


@contextmanager
def locked(folder: DataFolder) -> Iterator[None]:
    """Hold the folder. Raises `FolderInUse` at once when another process does, and `FolderUnusable`."""
    with _usable(folder.root):
        folder.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(folder.root) from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FolderUnusable(folder, error) from None
