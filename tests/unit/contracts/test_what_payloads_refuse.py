"""What a payload requires of its fields together: each rule seen to accept and to refuse."""

from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.care import RiskChecked, RiskFlagResolved
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from casetrail_contracts.events.erasure import PersonalDataErasureRequested
from casetrail_contracts.events.formulation import FormulationAgreed
from casetrail_contracts.events.homework import HomeworkAssigned
from casetrail_contracts.events.inventory import InventoryPersonRevised
from casetrail_contracts.events.medication import MedicationRecorded
from casetrail_contracts.events.plan import GoalRated, GoalsRevised
from casetrail_contracts.events.tactics import TacticAdapted, TacticKind
from casetrail_contracts.examples import CASE

Fields = dict[str, Any]
EVENT = f"{CASE}-0000000005"
BECAUSE = {"reasonCode": "progress", "statedReason": "why", "decidedBy": "t-1", "reviewOn": "2026-05-01"}
EVIDENCE = {"reasonCode": "progress", "evidence": [EVENT], "decidedBy": "t-1"}
CHECK = {"riskChecked": {"asked": False}}
MOOD = {"at": "2026-05-04", "average": 5}
FORMULATION = {"statement": "in short", "agreedOn": "2026-04-20"}
AMENDED = {"target": EVENT, "kind": "amended", "cause": "entryMistake", "replacement": CHECK}
IN_ERROR = {"target": EVENT, "kind": "enteredInError", "cause": "wrongPatient"}
RESOLVED = {"flagId": CASE, "outcome": "falsePositive"}
ERASURE = {"legalBasis": "gdprArticle17"}
HOMEWORK = {"homeworkId": "h", "title": "x", "type": "diary"}
CODE = {"system": "http://www.whocc.no/atc", "code": "N06AB06"}

