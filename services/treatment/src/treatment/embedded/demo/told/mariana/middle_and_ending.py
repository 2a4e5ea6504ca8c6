"""Mariana's middle phase and ending: work on the dispute, and what stays of it."""

from collections.abc import Sequence

from casetrail_contracts.canonical import Json
from treatment.embedded.demo.told.mariana.initial_phase import KEY
from treatment.embedded.demo.told.step import Step, Weeks


def middle_phase(weeks: Weeks) -> Sequence[Step]:
    """Sessions 5 to 9: how she talks with her mother, and what she tries at home."""
    techniques = (
        "communicationAnalysis",
        "communicationAnalysis",
        "decisionAnalysis",
        "rolePlay",
        "rolePlay",
    )
    return (
        *(
            weeks.session(number, technique, technique)
            for number, technique in enumerate(techniques, start=5)
        ),
        weeks.step(
            "Session 9: work at home, an I-statement to her mother",
            "assign-homework",
            9,
            homeworkId="homework-1",
            title="Say one sentence that starts with I to mother.",
            type="conversationAttempt",
            linkedGoalId="goal-1",
            linkedPersonId="mother",
            assignedAtSessionId=f"{KEY}-9",
        ),
    )


def ending(weeks: Weeks) -> Sequence[Step]:
    """Sessions 10 to 12: her mother joins, gains are reviewed, a plan against a relapse."""
    mother: list[Json] = [
        {"role": "patient"},
        {"role": "therapist"},
        {"role": "significantOther", "personId": "mother", "minutesPresent": 15},
    ]
    return (
        weeks.step(
            "Session 10: she agrees that her mother joins",
            "record-consent",
            10,
            scope="significantOther",
            personId="mother",
            otherInformed=True,
        ),
        weeks.session(
            10,
            "her mother joins for the last 15 minutes",
            "significantOtherSession",
            "endingReview",
            attendees=mother,
        ),
        weeks.mood(10, 2, 3),
        weeks.step(
            "Session 10: no ideation since the emergency visit",
            "check-risk",
            10,
            sessionId=f"{KEY}-10",
            asked=True,
            level="none",
        ),
        weeks.step(
            "Session 10: the work at home was done",
            "review-homework",
            10,
            homeworkId="homework-1",
            status="completed",
            reviewedAtSessionId=f"{KEY}-10",
        ),
        Step(
            told="Session 10: one goal is reached, because the mood of the week is better",
            command="revise-goals",
            body=lambda ids: {
                "because": {
                    "reasonCode": "progress",
                    "evidence": [ids["rate-mood 1"], ids["rate-mood 2"]],
                    "decidedBy": "therapist-1",
                    "reviewAtSessionId": f"{KEY}-12",
                },
                "closed": [{"goalId": "goal-1", "status": "achieved"}],
                "happenedAt": weeks.at(10),
            },
        ),
        weeks.session(11, "the ending is reviewed", "endingReview"),
        weeks.step("Session 11: the gains", "review-ending", 11, progress="muchBetter"),
        weeks.session(12, "the plan against a relapse", "relapsePlanning"),
        weeks.step(
            "Session 12: whom to turn to",
            "record-relapse-plan",
            12,
            warningSigns=["Keeping to her room for days."],
            steps=["Tell mother the same day."],
            contact="service",
            sharedWithPatient=True,
        ),
        weeks.step(
            "The course is completed; moods were rated instead of a final form",
            "close",
            12,
            reason="completed",
            finalMeasuresAbsent="otherMeasures",
            told=["patient", "family"],
        ),
    )
