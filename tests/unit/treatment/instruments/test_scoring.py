"""Scoring as a command: what the event says, what is refused, and that the same form is stored once."""

from decimal import Decimal

import pytest
from tests.unit.treatment.given_when_then import AT, INSTRUMENTS, form, given, opened

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.measure import AssessmentScored, SubscaleScore
from treatment.domain.commands import ScoreAssessment
from treatment.domain.refusals import (
    AlreadyRecorded,
    AnsweredThoughNotApplicable,
    AnswerModeUnclear,
    InstrumentUnknown,
    ItemAlwaysApplies,
    ItemOutOfRange,
    ItemsNotAccepted,
    NothingToScore,
    TotalOutOfRange,
    WrongItemCount,
    WrongKindOfTotal,
)


def command(code: str, **said: object) -> ScoreAssessment:
    """A form with more said about it than its answers."""
    fields = {
        "assessment_id": "a-1",
        "instrument": INSTRUMENTS.get(code),
        "taken_at": AT,
        "setting": "remote",
        "respondent": "patient",
        "input_mode": "screen",
    }
    return ScoreAssessment(**fields | said)  # type: ignore[arg-type]


def event(code: str, **said: object) -> AssessmentScored:
    fields = {
        "assessment_id": "a-1",
        "instrument": code,
        "definition": INSTRUMENTS.get(code).reference,
        "taken_at": AT,
        "setting": "remote",
        "respondent": "patient",
        "input_mode": "screen",
    }
    return AssessmentScored(**fields | said)


def test_the_event_says_what_the_answers_came_to() -> None:
    items = (0, 0, 0, 1, 2, 1, 3, 2, 1)
    scored = event(
        "PHQ9",
        items=items,
        total=10,
        band="moderate",
        depressive_syndrome="none",
        risk_item_answered="yes",
        risk_points=1,
        risk=RiskLevel.REVIEW,
    )
    given(opened).when(form(items)).then(scored)


def test_the_event_says_how_a_missing_answer_was_replaced() -> None:
    items = (2, 2, 2, 2, 2, 0, 0, 0, None)
    scored = event(
        "PHQ9",
        items=items,
        total=11,
        raw_prorated=Decimal("11.25"),
        prorated=True,
        band="moderate",
        risk_item_answered="no",
    )
    given(opened).when(form(items)).then(scored)


def test_the_event_of_a_mean_has_no_total() -> None:
    scored = event(
        "MSPSS",
        items=(4,) * 12,
        reported_mean=Decimal("4.1"),
        mean=Decimal(4),
        total_mismatch=True,
        band="moderate",
        subscales=tuple(
            SubscaleScore(code=code, mean=Decimal(4)) for code in ("significantOther", "family", "friends")
        ),
        risk_item_answered="notApplicable",
    )
    asked = command("MSPSS", items=(4,) * 12, reported_mean=Decimal("4.10"))
    given(opened).when(asked).then(scored)


def test_the_event_says_which_items_do_not_apply() -> None:
    items = (None, 8, 8, 8, 7)
    scored = event(
        "WSAS",
        items=items,
        not_applicable=(1,),
        total=31,
        items_applicable=4,
        total_scaled=Decimal("38.75"),
        band="moderatelySevere",
        risk_item_answered="notApplicable",
    )
    given(opened).when(command("WSAS", items=items, not_applicable=(1, 1))).then(scored)


def test_the_event_keeps_the_answers_as_they_were_sent() -> None:
    scored = event(
        "EPDS",
        items=(0,) * 10,
        answer_mode="position",
        total=21,
        band="likely",
        risk_item_answered="yes",
        risk_points=3,
        risk=RiskLevel.URGENT,
    )
    given(opened).when(command("EPDS", items=(0,) * 10, answer_mode="position")).then(scored)


def test_the_computed_total_wins_over_the_reported_one() -> None:
    items = (1,) * 8 + (0,)
    scored = event(
        "PHQ9",
        items=items,
        reported_total=20,
        total=8,
        total_mismatch=True,
        band="mild",
        depressive_syndrome="none",
        risk_item_answered="yes",
        risk_points=0,
    )
    given(opened).when(form(items, total=20)).then(scored)


def test_a_total_alone_is_kept_and_its_risk_item_is_not_available() -> None:
    scored = event(
        "PHQ9",
        reported_total=15,
        total=15,
        band="moderatelySevere",
        risk_item_answered="notAvailable",
    )
    given(opened).when(form(total=15)).then(scored)


