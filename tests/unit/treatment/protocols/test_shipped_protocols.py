"""The shipped files against the definitions of the domain reference 2.3, field by field."""

from decimal import Decimal
from typing import get_args

import pytest
from tests.unit.treatment.protocols.courses import PROTOCOLS

from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.events.protocol import DeviationRule
from treatment.domain.protocols import (
    AfterMonths,
    AtSessions,
    Blend,
    Cadence,
    EverySession,
    ExpectedAttendee,
    FollowUp,
    Measure,
    Recurrence,
    Required,
    ScoreLimit,
)

EVERY = EverySession()
PHQ9 = Measure(instrument="PHQ9", when=EVERY, required=True)
GAD7 = Measure(instrument="GAD7", when=EVERY, required=True)
QUARTERLY = AfterMonths(months=tuple(Decimal(month) for month in (0, 3, 6, 9, 12)))


@pytest.mark.parametrize(
    ("code", "measures"),
    [
        (
            "IPT-16",
            (
                PHQ9,
                GAD7,
                Measure(instrument="WSAS", when=AtSessions(numbers=(1, 4, 8, 12, 16)), required=False),
                Measure(instrument="MSPSS", when=AtSessions(numbers=(1, 16)), required=False),
            ),
        ),
        ("IPC", (PHQ9,)),
        (
            "IPT-A",
            (
                Measure(instrument="MOOD10", when=EVERY, required=True),
                Measure(instrument="PHQ9A", when=AtSessions(numbers=(1, 4, 8, 12)), required=False),
            ),
        ),
        ("IPT-G8", (PHQ9,)),
        ("DIT-16", (PHQ9, GAD7)),
        (
            "MIT-12W",
            (PHQ9, Measure(instrument="EMOTION_ID", when=AtSessions(numbers=(1, 6, 12)), required=True)),
        ),
        (
            "MIT-12M",
            (
                Measure(instrument="PHQ9", when=QUARTERLY, required=True),
                Measure(instrument="EMOTION_ID", when=QUARTERLY, required=True),
            ),
        ),
    ],
    ids=lambda value: f"2.3 {value} measures" if isinstance(value, str) else "",
)
def test_a_protocol_asks_for_the_measures_of_its_definition(code: str, measures: tuple[Measure, ...]) -> None:
    assert PROTOCOLS.get(code).measures == measures


@pytest.mark.parametrize(
    ("code", "phase", "artifacts"),
    [
        (
            "IPT-16",
            0,
            "diagnosis@4 sickRole@4 timeline@4 inventory@4 formulation@4 contract@4 goals@4 problemArea@4",
        ),
        ("IPT-16", 2, "endingReview@16 relapsePlan@16 finalMeasures@16 maintenanceDecision@16"),
        ("IPT-A-SCI", 0, "safetyPlan@1"),
        ("IPT-A-SCI", 1, "closenessCircle@2 inventory@2 problemArea@2"),
        ("IPT-A-SCI", 3, "relapsePlan@5"),
        ("DIT-16", 0, "ipaf@4 goals@4"),
        ("DIT-16", 2, "goodbyeLetterDraft@13 goodbyeLetterFinal@16"),
        ("MIT-12W", 0, "schemaFormulation@4"),
    ],
    ids=str,
)
def test_a_phase_asks_for_the_artefacts_of_its_definition(code: str, phase: int, artifacts: str) -> None:
    found = PROTOCOLS.get(code).phases[phase].required
    assert found == tuple(
        Required(artifact=name, by_session=int(by_session))  # type: ignore[arg-type]
        for name, _, by_session in (one.partition("@") for one in artifacts.split())
    )


def test_each_middle_phase_asks_for_homework_or_a_technique() -> None:
    phases = [phase for protocol in PROTOCOLS.by_code.values() for phase in protocol.phases]
    asked = [phase for phase in phases if phase.homework_or_technique]
    # In the three sessions of IPT-EST the rule that looks for it does not apply.
    assert [phase for phase in phases if phase.kind == "middle" and phase.code != "strategies"] == asked


@pytest.mark.parametrize(
    ("code", "cadence"),
    [
        ("IPT-16", Cadence(target=7, tolerance=4, longest_gap=28)),
        ("IPT-M", Cadence(target=30, tolerance=10, longest_gap=60, allowed=(7, 14, 30))),
    ],
    ids=["2.3 IPT-16 cadence", "2.3 IPT-M cadence"],
)
def test_a_protocol_has_the_cadence_of_its_definition(code: str, cadence: Cadence) -> None:
    assert PROTOCOLS.get(code).cadence == cadence


def test_ipt_2x_meets_twice_a_week_for_eight_sessions_and_then_weekly() -> None:
    twice = Cadence(target=3, tolerance=2, longest_gap=28)
    found = PROTOCOLS.get("IPT-2X")
    assert [phase.cadence for phase in found.phases] == [twice, twice, None, None]
    assert (found.phases[1].last, found.cadence) == (8, Cadence(target=7, tolerance=4, longest_gap=28))


def test_what_only_one_protocol_has_is_in_its_file() -> None:
    get = PROTOCOLS.get
    assert get("IPT-B").discouraged_areas == (Area.INTERPERSONAL_DEFICITS,)
    assert get("IPT-A").expected_attendees == (
        ExpectedAttendee(who="parent", at_sessions=(1,), in_phases=("termination",)),
    )
    assert get("IPT-A-SCI").follow_up == FollowUp(contacts=3, every_days=30, channel="message")
    assert get("IPT-G8").sessions_before_group == 1
    assert get("IPT-M").entry_gate == (
        ScoreLimit(instrument="HRSD17", at_most=7),
        ScoreLimit(instrument="PHQ9", at_most=4),
    )
    assert get("IPT-M").recurrence == Recurrence(instrument="PHQ9", at_least=10, visits=2, within_days=28)
    assert get("IPT-BLEND").blend == Blend(online=6, live_least=6, live_most=10, alternating=True)
    assert [one.code for one in PROTOCOLS.by_code.values() if one.fixed_ending] == ["DIT-16"]


def test_all_rules_apply_but_in_ipt_est_where_nothing_must_be_agreed() -> None:
    every = frozenset(get_args(DeviationRule))
    left_out = {one.code: every - one.rules for one in PROTOCOLS.by_code.values() if one.rules != every}
    assert left_out == {
        "IPT-EST": {
            "focusMissing",
            "formulationMissing",
            "inventoryIncomplete",
            "focusChangedLate",
            "noHomeworkOrTechnique",
            "endingNotPrepared",
            "wrongModalityLength",
        }
    }