ACCEPTED: list[tuple[str, type[BaseModel], Fields]] = [
    ("evidence and a day", Because, EVIDENCE | {"reviewOn": "2026-05-01"}),
    ("a stated reason and a session", Because, BECAUSE | {"reviewOn": None, "reviewAtSessionId": "s-4"}),
    ("consent to treatment", ConsentRecorded, {"scope": "treatment"}),
    ("consent to a person", ConsentRecorded, {"scope": "significantOther", "personId": "p-1"}),
    ("messages no more", ConsentWithdrawn, {"scope": "messages"}),
    ("a person no more", ConsentWithdrawn, {"scope": "significantOther", "personId": "p-1"}),
    ("a problem area", FormulationAgreed, FORMULATION | {"kind": "problemArea", "area": "grief"}),
    ("an IPAF with a part", FormulationAgreed, FORMULATION | {"kind": "ipaf", "selfImage": "small"}),
    ("a schema", FormulationAgreed, FORMULATION | {"kind": "metacognitiveSchema"}),
    ("an average alone", MoodRated, MOOD),
    ("best, average and worst alike", MoodRated, MOOD | {"best": 5, "worst": 5}),
    ("one replacement", Replacement, CHECK),
    ("amended", EntryCorrected, AMENDED),
    ("in error", EntryCorrected, IN_ERROR),
    ("asked and found", RiskChecked, {"asked": True, "level": "none"}),
    ("not asked", RiskChecked, {"asked": False}),
    ("false, and why", RiskFlagResolved, RESOLVED | {"reason": "the wrong line was ticked"}),
    ("seen, without a reason", RiskFlagResolved, RESOLVED | {"outcome": "assessedNoFurther"}),
    ("a goal closed", GoalsRevised, {"because": BECAUSE, "closed": [{"goalId": "g", "status": "dropped"}]}),
    ("the patient", PersonalDataErasureRequested, ERASURE | {"subject": "patient"}),
    ("a person", PersonalDataErasureRequested, ERASURE | {"subject": "person", "personId": "p-1"}),
    ("due at a session", HomeworkAssigned, HOMEWORK | {"dueAtSessionId": "s-4"}),
    ("stepped down", CaseClosed, {"reason": "transferred", "onward": "steppedDown"}),
    ("no medicine", MedicationRecorded, {"entryId": "m", "kind": "none", "source": "record"}),
    ("by name", MedicationRecorded, {"entryId": "m", "kind": "other", "source": "record", "name": "x"}),
    ("by code", MedicationRecorded, {"entryId": "m", "kind": "other", "source": "record", "code": CODE}),
    ("texts alone", InventoryPersonRevised, {"reason": "mistake", "texts": {"personId": "p-1"}}),
    (
        "change and texts of one",
        InventoryPersonRevised,
        {"reason": "mistake", "change": {"personId": "p-1"}, "texts": {"personId": "p-1"}},
    ),
]
NEEDED: dict[str, Fields] = {
    "changeTechniqueEmphasis": {"technique": "rolePlay"},
    "addSignificantOther": {"personId": "p-1"},
    "changeCadence": {"cadenceDays": 14},
    "extendSessions": {"sessions": 18},
    "shortenCourse": {"sessions": 8},
    "addMeasure": {"instrument": "GAD7"},
    "changeModality": {"modality": "phone"},
}
REFUSED: list[tuple[str, type[BaseModel], Fields, str]] = [
    ("no evidence, no reason", Because, BECAUSE | {"statedReason": None}, "evidence (event ids) or a stated"),
    ("no review", Because, EVIDENCE, "name exactly one"),
    ("two reviews", Because, BECAUSE | {"reviewAtSessionId": "s-4"}, "name exactly one"),
    ("nobody named", ConsentRecorded, {"scope": "significantOther"}, "`personId` is named with"),
    ("a person too many", ConsentRecorded, {"scope": "messages", "personId": "p-1"}, "`personId` is named"),
    ("nobody named", ConsentWithdrawn, {"scope": "significantOther"}, "`personId` is named with"),
    ("a person too many", ConsentWithdrawn, {"scope": "messages", "personId": "p-1"}, "`personId` is named"),
    ("no area", FormulationAgreed, FORMULATION | {"kind": "problemArea"}, "`area` is named with the kind"),
    ("an area of an IPAF", FormulationAgreed, FORMULATION | {"kind": "ipaf", "area": "grief"}, "`area` is"),
    (
        "an IPAF's part of a rhythm",
        FormulationAgreed,
        FORMULATION | {"kind": "socialRhythm", "linkingAffect": "fear"},
        "belong to the kind ipaf",
    ),
    ("worst better than average", MoodRated, MOOD | {"worst": 4}, "10 is the worst"),
    ("best worse than average", MoodRated, MOOD | {"best": 6}, "10 is the worst"),
    ("no replacement in it", Replacement, {}, "exactly one entry"),
    ("a replacement of nothing", Replacement, {"riskChecked": None}, "exactly one entry"),
    ("two replacements", Replacement, CHECK | {"moodRated": MOOD}, "exactly one entry"),
    ("amended to nothing", EntryCorrected, IN_ERROR | {"kind": "amended"}, "an amended entry has"),
    ("in error and replaced", EntryCorrected, AMENDED | {"kind": "enteredInError"}, "in error has none"),
    ("asked, nothing found", RiskChecked, {"asked": True}, "`level` is named when it was asked"),
    ("found, not asked", RiskChecked, {"asked": False, "level": "low"}, "`level` is named when it was asked"),
    ("false, no reason", RiskFlagResolved, RESOLVED, "resolved with a `reason`"),
    ("a revision of nothing", GoalsRevised, {"because": BECAUSE}, "at least one goal"),
    ("nobody", PersonalDataErasureRequested, ERASURE | {"subject": "person"}, "`personId` is named for"),
    (
        "the patient as a person",
        PersonalDataErasureRequested,
        ERASURE | {"subject": "patient", "personId": "p-1"},
        "`personId` is named for",
    ),
    ("no name", MedicationRecorded, {"entryId": "m", "kind": "other", "source": "record"}, "by `name` or"),
    (
        "homework that is due twice",
        HomeworkAssigned,
        HOMEWORK | {"dueOn": "2026-05-04", "dueAtSessionId": "s-4"},
        "name one of dueOn and dueAtSessionId",
    ),
    (
        "signposted though transferred",
        CaseClosed,
        {"reason": "transferred", "onward": "signposted"},
        "`onward` signposted belongs to the reason notSuitable, not to transferred; leave it out",
    ),
    (
        "stepped up though completed",
        CaseClosed,
        {"reason": "completed", "onward": "steppedUp"},
        "`onward` steppedUp belongs to the reason transferred, not to completed",
    ),
    ("nothing revised", InventoryPersonRevised, {"reason": "mistake"}, "both of the same person"),
    (
        "two people revised",
        InventoryPersonRevised,
        {"reason": "mistake", "change": {"personId": "p-1"}, "texts": {"personId": "p-2"}},
        "both of the same person",
    ),
]
SCALES = [("GAS", -2, 2), ("GBO", 0, 10)]


