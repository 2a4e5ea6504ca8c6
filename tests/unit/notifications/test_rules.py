"""Who is told what, and how soon; the same event, rule and person always make the same one effect."""

from datetime import timedelta

from tests.builders import START, History, case_id, sealed

from casetrail_contracts import Event, read
from casetrail_contracts.events.care import ReviewNeeded, RiskFlagRaised, RiskLevel
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.examples import EXAMPLES
from notifications.rules import CareTeam, Class, Effect, effects, quarantined

CASE = case_id(1)
TEAM = CareTeam(therapist_id="t-1", supervisor_id="s-1", team_id="team-1")
GOALS = read(EXAMPLES["goals_revised"])


def flagged(level: RiskLevel, supervisor: str | None = "s-1", *, historical: bool = False) -> Event:
    history = History()
    history.add(CASE, CaseOpened(patient_ref=sealed("p"), therapist_id="t-1"))
    return history.add(
        CASE,
        RiskFlagRaised(
            flag_id=case_id(9),
            level=level,
            rule="riskItem",
            evidence=(f"{CASE}-0000000001",),
            setting="remote",
            historical=historical,
            therapist_id="t-1",
            supervisor_id=supervisor,
        ),
    )


def told(found: list[Effect]) -> list[tuple[str, str, Class]]:
    return [(effect.recipient, effect.kind, effect.urgency) for effect in found]


def test_a_review_is_the_therapists_task() -> None:
    assert told(effects(flagged(RiskLevel.REVIEW), None, "lead")) == [("t-1", "task", Class.REVIEW)]


def test_an_urgent_flag_is_the_supervisors_task_as_well_within_30_minutes() -> None:
    event = flagged(RiskLevel.URGENT)
    found = effects(event, None, "lead")
    assert told(found) == [("t-1", "task", Class.URGENT), ("s-1", "task", Class.URGENT)]
    assert {effect.due_at - event.envelope.recordedtime for effect in found} == {timedelta(minutes=30)}


def test_new_evidence_on_a_flag_pages_again() -> None:
    history = History()
    history.add(CASE, CaseOpened(patient_ref=sealed("p"), therapist_id="t-1"))
    flag = flagged(RiskLevel.URGENT).payload
    assert isinstance(flag, RiskFlagRaised)
    first, again = (effects(history.add(CASE, flag), None, "lead") for _ in range(2))
    assert told(again) == told(first)
    assert {effect.effect_id for effect in again}.isdisjoint(effect.effect_id for effect in first)


def test_one_person_in_two_roles_has_one_task() -> None:
    assert told(effects(flagged(RiskLevel.URGENT, "t-1"), None, "lead")) == [("t-1", "task", Class.URGENT)]
    assert told(effects(flagged(RiskLevel.URGENT, None), None, "lead")) == [("t-1", "task", Class.URGENT)]


def test_revised_goals_tell_the_care_team_once_each() -> None:
    members = [
        ("t-1", "notice", Class.ROUTINE),
        ("s-1", "notice", Class.ROUTINE),
        ("team-1", "notice", Class.ROUTINE),
    ]
    assert told(effects(GOALS, TEAM, "lead")) == members
    same = CareTeam(therapist_id="t-1", supervisor_id="t-1", team_id=None)
    assert told(effects(GOALS, same, "lead")) == members[:1]


def test_goals_of_a_case_that_was_never_seen_tell_the_service_lead() -> None:
    assert told(effects(GOALS, None, "lead")) == [("lead", "notice", Class.ROUTINE)]


def test_history_that_is_imported_pages_nobody() -> None:
    found = effects(flagged(RiskLevel.REVIEW, historical=True), None, "lead")
    assert told(found) == [("t-1", "task", Class.ROUTINE)]


def test_an_unanswered_risk_item_is_asked_for_at_the_next_contact() -> None:
    found = effects(read(EXAMPLES["risk_item_unanswered"]), TEAM, "lead")
    assert [(effect.rule, effect.kind, effect.urgency) for effect in found] == [
        ("risk-unanswered", "task", Class.ROUTINE)
    ]


def test_a_review_is_a_task_of_the_therapist_and_the_supervisor_within_five_working_days() -> None:
    """The event counts the working days (domain reference 5.2); whoever is told of it counts none."""
    history = History()
    tuesday_after_next = START + timedelta(days=15)
    review = ReviewNeeded(
        rule="deterioration", due_at=tuesday_after_next, therapist_id="t-1", supervisor_id="s-1"
    )
    found = effects(history.add(CASE, review), None, "lead")
    assert told(found) == [("t-1", "task", Class.ROUTINE), ("s-1", "task", Class.ROUTINE)]
    assert [effect.due_at for effect in found] == [tuesday_after_next] * 2


TELLING = {"goals_revised", "risk_flag_raised", "risk_item_unanswered", "review_needed"}


def test_other_events_tell_nobody() -> None:
    quiet = [name for name in EXAMPLES if name not in TELLING]
    assert [effects(read(EXAMPLES[name]), TEAM, "lead") for name in quiet] == [[]] * len(quiet)


def test_an_effect_has_the_same_id_for_ever_and_no_other_has_it() -> None:
    event = flagged(RiskLevel.URGENT)
    first, again = effects(event, None, "lead"), effects(event, None, "lead")
    assert [effect.effect_id for effect in first] == [effect.effect_id for effect in again]
    others = [*effects(GOALS, TEAM, "lead"), quarantined(event.envelope.id, "north", CASE, "t-1", START)]
    assert len({effect.effect_id for effect in [*first, *others]}) == len([*first, *others])
