"""What an operator sets: environment variables that start with `CASETRAIL_`.

Nothing has a default that would be a secret or a remote address. A process reads only what it needs,
and names what is missing.
"""

from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from treatment.broker_address import NatsOptions
from treatment.fault import Fault

PREFIX = "CASETRAIL_"


class SettingMissing(Fault):
    """A setting that this process needs is absent or unreadable; the message names it and the cure."""


class Settings(BaseSettings):
    """The settings of the treatment service."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", use_attribute_docstrings=True
    )

    database_url: str | None = None
    """The store, as its writer: `postgresql://casetrail_writer@host/casetrail` or `sqlite:////folder`."""
    database_password_file: Path | None = None
    keys_database_url: str | None = None
    """The key store; better in a database of its own, with backups of its own."""
    keys_database_password_file: Path | None = None
    read_database_url: str | None = None
    """The read models, as the projector (which writes them) or the reader (the HTTP interface)."""
    read_database_password_file: Path | None = None
    nats_url: str | None = None
    """`nats://host:4222`; of a cluster all servers, with commas between."""
    nats_user: str | None = None
    nats_password_file: Path | None = None
    nats_replicas: int = Field(default=1, ge=1, le=5)
    """Copies of the stream: 3 on a cluster of three."""
    master_key_file: Path | None = None
    """32 bytes, base64url: wraps the data keys. Without it no personal value can be read."""
    jwks_file: Path | None = None
    """The public keys of the token issuer (JWKS)."""
    oidc_issuer: str | None = None
    """What a token's `iss` must be."""
    oidc_audience: str = "casetrail"
    """What a token's `aud` must hold."""
    definitions_folder: Path | None = None
    """Protocols, instruments and rule sets of the service's own, one file each, beside those that ship."""
    issuer: str | None = None
    """The name in the `source` of every event; fixed for a tenant at its first event."""
    host: str = "127.0.0.1"
    port: int = Field(default=8400, ge=0, le=65535)
    relay_poll_seconds: float = Field(default=0.05, gt=0, le=5)
    """How long the relay waits before it looks for new events again."""
    clock_seconds: float = Field(default=60.0, gt=0, le=3600)
    """How often the policy clock looks for what is overdue."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def text(self, name: str) -> str:
        """A setting that this process cannot do without. Raises `SettingMissing`."""
        value = getattr(self, name)
        if value is None:
            raise SettingMissing(
                f"{PREFIX}{name.upper()} is not set; docs/reference/settings.md says what it is for"
            )
        return str(value)

    def address(self, name: str) -> str:
        """A database address, with the password from its file if there is one."""
        url = self.text(name)
        file: Path | None = getattr(self, name.replace("_url", "_password_file"))
        if file is None:
            return url
        parts = urlsplit(url)
        netloc = (
            f"{parts.username or ''}:{quote(self.secret(file), safe='')}@{parts.netloc.rpartition('@')[2]}"
        )
        return urlunsplit(parts._replace(netloc=netloc))

    def broker(self) -> NatsOptions:
        """The broker's address, and who this process is to it. Raises `SettingMissing`."""
        return NatsOptions(
            url=self.text("nats_url"),
            user=self.text("nats_user"),
            password=self.secret(Path(self.text("nats_password_file"))),
        )

    def secret(self, file: Path) -> str:
        """The content of a secret's file. Raises `SettingMissing`."""
        try:
            return file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingMissing(f"the secret in {file} cannot be read: {error.strerror}") from error


def read_settings() -> Settings:
    """The settings of this process. Raises `SettingMissing` when one is malformed."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingMissing(faults) from None
