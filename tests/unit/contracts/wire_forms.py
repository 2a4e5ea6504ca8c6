"""What the published examples leave out: payloads as they are written, beside those of the golden bytes."""

from typing import Any

from tests.builders import definition, sealed

from casetrail_contracts import Payload
from casetrail_contracts.events.care import ReviewNeeded
from casetrail_contracts.events.case import CaseClosed
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.formulation import ContractAgreed, FormulationAgreed
from casetrail_contracts.events.homework import HomeworkAssigned
from casetrail_contracts.events.inventory import InventoryPersonRevised
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.outcome import OutcomeSummarised
from casetrail_contracts.events.plan import GoalsRevised
from casetrail_contracts.events.problem_area import ProblemAreaRevised, ProblemAreaSelected
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.examples import CASE

TEXT = str(sealed("text").sealed)
EVENT = f"{CASE}-0000000005"
BECAUSE = {"reasonCode": "progress", "evidence": [EVENT], "decidedBy": "t-1", "reviewOn": "2026-05-01"}
Wire = dict[str, Any]

FORMULATION: dict[str, tuple[type[Payload], Wire]] = {
    "ConsentRecorded of a significant other": (
        ConsentRecorded,
        {
            "scope": "significantOther",
            "personId": "p-1",
            "givenBy": "parent",
            "givenHow": "spoken",
            "otherInformed": True,
        },
    ),
    "ConsentWithdrawn of a significant other": (
        ConsentWithdrawn,
        {"scope": "significantOther", "personId": "p-1"},
    ),
    "FormulationAgreed of an IPAF": (
        FormulationAgreed,
        {
            "kind": "ipaf",
            "statement": TEXT,
            "selfImage": TEXT,
            "otherImage": TEXT,
            "linkingAffect": TEXT,
            "defensivePurpose": TEXT,
            "agreedOn": "2026-04-20",
        },
    ),
    "ProblemAreaSelected: grief": (
        ProblemAreaSelected,
        {
            "rank": "primary",
            "focus": {
                "area": "grief",
                "deceasedPersonId": "p-2",
                "deathDate": "2019-06",
                "griefPattern": "delayed",
                "somaticPresentation": ["insomnia", "pain"],
                "avoidance": TEXT,
                "circumstances": TEXT,
                "anniversaries": ["2019-06-14", "2019"],
            },
        },
    ),
    "ProblemAreaRevised in a session": (
        ProblemAreaRevised,
        {
            "because": BECAUSE,
            "rank": "primary",
            "focus": {
                "area": "grief",
                "deceasedPersonId": "p-2",
                "somaticPresentation": [],
                "anniversaries": [],
            },
            "sessionId": "s-4",
            "previous": "roleDispute",
        },
    ),
    "ProblemAreaSelected: role dispute": (
        ProblemAreaSelected,
        {
            "rank": "secondary",
            "focus": {
                "area": "roleDispute",
                "otherPartyId": "p-1",
                "stage": "renegotiation",
                "expectationsMine": TEXT,
                "expectationsTheirs": TEXT,
                "issue": TEXT,
                "attemptsSoFar": TEXT,
                "power": "otherStronger",
                "overt": False,
            },
        },
    ),
    "ProblemAreaSelected: interpersonal deficits": (
        ProblemAreaSelected,
        {
            "rank": "primary",
            "focus": {
                "area": "interpersonalDeficits",
                "form": "isolation",
                "patterns": ["avoidsContact"],
                "pastRelationshipsReviewed": ["p-1", "p-2"],
                "skillsTargeted": ["smallTalk"],
            },
        },
    ),
}
COURSE: dict[str, tuple[type[Payload], Wire]] = {
    "SessionHeld in a group": (
        SessionHeld,
        {
            "sessionId": "s-9",
            "groupSessionId": "g-4",
            "startedAt": "2026-05-01T16:00:00.000000Z",
            "durationMinutes": 90,
            "timezone": "Europe/London",
            "attendance": "completedOnline",
            "modality": "group",
            "attendees": [],
            "techniques": [],
            "topics": [],
            "measures": [],
            "reviewed": [EVENT],
            "scheduledAt": "2026-05-01T15:45:00.000000Z",
            "focus": "roleDispute",
            "alliance": 8,
            "supervisionNeeded": True,
        },
    ),
    "GoalsRevised: set, changed and closed": (
        GoalsRevised,
        {
            "because": BECAUSE,
            "added": [
                {
                    "goalId": "g-2",
                    "text": TEXT,
                    "problemArea": "roleDispute",
                    "targetDate": "2026-07-01",
                    "priority": 2,
                    "status": "proposed",
                    "measurement": "GAS",
                }
            ],
            "changed": [
                {
                    "goalId": "g-1",
                    "text": TEXT,
                    "targetDate": "2026-08-01",
                    "priority": 3,
                    "status": "paused",
                }
            ],
            "closed": [{"goalId": "g-3", "status": "partlyAchieved"}],
            "sessionId": "s-3",
        },
    ),
    "HomeworkAssigned for a session": (
        HomeworkAssigned,
        {"homeworkId": "h-2", "title": TEXT, "type": "diary", "dueAtSessionId": "s-4"},
    ),
    "TacticAdapted: its figures and its person": (
        TacticAdapted,
        {
            "because": BECAUSE,
            "kind": "changeCadence",
            "trigger": "patientRequest",
            "personId": "p-1",
            "cadenceDays": 14,
            "sessions": 18,
            "instrument": "GAD7",
            "modality": "phone",
        },
    ),
    "ReviewNeeded by a key": (
        ReviewNeeded,
        {
            "key": "week14",
            "rule": "reviewNotDone",
            "dueAt": "2026-03-09T12:00:00.000000Z",
            "therapistId": "t-1",
            "promisedFor": "2026-03-01T00:00:00.000000Z",
        },
    ),
    "ReviewNeeded of what is lacking": (
        ReviewNeeded,
        {
            "key": "notRecorded",
            "rule": "notOnTrack",
            "about": EVENT,
            "therapistId": "t-1",
            "lacking": ["diagnosis"],
            "dueAt": "2026-04-06T10:00:00.000000Z",
        },
    ),
    "InventoryPersonRevised: where the patient wants the person": (
        InventoryPersonRevised,
        {"reason": "newInformation", "change": {"personId": "p-1", "closenessDesired": 2}},
    ),
    "FormulationAgreed again": (
        FormulationAgreed,
        {"kind": "socialRhythm", "statement": TEXT, "agreedOn": "2026-05-01", "because": BECAUSE},
    ),
    "ContractAgreed again": (
        ContractAgreed,
        {"sessions": 8, "cadenceDays": 14, "absenceRule": "rescheduled", "because": BECAUSE},
    ),
    "CaseClosed with all that can be said": (
        CaseClosed,
        {
            "reason": "completed",
            "openRiskOverride": TEXT,
            "finalMeasuresAbsent": "declined",
            "maintenance": "offered",
            "told": ["patient", "referrer"],
            "retentionClass": "standard",
            "summary": TEXT,
        },
    ),
    "CaseClosed to a higher step": (
        CaseClosed,
        {"reason": "transferred", "told": [], "onward": "steppedUp"},
    ),
}
SCORES: dict[str, tuple[type[Payload], Wire]] = {
    "AssessmentScored with every figure": (
        AssessmentScored,
        {
            "assessmentId": "a-9",
            "instrument": "DERS18",
            "definition": definition("DERS18"),
            "takenAt": "2026-05",
            "setting": "remote",
            "respondent": "parent",
            "inputMode": "import",
            "items": [1, None, 5, -1],
            "answerMode": "raw",
            "notApplicable": [1, 4],
            "reportedMean": "2.5",
            "mean": "2.333",
            "rawProrated": "12.5",
            "prorated": True,
            "totalMismatch": True,
            "itemsApplicable": 4,
            "totalScaled": "10.667",
            "percent": 44,
            "subscales": [{"code": "goals", "total": 7, "mean": "2.333"}, {"code": "clarity"}],
            "depressiveSyndrome": "other",
            "riskItemAnswered": "yes",
            "riskPoints": 1,
            "risk": "review",
            "imported": True,
        },
    ),
    "OutcomeSummarised of a pair of scores": (
        OutcomeSummarised,
        {
            "rules": definition("OUTCOMES"),
            "endCode": "46",
            "attendedSessions": 14,
            "finishedCourse": True,
            "measures": [
                {"instrument": "PHQ9", "first": 16, "last": 4, "forms": 14, "evidence": [EVENT]},
                {"instrument": "GAD7", "first": 12, "last": 3, "forms": 14, "evidence": [EVENT]},
            ],
            "casenessAtStart": True,
            "recovered": True,
            "reliablyImproved": True,
            "reliablyDeteriorated": False,
            "reliablyRecovered": True,
            "finalMeasures": True,
        },
    ),
}
WIRE_FORMS = FORMULATION | COURSE | SCORES
