"""The told case "Mrs E", 74: the first lines of a journal's case of IPT in late life.

The facts are those of the case (domain reference 6.3, source S94b); days, codes and the prescriber are ours.
Its scores were not published in the part that was read, so there are none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from casetrail_contracts.canonical import Json
from treatment.embedded.demo.told.step import Course, Step, Weeks, beginning

KEY = "mrs-e"


def steps(first_day: datetime) -> Sequence[Step]:
    """The course in order, as far as it is told."""
    weeks = Weeks(KEY, first_day, "America/New_York")
    died = (first_day - timedelta(days=182)).strftime("%Y-%m")
    advice: dict[str, Json] = {"outcome": "suitableWithCombination", "combination": "iptPlusMedication"}
    return (
        *beginning(weeks, "IPT-16", advice),
        weeks.step(
            "Medication beside the therapy",
            "record-medication",
            1,
            entryId="antidepressant",
            kind="antidepressant",
            name="Antidepressant, as prescribed",
            prescriberRole="psychiatrist",
            source="record",
        ),
        weeks.step("The therapy begins", "activate", 1),
        weeks.session(1, "she tells of the months since", "psychoeducation", "timeline"),
        weeks.step(
            "Session 1: weight loss, church given up, the death six months ago",
            "record-timeline",
            1,
            onset=died,
            entries=[
                {"on": died, "kind": "loss", "label": "Death of her husband"},
                {"on": weeks.on(1)[:7], "kind": "symptomChange", "label": "Eleven pounds lost, no church"},
            ],
        ),
        weeks.step("Session 2: the interpersonal inventory", "record-inventory", 2, people=_people(died)),
        weeks.session(2, "the inventory", "inventoryReview"),
        weeks.step(
            "Session 3: the focus is grief",
            "select-problem-area",
            3,
            rank="primary",
            focus={
                "area": "grief",
                "deceasedPersonId": "husband",
                "deathDate": died,
                "griefPattern": "prolonged",
                "somaticPresentation": ["appetite"],
                "avoidance": "Couples she knew with her husband, and church.",
            },
            agreedOn=weeks.on(3),
        ),
        weeks.session(3, "grief work begins", "griefWork"),
    )


MRS_E = Course(key=KEY, title='"Mrs E", grief in late life (domain reference 6.3 B)', steps=steps)


def _people(died: str) -> list[Json]:
    return [
        {
            "personId": "husband",
            "alias": "Husband",
            "relationship": "partner",
            "temporal": "past",
            "livingStatus": "deceased",
            "deceasedOn": died,
            "closenessRing": 1,
            "linkToOnset": "precipitant",
            "candidateProblemArea": "grief",
        },
        {
            "personId": "daughter",
            "alias": "Daughter",
            "relationship": "child",
            "temporal": "present",
            "livingStatus": "living",
            "closenessRing": 1,
            "supportProvided": ["emotional", "practical"],
            "linkToOnset": "protective",
        },
        {
            "personId": "couples",
            "alias": "Couples she avoids",
            "relationship": "friend",
            "temporal": "present",
            "livingStatus": "living",
            "closenessRing": 3,
            "closenessDesired": 2,
            "contactFrequency": "none",
            "linkToOnset": "maintaining",
        },
    ]
