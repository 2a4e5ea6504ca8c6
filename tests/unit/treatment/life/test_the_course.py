"""Opening, sessions, goals and closing."""

from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from tests.builders import History, sealed
from tests.unit.treatment.given_when_then import AT, CASE, NOW, because, form, given, held, opened

from casetrail_contracts import Payload, Personal, event_id
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.plan import (
    GoalAdded,
    GoalChanged,
    GoalClosed,
    GoalsRevised,
    GoalStatus,
)
from casetrail_contracts.events.session import Attendee
from casetrail_contracts.scalars import Moment
from treatment.api.problems import WORDS
from treatment.domain import refusals
from treatment.domain.case import Status
from treatment.domain.commands import Record
from treatment.domain.folding import fold
from treatment.domain.refusals import (
    AlreadyRecorded,
    ClosureNotPossible,
    EvidenceUnknown,
    GoalEnded,
    GoalRepeated,
    GoalUnknown,
    InTheFuture,
    NotInThisState,
    PersonUnknown,
    Refusal,
    UrgentRiskOpen,
)

GOAL = GoalAdded(goal_id="g-1", text=sealed("goal"))
SET = GoalsRevised(because=because(event_id(CASE, 1)), added=(GOAL,))
LATE = Moment(NOW + timedelta(minutes=6))


def hold(session_id: str = "s-1", **changes: object) -> Record:
    return Record(entry=held(session_id, **changes), at=AT)


def revise(**changes: object) -> Record:
    return Record(entry=GoalsRevised.model_validate({"because": because(), **changes}), at=AT)


def close(reason: ClosureReason, override: str | None = None) -> Record:
    text = Personal.plain(override) if override else None
    return Record(entry=CaseClosed(reason=reason, open_risk_override=text), at=AT)


def test_a_case_is_opened_once() -> None:
    given().when(Record(entry=opened, at=AT)).then(opened)
    given(opened).when(Record(entry=opened, at=AT)).then_refused(AlreadyRecorded("case", CASE))
    given().when(Record(entry=opened, at=LATE)).then_refused(InTheFuture("happenedAt"))


def test_a_session_is_known_by_the_senders_id() -> None:
    given(opened).when(hold()).then(held())
    given(opened, held()).when(hold()).then()
    given(opened, held()).when(hold(duration_minutes=30)).then_refused(AlreadyRecorded("session", "s-1"))
    given(opened).when(hold(started_at=LATE.at)).then_refused(InTheFuture("startedAt"))


def test_a_significant_other_is_a_person_of_the_inventory() -> None:
    attendees = (Attendee(role="significantOther", person_id="p-9"),)
    given(opened).when(hold(attendees=attendees)).then_refused(PersonUnknown("p-9", "attendees.personId"))


def test_goals_are_set_changed_and_ended() -> None:
    given(opened).when(Record(entry=SET, at=AT)).then(SET)
    changed = revise(changed=(GoalChanged(goal_id="g-1", status=GoalStatus.PAUSED),))
    given(opened, SET).when(changed).then(changed.entry)
    ended = revise(closed=(GoalClosed(goal_id="g-1", status=GoalStatus.ACHIEVED),))
    given(opened, SET).when(ended).then(ended.entry)
    stored = ended.entry.model_copy(update={"because": because(event_id(CASE, 1))})
    given(opened, SET, stored).when(ended).then_refused(GoalEnded("g-1"))
    given(opened).when(ended).then_refused(GoalUnknown("g-1"))


def test_a_goal_is_named_once() -> None:
    given(opened, SET).when(revise(added=(GOAL,))).then_refused(GoalRepeated("g-1"))
    twice = revise(added=(GOAL,), closed=(GoalClosed(goal_id="g-1", status=GoalStatus.DROPPED),))
    given(opened).when(twice).then_refused(GoalRepeated("g-1"))


@pytest.mark.parametrize("evidence", [event_id(CASE, 2), event_id("0" * 8 + CASE[8:], 1), event_id(CASE, 0)])
def test_evidence_is_an_event_of_this_case(evidence: str) -> None:
    given(opened).when(revise(because=because(evidence), added=(GOAL,))).then_refused(
        EvidenceUnknown(evidence)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": (), "stated_reason": None},
        {"review_on": None},
        {"review_at_session_id": "s-9"},
    ],
)
def test_an_adaptation_names_its_reason_and_one_review(changes: dict[str, object]) -> None:
    fields = {name: getattr(because(), name) for name in type(because()).model_fields}
    with pytest.raises(ValueError, match="an adaptation"):
        type(because()).model_validate(fields | changes)


def test_completed_needs_an_active_case() -> None:
    given(opened).when(close(ClosureReason.COMPLETED)).then_refused(
        ClosureNotPossible(Status.OPENED, ClosureReason.COMPLETED)
    )
    given(opened).when(close(ClosureReason.REFERRED_ON)).then(CaseClosed(reason=ClosureReason.REFERRED_ON))


def test_an_open_urgent_flag_blocks_closing_without_an_override() -> None:
    flagged = given(opened, *[fact.payload for fact in given(opened).when(form((1,) * 8 + (2,))).facts])
    flagged.when(close(ClosureReason.REFERRED_ON)).then_refused(UrgentRiskOpen(1))
    closed, _summary = flagged.when(close(ClosureReason.REFERRED_ON, "Seen by the crisis team.")).facts
    assert isinstance(closed.payload, CaseClosed)


def test_nothing_but_forms_after_closing() -> None:
    closed = given(opened, CaseClosed(reason=ClosureReason.REFERRED_ON))
    closed.when(hold()).then_refused(NotInThisState(Status.CLOSED, "SessionHeld"))
    closed.when(close(ClosureReason.UNKNOWN)).then_refused(NotInThisState(Status.CLOSED, "CaseClosed"))
    assert isinstance(closed.when(form(total=3)).facts[0].payload, AssessmentScored)


@for_all(
    st.lists(
        st.sampled_from([opened, held(), SET, CaseClosed(reason=ClosureReason.UNKNOWN), None]), max_size=8
    )
)
def test_folding_never_refuses(payloads: list[Payload | None]) -> None:
    history = History()
    for payload in payloads:
        if payload is None:
            history.add_unknown(CASE)
        else:
            history.add(CASE, payload)
    assert fold(CASE, history.events).version == len(payloads)


def test_every_refusal_has_words() -> None:
    every = {kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refusal)}
    assert every - {Refusal} <= set(WORDS)
