"""What `casetrail secrets create` makes, once, and for whom."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest

from casetrail_contracts.identity import Role
from treatment.cli.secrets import create
from treatment.local_tokens import AUDIENCE, sign

EXPECTED = {
    "api": {"broker.password", "jwks.json", "master.key", "reader.password", "writer.password"},
    "broker": {
        "api.password",
        "nats.conf",
        "notifications.password",
        "projector.password",
        "provisioner.password",
        "relay.password",
    },
    "migrate": {"owner.password", "provisioner.password"},
    "notifications": {"broker.password", "database.password", "jwks.json"},
    "postgres": {
        "notifications.password",
        "owner.password",
        "projector.password",
        "reader.password",
        "superuser.password",
        "writer.password",
    },
    "projector": {"database.password", "projector.password"},
    "relay": {"relay.password", "writer.password"},
    "signing": {"signing.pem"},
}
COPIES = {
    "migrate/owner.password": "postgres/owner.password",
    "migrate/provisioner.password": "broker/provisioner.password",
    "api/writer.password": "postgres/writer.password",
    "api/reader.password": "postgres/reader.password",
    "api/broker.password": "broker/api.password",
    "relay/writer.password": "postgres/writer.password",
    "relay/relay.password": "broker/relay.password",
    "projector/database.password": "postgres/projector.password",
    "projector/projector.password": "broker/projector.password",
    "notifications/database.password": "postgres/notifications.password",
    "notifications/broker.password": "broker/notifications.password",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def test_each_service_gets_a_folder_with_what_it_needs_and_nothing_else(tmp_path: Path) -> None:
    create(tmp_path)
    assert {entry.name: {file.name for file in entry.iterdir()} for entry in tmp_path.iterdir()} == EXPECTED


def test_only_the_owner_may_read_them_but_for_the_folder_of_the_database(tmp_path: Path) -> None:
    create(tmp_path)
    modes = {
        folder: {oct(file.stat().st_mode & 0o777) for file in (tmp_path / folder).iterdir()}
        for folder in EXPECTED
    }
    assert modes == {folder: {"0o400"} for folder in EXPECTED} | {"postgres": {"0o444"}}


def test_what_two_sides_share_is_equal_and_everything_else_differs(tmp_path: Path) -> None:
    create(tmp_path)
    made = contents(tmp_path)
    assert {copy: made[copy] for copy in COPIES} == {copy: made[source] for copy, source in COPIES.items()}
    originals = [content for name, content in made.items() if name not in {*COPIES, "api/jwks.json"}]
    assert len(set(originals)) == len(originals)


def test_a_second_start_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create(tmp_path)
    first = contents(tmp_path)
    capsys.readouterr()
    create(tmp_path)
    assert contents(tmp_path) == first
    assert capsys.readouterr().out == "nothing was missing\n"


@pytest.mark.parametrize("copy", COPIES)
def test_a_lost_copy_is_made_again_from_the_other_side(tmp_path: Path, copy: str) -> None:
    create(tmp_path)
    first = contents(tmp_path)
    (tmp_path / copy).unlink()
    create(tmp_path)
    assert contents(tmp_path) == first


def test_what_a_start_left_unfinished_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "relay").mkdir()
    unfinished = tmp_path / "relay" / "writer.new"
    unfinished.write_text("cut off")
    unfinished.chmod(0o400)
    create(tmp_path)
    assert {file.name for file in (tmp_path / "relay").iterdir()} == EXPECTED["relay"]


def test_permissions_of_another_version_replace_those_of_the_broker(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create(tmp_path)
    first = contents(tmp_path)
    config = tmp_path / "broker" / "nats.conf"
    config.unlink()
    config.write_text("what an older version allowed")
    capsys.readouterr()
    create(tmp_path)
    assert contents(tmp_path) == first
    assert "takes it over at its restart" in capsys.readouterr().out


@pytest.mark.parametrize("service", ["api", "notifications"])
def test_the_services_accept_what_the_signing_key_signs(tmp_path: Path, service: str) -> None:
    create(tmp_path)
    signing = tmp_path / "signing" / "signing.pem"
    token = sign(signing, sub="therapist-1", tenant="local", roles=[Role.THERAPIST], now=datetime.now(UTC))
    (public,) = json.loads((tmp_path / service / "jwks.json").read_bytes())["keys"]
    claims = jwt.decode(token, jwt.PyJWK(public), algorithms=["EdDSA"], audience=AUDIENCE)
    assert (claims["sub"], claims["roles"]) == ("therapist-1", ["therapist"])
