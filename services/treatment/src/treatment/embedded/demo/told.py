"""The told case "Mariana": a casebook's course of IPT for an adolescent, as far as today's events reach.

The facts are those of the casebook (domain reference 6.3, source S19); the days between them are ours,
and so are the answers of the one form, since the casebook gives no form of the visit that it tells of.
The casebook ends the course as completed. That needs an active case, hence consent, suitability and a
protocol, for which there are no events yet: the case stays open after its twelfth session.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from casetrail_contracts.canonical import Json
from casetrail_contracts.scalars import instant_text

Body = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command. The body may name the ids of events that earlier steps caused."""

    told: str
    command: str
    body: Callable[[Mapping[str, str]], Body]


def steps(first_day: datetime) -> Sequence[Step]:
    """The course in order; weekly sessions from the first day on."""
    return (
        *_initial(first_day),
        *_middle(first_day),
        *_ending(first_day),
    )


def _initial(first_day: datetime) -> Sequence[Step]:
    return (
        _session(first_day, 1, "Session 1: symptoms rechecked, psychoeducation", ("psychoeducation",)),
        _mood(first_day, 1, 7),
        Step(
            told="Session 2: the interpersonal inventory",
            command="record-inventory",
            body=lambda _: {"people": PEOPLE, "happenedAt": _at(first_day, 2)},
        ),
        _session(first_day, 2, "Session 2 was held", ("closenessCircle", "inventoryReview")),
        Step(
            told="Session 3: a form with a positive item 9, around the emergency visit",
            command="score-assessment",
            body=lambda _: {
                "assessmentId": "mariana-phq-3",
                "instrument": "PHQ9",
                "takenAt": _at(first_day, 3),
                "setting": "inSession",
                "sessionId": "mariana-3",
                "items": [2, 3, 2, 2, 1, 3, 2, 1, 2],
            },
        ),
        _session(
            first_day, 3, "Session 3 was held", ("moodEventLink", "affectExploration"), ("mariana-phq-3",)
        ),
        Step(
            told="Session 4: the focus is a dispute with her mother",
            command="select-problem-area",
            body=lambda _: {
                "rank": "primary",
                "focus": {
                    "area": "roleDispute",
                    "otherPartyId": "mother",
                    "stage": "renegotiation",
                    "issue": "Arguments about time out of the house and about her brother.",
                },
                "agreedOn": _at(first_day, 4)[:10],
                "happenedAt": _at(first_day, 4),
            },
        ),
        _session(first_day, 4, "Session 4 was held", ("clarification",)),
        Step(
            told="Session 4: the first goals, because of the form and its flag",
            command="revise-goals",
            body=lambda ids: {
                "because": {
                    "reasonCode": "riskChange",
                    "evidence": [ids["mariana-phq-3"], ids["riskFlag"]],
                    "decidedBy": "therapist-1",
                    "reviewAtSessionId": "mariana-10",
                },
                "added": [
                    {
                        "goalId": "say-i",
                        "text": "Say what she feels with sentences that start with I.",
                        "priority": 1,
                    },
                    {"goalId": "ask-early", "text": "Tell her mother before it gets worse.", "priority": 1},
                ],
                "happenedAt": _at(first_day, 4),
            },
        ),
    )


def _middle(first_day: datetime) -> Sequence[Step]:
    techniques = (
        "communicationAnalysis",
        "communicationAnalysis",
        "decisionAnalysis",
        "rolePlay",
        "rolePlay",
    )
    return tuple(
        _session(first_day, number, f"Session {number}: {technique}", (technique,))
        for number, technique in enumerate(techniques, start=5)
    )


def _ending(first_day: datetime) -> Sequence[Step]:
    return (
        Step(
            told="Session 10: her mother joins for the last 15 minutes",
            command="hold-session",
            body=lambda _: {
                **_held(first_day, 10, ("significantOtherSession", "endingReview"), ()),
                "attendees": [
                    {"role": "patient"},
                    {"role": "therapist"},
                    {"role": "significantOther", "personId": "mother", "minutesPresent": 15},
                ],
            },
        ),
        _mood(first_day, 10, 2),
        Step(
            told="Session 10: one goal is reached, because the mood of the week is better",
            command="revise-goals",
            body=lambda ids: {
                "because": {
                    "reasonCode": "progress",
                    "evidence": [ids["mariana-mood-1"], ids["mariana-mood-10"]],
                    "decidedBy": "therapist-1",
                    "reviewAtSessionId": "mariana-12",
                },
                "closed": [{"goalId": "say-i", "status": "achieved"}],
                "happenedAt": _at(first_day, 10),
            },
        ),
        _session(first_day, 11, "Session 11: the ending is reviewed", ("endingReview",)),
        _session(first_day, 12, "Session 12: the plan against a relapse", ("relapsePlanning",)),
    )


PEOPLE: Json = [
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


def _session(
    first_day: datetime, number: int, told: str, techniques: Sequence[str], measures: Sequence[str] = ()
) -> Step:
    return Step(
        told=told, command="hold-session", body=lambda _: _held(first_day, number, techniques, measures)
    )


def _held(first_day: datetime, number: int, techniques: Sequence[str], measures: Sequence[str]) -> Body:
    return {
        "sessionId": f"mariana-{number}",
        "startedAt": _at(first_day, number),
        "durationMinutes": 45,
        "timezone": "America/New_York",
        "attendance": "5",
        "modality": "inPerson",
        "techniques": list(techniques),
        "measures": list(measures),
    }


def _mood(first_day: datetime, number: int, average: int) -> Step:
    return Step(
        told=f"Session {number}: her average mood of the week is {average} of 10, 10 is worst",
        command="score-assessment",
        body=lambda _: {
            "assessmentId": f"mariana-mood-{number}",
            "instrument": "MOOD10",
            "takenAt": _at(first_day, number),
            "setting": "inSession",
            "sessionId": f"mariana-{number}",
            "reportedTotal": average,
        },
    )


def _at(first_day: datetime, session: int) -> str:
    return instant_text(first_day + timedelta(weeks=session - 1, hours=15))
