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
from casetrail_contracts.events.formulation import TimelineEntry, TimelineRecorded
from casetrail_contracts.events.inventory import InventoryPersonMoved, InventoryRecorded
from treatment.domain.refusals import SubjectErased
from treatment.store.keys import KeyStore, MasterKeyUnusable, new_master_key, read_master_key
from treatment.store.migrations import migrate
from treatment.store.opening import open_database
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
    text = seal("NHS 1", PLACE, keys.of_person(CASE, None), Sealer(keys).entropy)
    assert unseal(text, PLACE, keys) == Personal.plain("NHS 1")
    keys.destroy(CASE, None)
    assert unseal(text, PLACE, keys) == Personal.erased()


def test_a_destroyed_key_is_followed_by_no_second_one(keys: KeyStore) -> None:
    other, elsewhere = keys.of_person(CASE, "p-2"), keys.of_person(case_id(2), "p-1")
    keys.of_person(CASE, "p-1")
    for _ in range(2):
        keys.destroy(CASE, "p-1")
        with pytest.raises(SubjectErased) as refused:
            keys.of_person(CASE, "p-1")
        assert refused.value == SubjectErased("p-1")
    assert keys.of_person(CASE, "p-2") == other
    assert keys.of_person(case_id(2), "p-1") == elsewhere


def test_with_the_patient_go_the_keys_of_everybody_of_the_case(keys: KeyStore) -> None:
    known = [keys.of_person(CASE, person_id) for person_id in (None, "p-1", "p-2")]
    elsewhere = keys.of_person(case_id(2), "p-1")
    keys.destroy(CASE, None)
    assert [keys.find(key.key_id) for key in known] == [None, None, None]
    for person_id in (None, "p-1", "p-9"):
        with pytest.raises(SubjectErased) as refused:
            keys.of_person(CASE, person_id)
        assert refused.value == SubjectErased(None)
    assert keys.of_person(case_id(2), "p-1") == elsewhere


def test_who_never_had_a_key_gets_none_after_an_erasure(keys: KeyStore) -> None:
    keys.destroy(CASE, "p-1")
    with pytest.raises(SubjectErased):
        keys.of_person(CASE, "p-1")


def test_a_key_that_comes_back_with_a_backup_stays_destroyed(keys: KeyStore, tmp_path: Path) -> None:
    key = keys.of_person(CASE, "p-1")
    database = open_database(f"sqlite:///{tmp_path}", "keys")
    with database.reading() as read:
        (row,) = read.run("SELECT * FROM data_key")
    keys.destroy(CASE, "p-1")
    with database.writing() as write:
        write.run("INSERT INTO data_key VALUES (:key_id, :subject, :wrapped)", dict(row))
    database.close()
    assert keys.find(key.key_id) is None
    with pytest.raises(SubjectErased):
        keys.of_person(CASE, "p-1")
    keys.destroy(CASE, "p-1")


def test_a_text_about_a_person_is_sealed_under_that_persons_key(keys: KeyStore) -> None:
    text = Personal[str].plain("canary")
    moved = InventoryPersonMoved(person_id="p-1", closeness_ring=2, reason=text)
    timeline = TimelineRecorded(
        entries=(
            TimelineEntry(on="2026", kind="conflict", person_id="p-1", label=text),
            TimelineEntry(on="2026", kind="symptomOnset", label=text),
        )
    )
    sealed = Sealer(keys).seal_payload(timeline, CASE, event_id(CASE, 3))
    labels = [one.label for one in sealed.entries]
    reason = Sealer(keys).seal_payload(moved, CASE, event_id(CASE, 2)).reason
    used = [str(one.sealed).split(":")[2] for one in (reason, *labels) if one is not None]
    of_person, of_patient = (keys.of_person(CASE, whose).key_id for whose in ("p-1", None))
    assert used == [of_person, of_person, of_patient]


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
