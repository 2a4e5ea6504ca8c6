"""Forms that come as many Observations: panels, members, components, and items on their own."""

import pytest
from tests.unit.treatment.imports.fhir import (
    DATA,
    FREQUENCY,
    GAD7_ITEMS,
    INSTRUMENTS,
    LOINC,
    PHQ9_ITEMS,
    Resource,
    form,
    observation,
    read,
)

from casetrail_contracts.scalars import Moment
from treatment.fhir.reader import read_bundle
from treatment.imports.form import Rejected, Subject

ANSWERS = (0, 0, 0, 1, 2, 1, 3, 2, 1)
CLINIC = "https://clinic.example/fhir"
ALREADY = "the form of this moment has an answer to this item already"


def items(answers: tuple[int | None, ...] = ANSWERS, **fields: object) -> list[Resource]:
    """One Observation per answer, in item order."""
    return [
        observation(code, f"i-{number}", valueInteger=answer, **fields)
        for number, (code, answer) in enumerate(zip(PHQ9_ITEMS, answers, strict=False), start=1)
    ]


def links(*resources: Resource) -> list[Resource]:
    return [{"reference": f"Observation/{one['id']}"} for one in resources]


def test_a_panel_its_members_and_its_total_are_one_form() -> None:
    """Answers by table: the ordinal value that is sent with item 9 says 7. PHQ-2 has its own total."""
    reading = read_bundle((DATA / "panel-with-members.json").read_bytes(), INSTRUMENTS)
    taken_at = Moment.parse("2026-03-02")
    phq9 = form(
        taken_at=taken_at,
        source=f"{CLINIC}/Observation/total",
        named="Observation/total",
        within=CLINIC,
        place="entry[0] (Observation)",
        items=ANSWERS,
        reported_total=10,
        items_sent=True,
    )
    phq2 = form(
        instrument="PHQ2",
        taken_at=taken_at,
        source=f"{CLINIC}/Observation/two",
        named="Observation/two",
        within=CLINIC,
        place="entry[1] (Observation)",
        reported_total=0,
    )
    assert set(reading.forms) == {phq9, phq2}
    assert (reading.rejected, reading.passed_over) == ((), 0)


@pytest.mark.parametrize("name", ["hasMember", "derivedFrom", None])
def test_items_join_their_total_by_reference_or_by_moment(name: str | None) -> None:
    parts = items()
    total = observation(valueInteger=10) | ({name: links(*parts)} if name else {})
    expected = form(place="entry[0] (Observation)", items=ANSWERS, reported_total=10, items_sent=True)
    assert read(total, *parts).forms == (expected,)


def test_components_are_items_too() -> None:
    components = [
        {
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueCodeableConcept": {"coding": [{"system": LOINC, "code": FREQUENCY[answer]}]},
        }
        for code, answer in zip(PHQ9_ITEMS, ANSWERS, strict=True)
    ]
    expected = form(items=ANSWERS, items_sent=True)
    assert read(observation("44249-1", component=components)).forms == (expected,)


def test_a_panel_without_total_is_a_form_by_its_items() -> None:
    parts = items()
    expected = form(place="entry[0] (Observation)", items=ANSWERS, items_sent=True)
    assert read(observation("44249-1", hasMember=links(*parts)), *parts).forms == (expected,)


def test_a_total_out_of_range_takes_nothing_from_the_items() -> None:
    reading = read(observation(valueInteger=300), *items())
    assert [(one.items, one.reported_total) for one in reading.forms] == [(ANSWERS, None)]
    assert reading.rejected == (
        Rejected(place="entry[0] (Observation)", reason="the total of PHQ9 is outside 0 to 27"),
    )


def test_item_9_alone_is_a_form_that_can_raise_a_flag() -> None:
    (found,) = read(observation("44260-8", valueInteger=2)).forms
    assert found == form(items=(None,) * 8 + (2,), items_sent=True)


def test_two_items_alone_are_a_phq_2() -> None:
    """Domain reference 3.2: PHQ-2 is items 1 and 2."""
    (found,) = read(*items((1, 2))).forms
    assert (found.instrument, found.items) == ("PHQ2", (1, 2))


def test_items_6_and_7_of_gad_7_are_not_swapped() -> None:
    """Domain reference 3.3: 69689-8 is irritable, 69736-7 is afraid."""
    given = (0, 0, 0, 0, 0, 3, 1)
    sent = [observation(code, code, valueInteger=given[n]) for n, code in enumerate(GAD7_ITEMS)]
    (found,) = read(*sent[::-1]).forms
    assert (found.instrument, found.items) == ("GAD7", given)


def test_an_item_that_is_absent_is_a_missing_answer() -> None:
    parts = items(ANSWERS[:8])
    refused = observation("44260-8", "i-9", dataAbsentReason={"text": "asked, declined"})
    (found,) = read(observation(valueInteger=9), *parts, refused).forms
    assert (found.items, found.reported_total) == ((*ANSWERS[:8], None), 9)


def test_an_item_of_a_status_that_does_not_count_is_missing_and_listed() -> None:
    ninth = observation("44260-8", "i-9", valueInteger=1, status="preliminary")
    reading = read(observation(valueInteger=9), *items(ANSWERS[:8]), ninth)
    assert [one.items for one in reading.forms] == [(*ANSWERS[:8], None)]
    assert [one.place for one in reading.rejected] == ["entry[9] (Observation)"]


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ([observation("44260-8", "again", valueInteger=3)], ALREADY),
        (
            [observation(identity="o-2", valueInteger=4)],
            "it is not said to which of several forms the item belongs",
        ),
    ],
    ids=["item 9 twice", "8.3 two forms of one moment"],
)
def test_an_item_is_never_put_where_it_may_not_belong(extra: list[Resource], reason: str) -> None:
    reading = read(observation(valueInteger=10), *items(), *extra)
    assert {one.reason for one in reading.rejected} == {reason}


def test_a_member_of_another_patient_stays_with_that_patient() -> None:
    other = observation("44260-8", "i-9", valueInteger=3, subject={"reference": "Patient/p-2"})
    reading = read(observation("44249-1", valueInteger=5, hasMember=links(other)), other)
    assert {(one.subject, one.items) for one in reading.forms} == {
        (Subject(reference="p-1"), None),
        (Subject(reference="p-2"), (None,) * 8 + (3,)),
    }


def test_two_panels_may_share_their_items() -> None:
    parts = items()
    short = observation("55757-9", "short", hasMember=links(*parts[:2]))
    long = observation("44249-1", "long", hasMember=links(*parts))
    reading = read(short, long, *parts)
    assert {(one.instrument, one.items) for one in reading.forms} == {("PHQ2", (0, 0)), ("PHQ9", ANSWERS)}


def test_a_panel_and_a_total_that_disagree_are_rejected() -> None:
    total = observation(valueInteger=10)
    panel = observation("44249-1", "panel", valueInteger=12, hasMember=links(total))
    reading = read(panel, total)
    assert [one.reason for one in reading.rejected] == ["the panel and its total say different totals"]
    assert reading.forms == ()
