"""Mariana's initial phase: a safety plan first, then the inventory, the focus and the first goals."""

from collections.abc import Sequence

from casetrail_contracts.canonical import Json
from treatment.embedded.demo.told.step import Ids, Step, Weeks, beginning

KEY = "mariana"


def first_session(weeks: Weeks) -> Sequence[Step]:
    """What a therapy needs, the safety plan, and session 1."""
    advice: dict[str, Json] = {
        "outcome": "suitable",
        "combination": "iptAlone",
        "declined": ["medication"],
        "rationale": "A parent declined medication for now.",
    }
    return (
        *beginning(weeks, "IPT-A", advice),
        weeks.step(
            "A safety plan: emergency number, home cleared of means, she tells her mother",
            "record-safety-plan",
            1,
            elements=["emergencyNumber", "meansRestricted", "tellsSomeone"],
            sharedWith=["patient", "parent"],
            tells="Her mother.",
        ),
        weeks.step("The therapy begins", "activate", 1),
        weeks.session(1, "symptoms rechecked, psychoeducation", "psychoeducation"),
        weeks.mood(
            1, 7, 8, best=4, worstEvent="Argument with mother and brother", bestEvent="Outing with sister"
        ),
        weeks.step(
            "Session 1: passive ideation, no plan, no intent; the safety plan is in force",
            "check-risk",
            1,
            sessionId=f"{KEY}-1",
            asked=True,
            level="moderate",
            action="safetyPlan",
        ),
        Step(
            told="Session 1: the therapist looks after the flag",
            command="resolve-risk",
            body=lambda ids: {
                "flagId": ids["flag"],
                "outcome": "safetyPlanCreated",
                "evidence": [ids["record-safety-plan"]],
                "happenedAt": weeks.at(1),
            },
        ),
    )


def initial_phase(weeks: Weeks) -> Sequence[Step]:
    """Sessions 2 to 4: inventory, emergency visit, focus and the first goals."""
    return (
        weeks.step("Session 2: the patient role", "give-sick-role", 2, explainedTo=["patient", "parent"]),
        weeks.step("Session 2: the interpersonal inventory", "record-inventory", 2, people=PEOPLE),
        weeks.session(2, "closeness circle and inventory", "closenessCircle", "inventoryReview"),
        Step(
            told="Session 3: a form with a positive item 9, around the emergency visit",
            command="score-assessment",
            body=lambda _: {
                "assessmentId": f"{KEY}-phq-3",
                "instrument": "PHQ9",
                "takenAt": weeks.at(3),
                "setting": "inSession",
                "sessionId": f"{KEY}-3",
                "items": [2, 3, 2, 2, 1, 3, 2, 1, 2],
            },
        ),
        Step(
            told="Session 3: she is referred to the emergency department",
            command="refer-crisis",
            body=lambda ids: {
                "referredTo": "emergencyDepartment",
                "outcome": "seen",
                "evidence": [ids[f"{KEY}-phq-3"]],
                "happenedAt": weeks.at(3),
            },
        ),
        Step(
            told="Session 3: what came of the flag",
            command="resolve-risk",
            body=lambda ids: {
                "flagId": ids["flag"],
                "outcome": "referredCrisis",
                "evidence": [ids["refer-crisis"]],
                "happenedAt": weeks.at(3),
            },
        ),
        weeks.session(3, "mood and events", "moodEventLink", "affectExploration", measures=[f"{KEY}-phq-3"]),
        weeks.step(
            "Session 4: the focus is a dispute with her mother",
            "select-problem-area",
            4,
            rank="primary",
            focus={
                "area": "roleDispute",
                "otherPartyId": "mother",
                "stage": "renegotiation",
                "issue": "Arguments about time out of the house and about her brother.",
            },
            agreedOn=weeks.on(4),
        ),
        weeks.step(
            "Session 4: a formulation that she agrees to",
            "agree-formulation",
            4,
            kind="problemArea",
            area="roleDispute",
            statement="Her mood follows the arguments at home, and she tells nobody in time.",
            agreedOn=weeks.on(4),
        ),
        weeks.session(4, "clarification", "clarification"),
        Step(
            told="Session 4: the first goals, because of the form and its flag",
            command="revise-goals",
            body=lambda ids: _first_goals(weeks, ids),
        ),
    )


def _first_goals(weeks: Weeks, ids: Ids) -> dict[str, Json]:
    return {
        "because": {
            "reasonCode": "riskChange",
            "evidence": [ids[f"{KEY}-phq-3"], ids["riskFlag"]],
            "decidedBy": "therapist-1",
            "reviewAtSessionId": f"{KEY}-10",
        },
        "added": [
            {
                "goalId": "goal-1",
                "text": "Say what she feels with sentences that start with I.",
                "priority": 1,
            },
            {"goalId": "goal-2", "text": "Tell her mother before it gets worse.", "priority": 1},
        ],
        "happenedAt": weeks.at(4),
    }


PEOPLE: list[Json] = [
    {
        "personId": "mother",
        "alias": "Mother",
        "relationship": "parent",
        "temporal": "present",
        "livingStatus": "living",
        "closenessRing": 2,
        "closenessDesired": 1,
        "contactFrequency": "daily",
        "reciprocity": "partlyReciprocal",
        "emotionsWithPerson": ["angry", "sad"],
        "conflict": {"level": "high", "pattern": "arguedDropped", "recent": True},
        "linkToOnset": "maintaining",
        "candidateProblemArea": "roleDispute",
    },
    {
        "personId": "brother",
        "alias": "Brother",
        "relationship": "sibling",
        "temporal": "present",
        "livingStatus": "living",
        "closenessRing": 3,
        "conflict": {"level": "moderate", "recent": True},
        "linkToOnset": "maintaining",
    },
    {
        "personId": "sister",
        "alias": "Sister",
        "relationship": "sibling",
        "temporal": "present",
        "livingStatus": "living",
        "closenessRing": 1,
        "emotionsWithPerson": ["happy"],
        "supportProvided": ["company"],
        "linkToOnset": "protective",
    },
]
