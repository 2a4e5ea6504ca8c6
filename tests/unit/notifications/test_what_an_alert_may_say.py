"""Domain reference 5.3, row by row: what must not appear in a message, an address or a task, and what may."""

import re
import string
from dataclasses import fields
from datetime import UTC, datetime
from typing import get_args

import pytest
from tests.builders import History, flagged, opened

from casetrail_contracts import Event, Payload, event_id
from casetrail_contracts.events.care import ReviewNeeded, RiskItemUnanswered, RiskLevel
from casetrail_contracts.examples import CASE
from notifications import wording
from notifications.rules import CareTeam, Class, Effect, Rule, effects
from notifications.wording import Message, message

MUST_NOT = {
    "patient name": "name|first|last|mr |mrs |anna|sam",
    "initials": r"initial|\b[A-Z]\. ?[A-Z]\.",
    "date of birth": "birth|born|age ",
    "phone": r"phone|\+44|tel:",
    "e-mail": "@|mailto",
    "address": "street|postcode",
    "NHS/MRN number": "nhs|mrn|number",
    "therapy type or clinic name that implies mental health": "therap|psych|mental|clinic|ipt|counsel",
    "instrument name": "phq|gad|epds|wsas|core-10|questionnaire|form",
    "score or item answer": r"score|item|answer|total|\b[0-9]{1,2} (of|points)",
    "risk level words": "risk|suicid|self-harm|harm|crisis|danger",
    "problem area": "grief|dispute|transition|deficit|focus",
    "names or aliases of inventory people": "partner|mother|inventory|alias",
    "medication": "medic|dose|tablet",
    "appointment reason": "appointment|session|visit",
    "free text": "reason|because|comment|note",
    "supervisor comments": "supervis|comment",
}
MAY = {
    "opaque case or task reference": "reference",
    "severity class of the task": "urgency",
    "due time": "due_at",
    "deep link needing login": "link",
}
TASK = "0f0e0d0c-0000-5000-8000-000000000001"
DELIVERY = "0f0e0d0c-0000-5000-8000-000000000002"
TEAM = CareTeam(therapist_id="t-1", supervisor_id="s-1", team_id="team-1")


def told() -> list[Message]:
    """Every message that can be sent."""
    return [
        message(
            delivery_id=DELIVERY,
            task_id=task,
            urgency=urgency,
            due_at="2026-03-02T12:30:00.000000Z",
            link_base="https://tasks.example",
        )
        for urgency in Class
        for task in (TASK, None)
    ]


@pytest.mark.parametrize("words", [pytest.param(words, id=f"5.3 {row}") for row, words in MUST_NOT.items()])
def test_what_must_not_appear_is_in_no_message(words: str) -> None:
    for one in told():
        # The name of the sending system may appear.
        said = f"{one.subject}\n{one.body}".replace("Casetrail", "")
        assert not re.search(words, said, re.IGNORECASE), said


@pytest.mark.parametrize("place", [pytest.param(place, id=f"5.3 {row}") for row, place in MAY.items()])
def test_what_may_appear_has_its_place_in_a_task(place: str) -> None:
    assert f"{{{place}}}" in wording.TASK


def test_5_3_nothing_else_has_a_place_in_a_template() -> None:
    templates = (wording.TASK, wording.NOTICE, *wording.SUBJECT.values())
    places = {name for one in templates for _, name, _, _ in string.Formatter().parse(one) if name}
    assert places == set(MAY.values())


def test_5_3_an_effect_carries_ids_a_rule_of_a_fixed_list_a_class_and_a_time() -> None:
    assert {field.name for field in fields(Effect)} == {
        "event_id",
        "tenant",
        "case_id",
        "rule",
        "kind",
        "urgency",
        "recipient",
        "due_at",
    }
    assert set(get_args(Rule)) == {
        "risk-flag",
        "risk-unanswered",
        "review-needed",
        "goals-revised",
        "quarantine",
    }


def caused(payload: Payload) -> list[tuple[str, Class]]:
    history = History()
    history.add(CASE, opened())
    event: Event = history.add(CASE, payload)
    return [(one.recipient, one.urgency) for one in effects(event, TEAM, "lead")]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        pytest.param(
            flagged(1, event_id(CASE, 1), RiskLevel.REVIEW),
            [("therapist-1", Class.REVIEW)],
            id="5.2 any risk item >= 1: therapist of record",
        ),
        pytest.param(
            flagged(1, event_id(CASE, 1), RiskLevel.URGENT).model_copy(update={"supervisor_id": "s-1"}),
            [("therapist-1", Class.URGENT), ("s-1", Class.URGENT)],
            id="5.2 risk item at its urgent level: therapist and supervisor",
        ),
        pytest.param(
            RiskItemUnanswered(
                assessment_id="a-1",
                definition="PHQ9@1#" + "0" * 64,
                known="no",
                evidence=(event_id(CASE, 1),),
                therapist_id="t-1",
            ),
            [("t-1", Class.ROUTINE)],
            id="5.2 item 9 unanswered: therapist",
        ),
        pytest.param(
            ReviewNeeded(
                rule="deterioration",
                about=event_id(CASE, 1),
                due_at=datetime(2026, 3, 9, tzinfo=UTC),
                therapist_id="t-1",
                supervisor_id="s-1",
            ),
            [("t-1", Class.ROUTINE), ("s-1", Class.ROUTINE)],
            id="5.2 deterioration: therapist, supervision list",
        ),
    ],
)
def test_who_is_told_of_a_row_of_the_rule_table(payload: Payload, expected: list[tuple[str, Class]]) -> None:
    assert caused(payload) == expected
