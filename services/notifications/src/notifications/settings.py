"""What an operator sets: environment variables that start with `CASETRAIL_NOTIFICATIONS_`."""

from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CASETRAIL_NOTIFICATIONS_"


class SettingMissing(Exception):
    """A setting is absent, malformed or unreadable; the message names it and the cure."""


class Settings(BaseSettings):
    """The settings of the notification service. Nothing has a default that would be a secret or remote."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", use_attribute_docstrings=True
    )

    database_url: str
    """`postgresql://casetrail_notifications@host/casetrail` or `sqlite:////folder`."""
    database_password_file: Path | None = None
    nats_url: str | None = None
    """`nats://host:4222`; of a cluster all servers, with commas between."""
    nats_user: str = "notifications"
    nats_password_file: Path | None = None
    jwks_file: Path | None = None
    """The public keys of the token issuer (JWKS)."""
    oidc_issuer: str | None = None
    """What a token's `iss` must be."""
    oidc_audience: str = "casetrail"
    """What a token's `aud` must hold."""
    directory_file: Path | None = None
    """JSON: `{"<staff or team id>": {"channel": "smtp", "address": "…"}}`."""
    default_channel: Literal["outbox", "none"] = "none"
    """How somebody is told who is not in the directory: `outbox` on one machine, otherwise not at all."""
    service_lead: str = "service-lead"
    """Who is told when nobody else can be: a staff id of the directory."""
    smtp_url: str | None = None
    """`smtp://host:port`."""
    smtp_from: str = "casetrail@localhost"
    link_base: str = "http://127.0.0.1"
    """What links in messages begin with."""
    host: str = "127.0.0.1"
    port: int = Field(default=8401, ge=0, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def text(self, name: str) -> str:
        """A setting that this process cannot do without. Raises `SettingMissing`."""
        value = getattr(self, name)
        if value is None:
            raise SettingMissing(
                f"{PREFIX}{name.upper()} is not set; docs/reference/settings.md says what it is for"
            )
        return str(value)

    def database_address(self) -> str:
        """The database, with the password from its file if there is one."""
        if self.database_password_file is None:
            return self.database_url
        parts = urlsplit(self.database_url)
        password = quote(secret(self.database_password_file), safe="")
        netloc = f"{parts.username or ''}:{password}@{parts.netloc.rpartition('@')[2]}"
        return urlunsplit(parts._replace(netloc=netloc))


def secret(file: Path) -> str:
    """The content of a secret's file. Raises `SettingMissing`."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingMissing(f"the secret in {file} cannot be read: {error.strerror}") from error


def read_settings() -> Settings:
    """The settings of this process. Raises `SettingMissing` when one is absent or malformed."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingMissing(faults) from None
