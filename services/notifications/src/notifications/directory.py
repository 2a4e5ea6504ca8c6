"""How each member of staff is reached."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from notifications.settings import SettingMissing

Channel = Literal["outbox", "smtp", "none"]


class Entry(BaseModel):
    """One person or team."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: Channel
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """Staff and team ids to channels. Who is not in it is reached by the default channel."""

    default: Channel
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def reach(self, recipient: str) -> Entry:
        """How to reach somebody; the channel `none` means: not at all."""
        found = self.entries.get(recipient, Entry(channel=self.default))
        return Entry(channel="none") if found.channel == "smtp" and not found.address else found


def read_directory(file: Path | None, default: Literal["outbox", "none"]) -> Directory:
    """The directory from its file. Raises `SettingMissing` when it cannot be read."""
    if file is None:
        return Directory(default)
    try:
        text = json.loads(file.read_text(encoding="utf-8"))
        return Directory(default, RootModel[dict[str, Entry]].model_validate(text).root)
    except (OSError, ValueError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise SettingMissing(f"the directory in {file} cannot be read: {reason}") from None
