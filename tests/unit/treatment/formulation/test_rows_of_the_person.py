"""The rows of domain reference 1.2: each field of a person keeps what it is for, and takes nothing else."""

from typing import NamedTuple

import pytest
from pydantic import ValidationError
from tests.plain import plain_json

from casetrail_contracts.events.inventory import InventoryPerson, PersonTexts
from casetrail_contracts.model import Contract

PERSON = {
    "personId": "p-1",
    "alias": "Sam",
    "relationship": "friend",
    "temporal": "present",
    "livingStatus": "living",
    "closenessRing": 1,
    "linkToOnset": "none",
}
LONG = "x" * 501


class Row(NamedTuple):
    """A row of the table: its name there, the field on the wire, what fits, and what does not."""

    row: str
    fits: object
    does_not: object
    model: type[Contract] = InventoryPerson
    field: str | None = None

    @property
    def base(self) -> dict[str, object]:
        return PERSON if self.model is InventoryPerson else {"personId": "p-1"}


ROWS = (
    Row("personId", "p-1", "Sam Miller"),
    Row("alias", "S.", "x" * 41),
    Row("relationship", "exPartner", "husband"),
    Row("temporal", "past", "former"),
    Row("livingStatus", "deceased", "dead"),
    Row("livingStatus deceasedOn", "2019-06", "June 2019", field="deceasedOn"),
    Row("closenessRing", 3, 0),
    Row("closenessDesired", 2, "2"),
    Row("contactFrequency", "lessThanMonthly", "seldom"),
    Row("contactChannels", ["phone", "message"], ["letter"]),
    Row("sharedActivities", "text", LONG, PersonTexts),
    Row("canTalkAbout", "text", LONG, PersonTexts),
    Row("cannotTalkAbout", "text", LONG, PersonTexts),
    Row("expectationsOfThem", "text", LONG, PersonTexts),
    Row("expectationsOfMe", "text", LONG, PersonTexts),
    Row("reciprocity", "nonReciprocal", "oneSided"),
    Row("satisfying", "text", LONG, PersonTexts),
    Row("unsatisfying", "text", LONG, PersonTexts),
    Row("emotionsWithPerson", ["sad", "lonely"], ["furious"]),
    Row("conflict", {"level": "high", "pattern": "silent", "recent": True}, {"pattern": "silent"}),
    Row("knowsAboutDepression", fits=False, does_not="unknown"),
    Row("supportProvided", ["practical"], ["spiritual"]),
    Row("desiredChange", "text", LONG, PersonTexts),
    Row("linkToOnset", "protective", "cause"),
    Row("changeNearOnset", "text", LONG, PersonTexts),
    Row("candidateProblemArea", "grief", "loss"),
    Row("safetyConcern", fits=True, does_not="coercion"),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"1.2 {row.row}")
def test_a_field_of_a_person_keeps_what_it_is_for_and_takes_nothing_else(row: Row) -> None:
    name = row.field or row.row
    kept = row.model.model_validate(row.base | {name: row.fits})
    assert plain_json(kept)[name] == row.fits
    with pytest.raises(ValidationError):
        row.model.model_validate(row.base | {name: row.does_not})


@pytest.mark.parametrize("row", [row for row in ROWS if row.model is PersonTexts], ids=lambda row: row.row)
def test_1_2_what_is_said_of_a_person_is_no_part_of_the_coded_inventory(row: Row) -> None:
    with pytest.raises(ValidationError):
        InventoryPerson.model_validate(PERSON | {row.row: row.fits})


def test_1_2_a_person_without_what_is_optional_is_a_person() -> None:
    whole = InventoryPerson.model_validate(PERSON)
    assert plain_json(whole) == PERSON | {
        "contactChannels": [],
        "emotionsWithPerson": [],
        "supportProvided": [],
        "safetyConcern": False,
    }
