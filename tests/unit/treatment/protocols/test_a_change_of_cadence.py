"""A change of how far apart sessions are: each interval is judged by what held then (2.4 cadenceSlip)."""

from dataclasses import replace
from datetime import date

import pytest
from tests.builders import because
from tests.unit.treatment.course import Course
from tests.unit.treatment.protocols.courses import PROTOCOLS, RULES, course, keys, on, whole

from casetrail_contracts import Payload
from casetrail_contracts.events.formulation import ContractAgreed
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.events.protocol import ProtocolDeviationDetected
from casetrail_contracts.events.tactics import TacticAdapted
from treatment.domain.deviations import Agreed, CourseRecord, at_session

MAINTENANCE = PROTOCOLS.get("IPT-M")
WEEKLY, MONTHLY = 7, 30

BECAUSE = because().model_copy(update={"review_on": date(2026, 12, 1)})


def at_days(*days: int, agreed: tuple[tuple[int, int], ...] = ()) -> CourseRecord:
    """Sessions of maintenance on these days; a cadence was agreed on a day, and is so many days."""
    sessions = tuple(whole(number, started_at=on(at)) for number, at in enumerate(days, start=1))
    contract = tuple(Agreed(since=on(since).date(), days=apart) for since, apart in agreed)
    return replace(course(0, MAINTENANCE), sessions=sessions, agreed=contract)


@pytest.mark.parametrize(
    ("agreed", "slipped"),
    [
        (((0, WEEKLY),), ["s-1", "s-2"]),
        (((0, MONTHLY),), []),
        (((0, MONTHLY), (30, WEEKLY)), ["s-2"]),
        (((0, MONTHLY), (60, WEEKLY)), []),
        (((0, WEEKLY), (30, MONTHLY)), ["s-1"]),
        (((0, WEEKLY), (5, MONTHLY)), []),
        (((0, MONTHLY), (20, WEEKLY)), ["s-2"]),
        (((30, WEEKLY),), ["s-2"]),
    ],
    ids=[
        "weekly throughout",
        "monthly throughout",
        "weekly from the second session",
        "weekly from the third session: what was before is not judged by it",
        "monthly from the second session: what slipped before stays",
        "monthly soon after the first session",
        "weekly shortly before the second session: the longer time counts",
        "no word until the second session",
    ],
)
def test_an_interval_is_judged_by_the_cadence_that_held(
    agreed: tuple[tuple[int, int], ...], slipped: list[str]
) -> None:
    found = at_session(MAINTENANCE, RULES, at_days(0, 30, 60, agreed=agreed))
    assert keys(found) == [(f"cadenceSlip/{name}", "info") for name in slipped]


def test_the_longest_gap_is_that_of_the_protocol_whatever_was_agreed() -> None:
    changed = at_days(0, 61, 122, agreed=((0, MONTHLY), (61, WEEKLY)))
    found = [key for key, _ in keys(at_session(MAINTENANCE, RULES, changed))]
    assert [key for key in found if key.startswith("gap")] == ["gapExceeded/s-1", "gapExceeded/s-2"]


def slips(payloads: list[Payload]) -> list[str]:
    told = [one.key for one in payloads if isinstance(one, ProtocolDeviationDetected)]
    return [key for key in told if key.startswith("cadenceSlip")]


def contract(days: int) -> ContractAgreed:
    return ContractAgreed(sessions=24, cadence_days=days, absence_rule="rescheduled")


def weekly(**fields: object) -> TacticAdapted:
    return TacticAdapted.model_validate(
        {
            "because": BECAUSE,
            "kind": "changeCadence",
            "trigger": "scoreTrend",
            "cadence_days": WEEKLY,
            **fields,
        }
    )


def monthly_then(change: TacticAdapted) -> Course:
    """Maintenance once a month, and a change of cadence on the day of the third session."""
    going_on = Course("IPT-M")
    going_on.record(contract(MONTHLY))
    for number in (1, 2, 3):
        assert slips(going_on.session(f"s-{number}", 30 * (number - 1))) == []
    going_on.record(change, 60)
    return going_on


def test_after_a_change_of_cadence_earlier_sessions_do_not_slip() -> None:
    going_on = monthly_then(weekly())
    assert slips(going_on.session("s-4", 67)) == []
    assert slips(going_on.session("s-5", 85)) == ["cadenceSlip/s-4"]


def test_a_change_that_names_its_session_holds_from_there() -> None:
    going_on = monthly_then(weekly(effective_from_session_id="s-4"))
    assert slips(going_on.session("s-4", 90)) == []
    assert slips(going_on.session("s-5", 108)) == ["cadenceSlip/s-4"]


def test_a_slip_that_was_told_stays_when_the_cadence_gets_longer() -> None:
    going_on = Course("IPT-M")
    going_on.record(contract(WEEKLY))
    going_on.session("s-1", 0)
    assert slips(going_on.session("s-2", 18)) == ["cadenceSlip/s-1"]
    going_on.record(contract(MONTHLY).model_copy(update={"because": because()}), 18)
    withdrawn = going_on.score("a-1", 10, 18)
    assert [one for one in withdrawn if isinstance(one, DerivedFactWithdrawn)] == []
    assert "cadenceSlip/s-1" in going_on.case.derived