def test_the_same_form_is_stored_once_and_another_one_needs_an_id_of_its_own() -> None:
    scored = event("BDI", reported_total=20, total=20, risk_item_answered="notApplicable")
    case = given(opened, scored)
    case.when(form(total=20, code="BDI")).then()
    case.when(form(total=21, code="BDI")).then_refused(AlreadyRecorded("assessment", "a-1"))


def test_what_no_such_form_can_hold_is_refused() -> None:
    case = given(opened)
    case.when(form((0,) * 8 + (4,))).then_refused(ItemOutOfRange("PHQ9", 9, 0, 3))
    case.when(form((-1,) + (0,) * 8)).then_refused(ItemOutOfRange("PHQ9", 1, 0, 3))
    case.when(form((0,) * 9 + (4,))).then_refused(ItemOutOfRange("PHQ9", 10, 0, 3))
    case.when(form((0,) * 3)).then_refused(WrongItemCount("PHQ9", 9, 3))
    case.when(form((0,) * 11)).then_refused(WrongItemCount("PHQ9", 9, 11))
    case.when(form((None,) * 9)).then_refused(NothingToScore("PHQ9"))
    case.when(form()).then_refused(NothingToScore("PHQ9"))
    case.when(form(total=300)).then_refused(TotalOutOfRange("PHQ9", 0, 27))
    case.when(form(total=0, code="MOOD10")).then_refused(TotalOutOfRange("MOOD10", 1, 10))
    case.when(form((1,) * 21, code="BDI")).then_refused(ItemsNotAccepted("BDI"))


def test_a_cesd_answer_of_4_is_refused_although_some_forms_have_it() -> None:
    given(opened).when(form((4,) * 20, code="CESD")).then_refused(ItemOutOfRange("CESD", 1, 0, 3))


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        pytest.param(
            command("EPDS", items=(0,) * 10),
            AnswerModeUnclear("EPDS", ("score", "position")),
            id="3.6 the sender of EPDS must say",
        ),
        pytest.param(
            command("CORE10", items=(0,) * 10),
            AnswerModeUnclear("CORE10", ("raw", "score")),
            id="3.12 the sender of CORE-10 must say",
        ),
        pytest.param(
            command("CESD", items=(0,) * 20, answer_mode="score"),
            AnswerModeUnclear("CESD", ("raw",)),
            id="3.12 CES-D is raw",
        ),
        pytest.param(
            command("WSAS", items=(8, None, 8, 8, 8), not_applicable=(2,)),
            ItemAlwaysApplies("WSAS", 2),
            id="3.4 only item 1 may not apply",
        ),
        pytest.param(
            command("BDI", reported_total=3, not_applicable=(1,)),
            ItemAlwaysApplies("BDI", 1),
            id="3.0 a total alone has no items",
        ),
        pytest.param(
            command("WSAS", items=(8, 8, 8, 8, 8), not_applicable=(1,)),
            AnsweredThoughNotApplicable("WSAS", 1),
            id="3.4 what does not apply has no answer",
        ),
        pytest.param(
            command("WSAS", reported_total=33, not_applicable=(1,)),
            TotalOutOfRange("WSAS", 0, 32),
            id="3.4 four items come to 32",
        ),
        pytest.param(
            command("MSPSS", reported_total=48),
            WrongKindOfTotal("MSPSS", "reportedMean"),
            id="3.8 MSPSS is a mean",
        ),
        pytest.param(
            command("PHQ9", reported_mean=Decimal(1)),
            WrongKindOfTotal("PHQ9", "reportedTotal"),
            id="3.1 PHQ-9 is a sum",
        ),
        pytest.param(
            command("MSPSS", reported_mean=Decimal("7.1")),
            TotalOutOfRange("MSPSS", 1, 7),
            id="3.8 a mean is at most 7",
        ),
    ],
)
def test_a_form_that_can_be_misread_is_refused(asked: ScoreAssessment, refusal: Exception) -> None:
    given(opened).when(asked).then_refused(refusal)  # type: ignore[arg-type]


def test_an_unknown_instrument_names_the_known_ones() -> None:
    with pytest.raises(InstrumentUnknown) as refused:
        INSTRUMENTS.get("NOPE")
    assert {"PHQ9", "BDI", "GAD7"} <= set(refused.value.known)
