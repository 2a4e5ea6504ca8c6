"""The configuration of a nats-server: who may connect, and what each may do there."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from casetrail_contracts.broker import STREAM, SUBJECT_ROOT
from treatment.broker_address import HINT_SUBJECT

SHORTEST_PASSWORD = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerUsers:
    """The password of each user of the broker. There is no other user, and none without a password."""

    provisioner: str = field(repr=False)
    relay: str = field(repr=False)
    projector: str = field(repr=False)
    notifications: str = field(repr=False)
    api: str = field(repr=False)


def server_config(
    users: BrokerUsers,
    *,
    listen: str,
    store_folder: Path,
    monitor: str | None = None,
    ports_folder: Path | None = None,
) -> str:
    """The text of a nats-server configuration. It holds passwords: keep it in a file of mode 0600.

    `listen` and `monitor` are `host:port`; port -1 takes a free one, which the server then writes
    into `ports_folder`.
    """
    lines = [
        "server_name: casetrail",
        f"listen: {_quoted(listen)}",
        *([f"http: {_quoted(monitor)}"] if monitor else []),
        *([f"ports_file_dir: {_quoted(str(ports_folder))}"] if ports_folder else []),
        "jetstream {",
        f"  store_dir: {_quoted(str(store_folder))}",
        "  # An acknowledged message is on the disk: the default would sync every two minutes.",
        "  sync_interval: always",
        "}",
        "authorization {",
        "  users = [",
        *(_user(name, password) for name, password in _passwords(users).items()),
        "  ]",
        "}",
    ]
    return "\n".join(lines) + "\n"


_INFO = f"$JS.API.STREAM.INFO.{STREAM}"
_READING = (
    _INFO,
    f"$JS.API.CONSUMER.INFO.{STREAM}.>",
    f"$JS.API.CONSUMER.CREATE.{STREAM}.>",
    f"$JS.API.CONSUMER.DURABLE.CREATE.{STREAM}.>",
    f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.>",
    f"$JS.ACK.{STREAM}.>",
)
MAY_PUBLISH: dict[str, tuple[str, ...]] = {
    "provisioner": ("$JS.API.INFO", "$JS.API.STREAM.>", "$JS.API.CONSUMER.>"),
    "relay": (f"{SUBJECT_ROOT}.>", _INFO, f"$JS.API.STREAM.MSG.GET.{STREAM}"),
    "projector": _READING,
    "notifications": _READING,
    "api": (HINT_SUBJECT,),
}
"""What each user may send; requests to the stream's interface are messages too. All else is refused."""
_ANSWERS = "_INBOX.>"
_MAY_HEAR: dict[str, tuple[str, ...]] = {"relay": (_ANSWERS, HINT_SUBJECT)}
"""What users may subscribe to who need more than answers to their own requests."""


def _passwords(users: BrokerUsers) -> dict[str, str]:
    passwords = {name: str(getattr(users, name)) for name in MAY_PUBLISH}
    for name, password in passwords.items():
        if len(password) < SHORTEST_PASSWORD:
            raise ValueError(
                f"the broker password of {name} is shorter than {SHORTEST_PASSWORD} characters: "
                "make a random one"
            )
    return passwords


def _user(name: str, password: str) -> str:
    publish, subscribe = (
        ", ".join(_quoted(subject) for subject in subjects)
        for subjects in (MAY_PUBLISH[name], _MAY_HEAR.get(name, (_ANSWERS,)))
    )
    return (
        f"    {{user: {name}, password: {_quoted(password)}, permissions: "
        f"{{publish: [{publish}], subscribe: [{subscribe}]}}}}"
    )


def _quoted(text: str) -> str:
    if not text.isprintable():
        raise ValueError("a value of the broker's configuration holds a control character")
    return json.dumps(text, ensure_ascii=False)
