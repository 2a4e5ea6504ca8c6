"""The shape of ultra-brief IPT for young people at risk: five weekly sessions, then three monthly contacts.

From a trial's registration and pilot paper (domain reference 6.3, source S17). It is nobody in particular.
"""

from collections.abc import Sequence
from datetime import datetime

from casetrail_contracts.canonical import Json
from treatment.embedded.demo.told.step import Course, Step, Weeks, beginning

KEY = "sci"


def steps(first_day: datetime) -> Sequence[Step]:
    """The course in order."""
    weeks = Weeks(KEY, first_day, "Europe/London")
    advice: dict[str, Json] = {"outcome": "suitable", "combination": "iptAlone", "cautions": ["acuteRisk"]}
    return (
        *beginning(weeks, "IPT-A-SCI", advice),
        weeks.step("The therapy begins", "activate", 1),
        weeks.session(1, "the safety plan", "psychoeducation"),
        weeks.step(
            "Session 1: a safety plan",
            "record-safety-plan",
            1,
            elements=["warningSigns", "copingSteps", "contacts", "emergencyNumber"],
        ),
        weeks.step(
            "Session 1: risk was asked about",
            "check-risk",
            1,
            sessionId=f"{KEY}-1",
            asked=True,
            level="low",
            action="safetyPlan",
            safetyPlanUpdated=True,
        ),
        weeks.step("Session 2: circle and inventory", "record-inventory", 2, people=[FRIEND]),
        weeks.session(2, "circle, inventory and problem area", "closenessCircle", "inventoryReview"),
        weeks.step(
            "Session 2: the focus is a transition",
            "select-problem-area",
            2,
            rank="primary",
            focus={
                "area": "roleTransition",
                "transitionType": "other",
                "oldRole": "Pupil of the old school",
                "newRole": "Pupil of the new school",
            },
            agreedOn=weeks.on(2),
        ),
        weeks.session(3, "skills", "communicationAnalysis", "rolePlay"),
        weeks.session(4, "skills", "decisionAnalysis", "rolePlay"),
        weeks.session(5, "the plan against a relapse", "relapsePlanning"),
        weeks.step(
            "Session 5: whom to turn to",
            "record-relapse-plan",
            5,
            contact="service",
            sharedWithPatient=True,
        ),
        weeks.step(
            "The five sessions are completed",
            "close",
            5,
            reason="completed",
            finalMeasuresAbsent="notOffered",
        ),
        *(_contact(weeks, month) for month in (1, 2, 3)),
    )


CRISIS_INTERVENTION = Course(
    key=KEY, title="The shape of IPT-A-SCI, five sessions and three contacts (6.3 C)", steps=steps
)


def _contact(weeks: Weeks, month: int) -> Step:
    body: dict[str, Json] = {
        "followUpId": f"{KEY}-contact-{month}",
        "at": weeks.at(5, days=30 * month),
        "modality": "asyncOnline",
        "outcome": "reached",
        "wellbeing": "same",
    }
    return Step(told=f"Contact {month} by e-mail", command="record-follow-up", body=lambda _: body)


FRIEND: Json = {
    "personId": "friend",
    "alias": "A friend",
    "relationship": "friend",
    "temporal": "present",
    "livingStatus": "living",
    "closenessRing": 1,
    "supportProvided": ["emotional"],
    "linkToOnset": "protective",
}
