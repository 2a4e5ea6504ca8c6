"""What is recorded beside the reason of a closing (domain reference 1.8): each is kept where it belongs."""

import pytest
from pydantic import ValidationError
from tests.builders import sealed
from tests.plain import plain_json
from tests.unit.treatment.given_when_then import given, opened

from casetrail_contracts import Payload
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.ending import LetterRecorded, MaintenanceDecided, RelapsePlanRecorded

CLOSED = {"reason": "droppedOut"}


@pytest.mark.parametrize(
    ("field", "fits", "does_not"),
    [
        pytest.param("summary", "Better, and moved away.", "x" * 501, id="1.8 closing summary"),
        pytest.param("finalMeasuresAbsent", "declined", "no time", id="1.8 final measures present y/n"),
        pytest.param("maintenance", "accepted", "perhaps", id="1.8 maintenance offered/accepted"),
        pytest.param("told", ["patient", "referrer"], ["neighbour"], id="1.8 who was told"),
        pytest.param("retentionClass", "longTerm", "ten years", id="1.8 data-retention class"),
    ],
)
def test_a_closing_says_what_else_the_table_asks_for(field: str, fits: object, does_not: object) -> None:
    assert plain_json(CaseClosed.model_validate(CLOSED | {field: fits}))[field] == fits
    with pytest.raises(ValidationError):
        CaseClosed.model_validate(CLOSED | {field: does_not})


@pytest.mark.parametrize(
    ("payload", "artifact"),
    [
        pytest.param(
            RelapsePlanRecorded(warning_signs=(sealed("sign"),), contact="service", shared_with_patient=True),
            "relapsePlan",
            id="1.8 relapse plan",
        ),
        pytest.param(LetterRecorded(state="shared"), "goodbyeLetterFinal", id="1.8 goodbye letter (DIT)"),
        pytest.param(
            MaintenanceDecided(decision="offered"), "maintenanceDecision", id="1.8 maintenance decided"
        ),
    ],
)
def test_what_has_an_event_of_its_own_counts_as_recorded(payload: Payload, artifact: str) -> None:
    assert artifact in given(opened, payload).case.artifacts
