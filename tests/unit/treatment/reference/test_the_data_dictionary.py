"""The data dictionary of domain reference 1.2 to 1.10: which words each field takes, and no other."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from pydantic import BaseModel

from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.appointments import AppointmentScheduled, SessionMissed
from casetrail_contracts.events.assessment import MoodRated
from casetrail_contracts.events.care import RiskChecked
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.consent import SuitabilityAdvised
from casetrail_contracts.events.ending import LetterRecorded
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.inventory import Conflict, InventoryPerson
from casetrail_contracts.events.medication import Dose, MedicationRecorded
from casetrail_contracts.events.plan import GoalAdded, GoalClosed
from casetrail_contracts.events.problem_area import Grief, InterpersonalDeficits, RoleDispute, RoleTransition
from casetrail_contracts.events.session import Attendee, SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted


class Row(NamedTuple):
    """A row of the reference, the field that holds it, and its words."""

    row: str
    model: type[BaseModel]
    field: str
    words: str


ROWS = (
    Row(
        "1.2 relationship",
        InventoryPerson,
        "relationship",
        "partner exPartner parent child sibling otherFamily friend colleague manager professional "
        "communityMember pet other",
    ),
    Row("1.2 temporal", InventoryPerson, "temporal", "present past"),
    Row("1.2 livingStatus", InventoryPerson, "livingStatus", "living deceased unknown"),
    Row(
        "1.2 contactFrequency",
        InventoryPerson,
        "contactFrequency",
        "daily severalPerWeek weekly monthly lessThanMonthly none",
    ),
    Row("1.2 contactChannels", InventoryPerson, "contactChannels", "inPerson phone video message"),
    Row("1.2 reciprocity", InventoryPerson, "reciprocity", "reciprocal partlyReciprocal nonReciprocal"),
    Row(
        "1.2 emotionsWithPerson",
        InventoryPerson,
        "emotionsWithPerson",
        "sad angry happy anxious ashamed lonely calm other",
    ),
    Row("1.2 conflict level", Conflict, "level", "none low moderate high"),
    Row("1.2 conflict pattern", Conflict, "pattern", "arguedResolved arguedDropped avoided silent"),
    Row(
        "1.2 supportProvided",
        InventoryPerson,
        "supportProvided",
        "emotional practical financial company none",
    ),
    Row(
        "1.2 linkToOnset",
        InventoryPerson,
        "linkToOnset",
        "precipitant maintaining consequence protective none",
    ),
    Row(
        "1.2 candidateProblemArea",
        InventoryPerson,
        "candidateProblemArea",
        "grief roleDispute roleTransition interpersonalDeficits",
    ),
    Row("1.3 Grief griefPattern", Grief, "griefPattern", "typical delayed distorted prolonged"),
    Row("1.3 Grief somaticPresentation", Grief, "somaticPresentation", "insomnia exhaustion appetite pain"),
    Row("1.3 RoleDispute stage", RoleDispute, "stage", "renegotiation impasse dissolution"),
    Row(
        "1.3 RoleTransition transitionType",
        RoleTransition,
        "transitionType",
        "marriage divorce separation parenthood retirement jobChange jobLoss migration relocation "
        "illnessSelf illnessOther caregiving leavingHome other",
    ),
    Row("1.3 InterpersonalDeficits form", InterpersonalDeficits, "form", "isolation sensitivity"),
    Row("1.4 attendance held", SessionHeld, "attendance", "5 6 completedOnline"),
    Row("1.4 attendance missed", SessionMissed, "attendance", "2 3 4 7"),
    Row("1.4 modality", SessionHeld, "modality", "inPerson video phone asyncOnline group home blended"),
    Row(
        "1.4 attendees",
        Attendee,
        "role",
        "patient therapist significantOther interpreter supervisor observer coTherapist",
    ),
    Row(
        "1.4 focus",
        SessionHeld,
        "focus",
        "grief roleDispute roleTransition interpersonalDeficits",
    ),
    Row("1.4 riskCheck level", RiskChecked, "level", "none low moderate high"),
    Row(
        "1.4 appointment types",
        AppointmentScheduled,
        "kind",
        "assessment treatment assessmentAndTreatment reviewAndTreatment followUp",
    ),
    Row("1.5 status open", GoalAdded, "status", "proposed active paused"),
    Row("1.5 status ended", GoalClosed, "status", "achieved partlyAchieved notAchieved dropped superseded"),
    Row("1.5 measurement", GoalAdded, "measurement", "GAS GBO"),
    Row(
        "1.5 reasons",
        Because,
        "reasonCode",
        "progress lackOfProgress lifeEvent riskChange patientChoice therapistReview",
    ),
    Row(
        "1.6 types",
        HomeworkAssigned,
        "type",
        "conversationAttempt contactSomeone activityWithOther observeMoodEventLink writeLetter gatherMemento "
        "listProsCons supportMapping socialRhythmLog practiceSkill diary other",
    ),
    Row("1.6 status reviewed", HomeworkReviewed, "status", "attempted completed notDone carriedOver"),
    Row(
        "1.7 kind",
        MedicationRecorded,
        "kind",
        "antidepressant moodStabiliser anxiolytic hypnotic other otherTherapy none",
    ),
    Row("1.7 adherence", MedicationRecorded, "adherence", "full partial none unknown"),
    Row("1.7 source", MedicationRecorded, "source", "selfReport record"),
    Row("1.7 unit", Dose, "unit", "mg mcg g ml drops tablets sessions"),
    Row(
        "1.7 decision",
        SuitabilityAdvised,
        "combination",
        "iptAlone iptPlusMedication medicationFirst notSuitable referOn",
    ),
    Row(
        "1.8 reason",
        CaseClosed,
        "reason",
        "completed droppedOut endedByService deceased notSuitable adviceOnly referredOn declined "
        "assessmentIncomplete notAssessed transferred unknown",
    ),
    Row("1.8 onward", CaseClosed, "onward", "signposted steppedUp steppedDown referredOutside"),
    Row("1.8 maintenance", CaseClosed, "maintenance", "notOffered offered accepted declined"),
    Row("1.8 told", CaseClosed, "told", "patient referrer family team"),
    Row("1.8 retention", CaseClosed, "retentionClass", "standard child longTerm"),
    Row("1.8 letter", LetterRecorded, "kind", "goodbyeLetter summaryLetter"),
    Row(
        "1.9 techniques",
        SessionHeld,
        "techniques",
        "psychoeducation sickRole timeline closenessCircle inventoryReview clarification affectExploration "
        "affectContainment communicationAnalysis decisionAnalysis rolePlay problemSolving supportActivation "
        "moodEventLink griefWork roleEvaluation expectationsClarification significantOtherSession "
        "relapsePlanning endingReview mentalizing ipafReview transferenceComment goodbyeLetter guidedImagery "
        "schemaFormulation metacognitiveMonitoring decenteringExercise behaviouralExperiment "
        "socialRhythmReview",
    ),
    Row(
        "1.9 tactics",
        TacticAdapted,
        "kind",
        "changeTechniqueEmphasis changeFocus addSignificantOther changeCadence extendSessions shortenCourse "
        "addMedicationReview requestSupervision addMeasure changeModality stepUp stepDown pauseTherapy "
        "switchProtocol intensifyRiskMonitoring",
    ),
    Row(
        "1.9 trigger",
        TacticAdapted,
        "trigger",
        "scoreTrend notOnTrack risk nonAttendance patientRequest lifeEvent supervision",
    ),
    Row(
        "1.10 outcome", SuitabilityAdvised, "outcome", "suitable suitableWithCombination deferred notSuitable"
    ),
    Row(
        "1.10 cautions",
        SuitabilityAdvised,
        "cautions",
        "bipolar acuteRisk psychosis intellectualDisability substanceMisuse other",
    ),
)
TEXTS = (
    ("1.2 alias", InventoryPerson, "alias", 40),
    ("1.5 text", GoalAdded, "text", 500),
)
RANGES = (
    ("1.2 closenessRing", InventoryPerson, "closenessRing", 1, 5),
    ("1.2 closenessDesired", InventoryPerson, "closenessDesired", 1, 5),
    ("1.4 alliance", SessionHeld, "alliance", 0, 10),
    ("1.4 moodRating", MoodRated, "average", 1, 10),
    ("1.5 priority", GoalAdded, "priority", 1, 3),
    ("1.6 moodBefore", HomeworkReviewed, "moodBefore", 1, 10),
)


def parts(model: type[BaseModel], field: str) -> Iterator[dict[str, object]]:
    """The schema of a field, and every schema that it is made of."""
    schema = model.model_json_schema()
    waiting: list[object] = [schema["properties"][field]]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        if isinstance(part, dict):
            yield part
            reference = part.get("$ref")
            waiting += [schema["$defs"][str(reference).rpartition("/")[2]]] if reference else []
            waiting += [value for name, value in part.items() if name in ("anyOf", "items", "allOf")]


def found(model: type[BaseModel], field: str, *names: str) -> set[object]:
    return {part[name] for part in parts(model, field) for name in names if isinstance(part.get(name), int)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.row)
def test_a_field_takes_the_words_of_the_reference_and_no_other(row: Row) -> None:
    words: set[object] = set()
    for part in parts(row.model, row.field):
        listed = part.get("enum", [part["const"]] if "const" in part else [])
        words.update(listed if isinstance(listed, list) else [])
    assert words == set(row.words.split())


@pytest.mark.parametrize(("row", "model", "field", "most"), TEXTS, ids=str)
def test_a_text_is_as_long_as_the_reference_allows(
    row: str, model: type[BaseModel], field: str, most: int
) -> None:
    assert found(model, field, "maxLength") == {most}


@pytest.mark.parametrize(("row", "model", "field", "lowest", "highest"), RANGES)
def test_a_figure_is_in_the_range_of_the_reference(
    row: str, model: type[BaseModel], field: str, lowest: int, highest: int
) -> None:
    assert (found(model, field, "minimum"), found(model, field, "maximum")) == ({lowest}, {highest})