@pytest.mark.parametrize(
    ("model", "fields"), [case[1:] for case in ACCEPTED], ids=[f"{c[1].__name__}: {c[0]}" for c in ACCEPTED]
)
def test_what_fits_together_is_accepted(model: type[BaseModel], fields: Fields) -> None:
    accepted = model.model_validate(fields)
    again = {name: getattr(accepted, name) for name in accepted.model_fields_set}
    assert model.model_validate(again) == accepted


@pytest.mark.parametrize(
    ("model", "fields", "why"),
    [case[1:] for case in REFUSED],
    ids=[f"{c[1].__name__}: {c[0]}" for c in REFUSED],
)
def test_what_does_not_fit_together_is_refused_with_its_reason(
    model: type[BaseModel], fields: Fields, why: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(fields)
    assert [why in error["msg"] for error in refused.value.errors()] == [True]


@pytest.mark.parametrize(("measurement", "lowest", "highest"), SCALES, ids=[row[0] for row in SCALES])
def test_a_goal_is_rated_on_its_scale_domain_reference_1_5(
    measurement: str, lowest: int, highest: int
) -> None:
    def rated(rating: int) -> GoalRated:
        return GoalRated.model_validate({"goalId": "g", "measurement": measurement, "rating": rating})

    assert [rated(rating).rating for rating in (lowest, highest)] == [lowest, highest]
    for beyond in (lowest - 1, highest + 1):
        with pytest.raises(ValidationError):
            rated(beyond)


@pytest.mark.parametrize("rating", [-2, -1])
def test_a_goal_based_outcome_is_never_negative(rating: int) -> None:
    fields = {"goalId": "g", "measurement": "GBO", "rating": rating}
    with pytest.raises(ValidationError, match="a rating by GBO is 0 to 10"):
        GoalRated.model_validate(fields)


def test_a_revision_says_of_whom_it_is() -> None:
    revised = InventoryPersonRevised.model_validate({"reason": "mistake", "texts": {"personId": "p-1"}})
    assert revised.person_id == "p-1"


def test_no_payload_accepts_a_field_that_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        RiskChecked.model_validate({"asked": False, "impression": "what was felt"})


@pytest.mark.parametrize("kind", get_args(TacticKind))
def test_a_tactic_says_what_it_changes_where_its_kind_needs_it(kind: str) -> None:
    bare = {"because": BECAUSE, "kind": kind, "trigger": "lifeEvent"}
    needed = NEEDED.get(kind, {})
    assert TacticAdapted.model_validate(bare | needed).kind == kind
    if needed:
        with pytest.raises(ValidationError, match=f"the kind {kind} needs `{next(iter(needed))}`"):
            TacticAdapted.model_validate(bare)


@pytest.mark.parametrize(
    "figure", [{"sessions": -5}, {"sessions": 2**60}, {"cadenceDays": 0}, {"cadenceDays": 61}], ids=str
)
def test_a_tactic_has_no_figure_that_no_course_can_have(figure: Fields) -> None:
    whole = {"because": BECAUSE, "kind": "extendSessions", "trigger": "lifeEvent", "sessions": 18}
    with pytest.raises(ValidationError):
        TacticAdapted.model_validate(whole | figure)
