"""The broker's configuration: nobody without a password, and only the relay publishes."""

from pathlib import Path

import pytest

from treatment.broker_address import HINT_SUBJECT
from treatment.provision import MAY_PUBLISH, BrokerUsers, server_config

PASSWORDS = {name: name[0] * 16 for name in MAY_PUBLISH}
USERS = BrokerUsers(**PASSWORDS)


def test_only_the_relay_publishes_events() -> None:
    publishers = [
        name
        for name, subjects in MAY_PUBLISH.items()
        if any(s.startswith("casetrail.events") for s in subjects)
    ]
    assert publishers == ["relay"]


def test_only_the_provisioner_may_use_the_whole_stream_interface() -> None:
    owners = [name for name, subjects in MAY_PUBLISH.items() if "$JS.API.STREAM.>" in subjects]
    assert owners == ["provisioner"]


def test_the_interface_may_say_that_something_was_stored_and_the_relay_may_hear_it() -> None:
    config = server_config(USERS, listen="127.0.0.1:-1", store_folder=Path("/data"))
    rights = {
        line.split()[1].strip(","): line.partition("permissions: ")[2].strip("{}")
        for line in config.splitlines()
        if HINT_SUBJECT in line
    }
    assert rights.keys() == {"relay", "api"}
    assert rights["api"] == 'publish: ["casetrail.stored"], subscribe: ["_INBOX.>"]'
    assert rights["relay"].endswith('subscribe: ["_INBOX.>", "casetrail.stored"]')


def test_an_acknowledged_message_is_on_the_disk() -> None:
    assert "sync_interval: always" in server_config(USERS, listen="127.0.0.1:-1", store_folder=Path("/data"))


def test_a_short_password_is_refused_with_the_name_of_its_user() -> None:
    users = BrokerUsers(**{**PASSWORDS, "relay": "short"})
    with pytest.raises(ValueError, match="the broker password of relay is shorter than 16 characters"):
        server_config(users, listen="127.0.0.1:-1", store_folder=Path("/data"))


def test_a_value_cannot_break_out_of_its_quotes() -> None:
    users = BrokerUsers(**{**PASSWORDS, "relay": "r" * 15 + "\n}"})
    with pytest.raises(ValueError, match="control character"):
        server_config(users, listen="127.0.0.1:-1", store_folder=Path("/data"))


def test_no_password_appears_in_a_printed_value() -> None:
    assert repr(USERS) == "BrokerUsers()"
