"""Personal values, sealed field by field: what opens, what does not, and what is left to read."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import case_id
from tests.unit.treatment.given_when_then import person

from casetrail_contracts import Form, Personal, event_id
from casetrail_contracts.canonical import encode
from casetrail_contracts.envelope import payload_data
from casetrail_contracts.events.inventory import InventoryRecorded
from treatment.store.database import open_database
from treatment.store.keys import KeyStore, MasterKeyUnusable, new_master_key, read_master_key
from treatment.store.migrations import migrate
from treatment.store.sealing import Place, SealBroken, Sealer, seal, unseal

CASE = case_id(1)
PLACE = Place(CASE, event_id(CASE, 1), "patientRef")
MASTER = bytes(range(32))


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    database = open_database(f"sqlite:///{tmp_path}", "keys")
    migrate(database, "keys")
    yield KeyStore(database, MASTER)
    database.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=500))
def test_what_was_sealed_opens_in_its_place(keys: KeyStore, text: str) -> None:
    sealed = seal(text, PLACE, keys.of_person(CASE, None), bytes)
    assert unseal(sealed, PLACE, keys) == Personal.plain(text)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place(case_id(2), PLACE.event_id, PLACE.path),
        Place(CASE, event_id(CASE, 2), PLACE.path),
        Place(CASE, PLACE.event_id, "people.0.alias"),
    ],
    ids=["case", "event", "field"],
)
def test_a_sealed_text_does_not_open_elsewhere(keys: KeyStore, elsewhere: Place) -> None:
    sealed = Sealer(keys)
    text = seal("NHS 1", PLACE, keys.of_person(CASE, None), sealed.entropy)
    with pytest.raises(SealBroken):
        unseal(text, elsewhere, keys)


def test_a_changed_text_or_commitment_does_not_open(keys: KeyStore) -> None:
    text = seal("NHS 1", PLACE, keys.of_person(CASE, None), Sealer(keys).entropy)
    head, body = text.rsplit(":", 1)
    content = bytearray(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    content[-1] ^= 1
    changed = base64.urlsafe_b64encode(bytes(content)).rstrip(b"=").decode()
    with pytest.raises(SealBroken):
        unseal(f"{head}:{changed}", PLACE, keys)
    version, number, key_id, _ = head.split(":")
    with pytest.raises(SealBroken):
        unseal(f"{version}:{number}:{key_id}:{'A' * 43}:{body}", PLACE, keys)


def test_each_person_has_a_key_of_their_own_and_keeps_it(keys: KeyStore, tmp_path: Path) -> None:
    patient, other = keys.of_person(CASE, None), keys.of_person(CASE, "patient")
    elsewhere = keys.of_person(case_id(2), None)
    assert len({key.secret for key in (patient, other, elsewhere)}) == 3
    assert len({key.key_id for key in (patient, other, elsewhere)}) == 3
    again = KeyStore(open_database(f"sqlite:///{tmp_path}", "keys"), MASTER)
    assert again.of_person(CASE, None) == patient
    assert again.find(other.key_id) == other
    assert "secret" not in repr(patient)


def test_a_wrong_master_key_is_told_in_a_sentence(keys: KeyStore, tmp_path: Path) -> None:
    keys.of_person(CASE, None)
    wrong = KeyStore(open_database(f"sqlite:///{tmp_path}", "keys"), bytes(32))
    with pytest.raises(MasterKeyUnusable, match="restore the right"):
        wrong.of_person(CASE, None)


def test_a_destroyed_key_leaves_an_erased_value(keys: KeyStore) -> None:
    key = keys.of_person(CASE, None)
    text = seal("NHS 1", PLACE, key, Sealer(keys).entropy)
    unknown = text.replace(key.key_id, "A" * 22)
    assert unseal(unknown, PLACE, keys) == Personal.erased()


def test_a_sealed_payload_holds_no_plain_text_and_every_person_opens_alone(keys: KeyStore) -> None:
    people = tuple(
        person(name).model_copy(update={"alias": Personal.plain(f"canary-{name}")}) for name in ("p-1", "p-2")
    )
    sealed = Sealer(keys).seal_payload(InventoryRecorded(people=people), CASE, event_id(CASE, 2))
    content = encode(payload_data(sealed))
    assert b"canary" not in content
    opened = [
        unseal(str(one.alias.sealed), Place(CASE, event_id(CASE, 2), f"people.{number}.alias"), keys)
        for number, one in enumerate(sealed.people)
    ]
    assert [one.value for one in opened] == ["canary-p-1", "canary-p-2"]
    assert {one.alias.form for one in sealed.people} == {Form.SEALED}
    assert len({str(one.alias.sealed).split(":")[2] for one in sealed.people}) == 2


def test_a_master_key_file_is_32_bytes(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    file.write_text(new_master_key())
    assert len(read_master_key(file)) == 32
    file.write_text("c2hvcnQ")
    with pytest.raises(MasterKeyUnusable, match="holds 5 bytes instead of 32"):
        read_master_key(file)
    with pytest.raises(MasterKeyUnusable, match="cannot be read"):
        read_master_key(tmp_path / "missing")
