"""Courses over HTTP in which every command of the catalogue is accepted, with every text marked (4.1, T4).

A word that begins with `@` in a body stands for something that the case said before: `@flag` for its flag,
`@session_held` for the id of its newest event of that type.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx

from casetrail_contracts.events import BY_PAYLOAD
from casetrail_contracts.identity import Role
from treatment.api.bodies import EntryBody
from treatment.api.command_routes import OPENING, ROUTES

MARK = "marked Kanarienvogel"
"""Stands in every text; 20 characters, so that it fits wherever a text does."""
DAY = "2026-01-05"
JSON = dict[str, Any]
BECAUSE = {
    "reasonCode": "progress",
    "statedReason": MARK,
    "decidedBy": "therapist-1",
    "reviewOn": "2099-03-01",
}
OPENED = {
    "patientRef": MARK,
    "therapistId": "therapist-1",
    "supervisorId": "supervisor-1",
    "teamId": "team-east",
}
TEXTS = dict.fromkeys(
    (
        "sharedActivities",
        "canTalkAbout",
        "cannotTalkAbout",
        "expectationsOfThem",
        "expectationsOfMe",
        "satisfying",
        "unsatisfying",
        "desiredChange",
        "changeNearOnset",
    ),
    MARK,
)
PERSON = {
    "personId": "p-1",
    "alias": MARK,
    "relationship": "partner",
    "temporal": "present",
    "livingStatus": "living",
    "closenessRing": 1,
    "linkToOnset": "none",
}
DEAD = PERSON | {"personId": "p-2", "livingStatus": "deceased", "temporal": "past"}
DISPUTE = {
    "area": "roleDispute",
    "otherPartyId": "p-1",
    "stage": "impasse",
    "expectationsMine": MARK,
    "expectationsTheirs": MARK,
    "issue": MARK,
    "attemptsSoFar": MARK,
}
GRIEF = {"area": "grief", "deceasedPersonId": "p-2", "avoidance": MARK, "circumstances": MARK}
TRANSITION = {
    "area": "roleTransition",
    "transitionType": "jobLoss",
    "oldRole": MARK,
    "newRole": MARK,
    "lossesOld": [MARK],
    "positivesOld": [MARK],
    "challengesNew": [MARK],
    "opportunitiesNew": [MARK],
    "supportGap": MARK,
}
SESSION = {
    "sessionId": "s-1",
    "startedAt": "2026-01-05T10:00:00Z",
    "durationMinutes": 50,
    "timezone": "Europe/London",
    "attendance": "5",
    "modality": "video",
}
APPOINTMENT = {
    "startsAt": "2026-01-12T10:00:00Z",
    "durationMinutes": 50,
    "timezone": "Europe/London",
    "modality": "video",
}
FORM = {"assessmentId": "a-1", "instrument": "PHQ9", "takenAt": DAY, "setting": "remote"}
ADVICE = {
    "outcome": "suitable",
    "combination": "iptAlone",
    "advisedBy": "doctor-1",
    "rationale": MARK,
}
TIMELINE = {"entries": [{"on": "2025-11", "kind": "conflict", "personId": "p-1", "label": MARK}]}
HOMEWORK = {"homeworkId": "h-1", "title": MARK, "type": "diary", "instructions": MARK}
REVIEWED = {"homeworkId": "h-1", "status": "carriedOver", "learning": MARK}
MEDICINE = {"entryId": "m-1", "kind": "hypnotic", "name": MARK, "source": "record"}
MOOD = {"at": DAY, "average": 5, "worst": 8, "best": 2, "worstEvent": MARK, "bestEvent": MARK}
ENDING = {"progress": "better", "feelingsAboutEnding": MARK}
RELAPSE = {
    "warningSigns": [MARK],
    "steps": [MARK],
    "contact": "familyDoctor",
    "sharedWithPatient": True,
}
CLOSING = {"reason": "referredOn", "openRiskOverride": MARK, "summary": MARK}
IPAF = {
    "kind": "ipaf",
    "statement": MARK,
    "selfImage": MARK,
    "otherImage": MARK,
    "linkingAffect": MARK,
    "defensivePurpose": MARK,
    "agreedOn": DAY,
}
CONTRACT = {"sessions": 16, "cadenceDays": 7, "absenceRule": "rescheduled", "summary": MARK}


def amended(kind: str, entry: JSON) -> tuple[str, JSON]:
    """The newest entry of this kind says something else from now on, in which every text is marked too."""
    event = re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), kind)
    body = {"target": f"@{event}", "kind": "amended", "cause": "entryMistake", "reason": MARK}
    return "correct-entry", body | {"replacement": {kind: entry}}


STEPS: tuple[tuple[str, JSON], ...] = (
    # A case has two areas, and three kinds have texts: the third is selected in a case of its own.
    (OPENING.name, OPENED),
    ("select-problem-area", {"rank": "primary", "focus": TRANSITION}),
    (OPENING.name, OPENED),
    ("record-consent", {"scope": "treatment"}),
    ("record-consent", {"scope": "messages"}),
    ("withdraw-consent", {"scope": "messages"}),
    ("advise-suitability", ADVICE),
    amended("suitabilityAdvised", ADVICE | {"cautions": ["other"]}),
    ("assign-protocol", {"protocol": "IPT-16"}),
    ("record-diagnosis", {"diagnosis": {"system": "http://hl7.org/fhir/sid/icd-10", "code": "F33.1"}}),
    ("give-sick-role", {}),
    ("record-inventory", {"people": [PERSON, DEAD]}),
    ("record-timeline", TIMELINE),
    amended("timelineRecorded", TIMELINE | {"onset": "2025-11"}),
    ("add-person", {"person": PERSON | {"personId": "p-3"}, "texts": TEXTS | {"personId": "p-3"}}),
    (
        "revise-person",
        {
            "reason": "mistake",
            "change": {"personId": "p-3", "alias": f"{MARK} 2"},
            "texts": TEXTS | {"personId": "p-3"},
        },
    ),
    ("move-person", {"personId": "p-3", "closenessRing": 3, "reason": MARK}),
    ("complete-inventory", {}),
    ("agree-formulation", IPAF),
    ("agree-formulation", IPAF | {"because": BECAUSE}),
    ("select-problem-area", {"rank": "primary", "focus": DISPUTE}),
    ("change-dispute-stage", {"rank": "primary", "stage": "renegotiation", "reason": MARK}),
    ("select-problem-area", {"rank": "secondary", "focus": GRIEF}),
    ("revise-problem-area", {"rank": "secondary", "focus": TRANSITION, "because": BECAUSE}),
    ("revise-problem-area", {"rank": "primary", "focus": GRIEF, "because": BECAUSE}),
    ("revise-problem-area", {"rank": "secondary", "focus": DISPUTE, "because": BECAUSE}),
    ("agree-contract", CONTRACT),
    ("agree-contract", CONTRACT | {"sessions": 15, "because": BECAUSE}),
    ("activate", {}),
    ("schedule-appointment", APPOINTMENT | {"appointmentId": "ap-1"}),
    (
        "reschedule-appointment",
        {"appointmentId": "ap-1", "startsAt": "2026-01-13T10:00:00Z", "timezone": "UTC", "by": "patient"},
    ),
    ("cancel-appointment", {"appointmentId": "ap-1", "by": "provider"}),
    ("hold-session", SESSION),
    (
        "miss-session",
        {
            "appointmentId": "ap-2",
            "scheduledAt": "2026-01-12T10:00:00Z",
            "timezone": "UTC",
            "attendance": "3",
        },
    ),
    ("enter-phase", {"phase": "middle", "reason": MARK}),
    ("revise-goals", {"because": BECAUSE, "added": [{"goalId": "g-1", "text": MARK}]}),
    ("revise-goals", {"because": BECAUSE, "changed": [{"goalId": "g-1", "text": f"{MARK} 2"}]}),
    ("rate-goal", {"goalId": "g-1", "measurement": "GBO", "rating": 4}),
    ("assign-homework", HOMEWORK),
    amended("homeworkAssigned", HOMEWORK | {"type": "writeLetter"}),
    ("review-homework", REVIEWED),
    amended("homeworkReviewed", REVIEWED | {"barrier": "fear"}),
    ("withdraw-homework", {"homeworkId": "h-1", "reason": "replaced"}),
    ("adapt-tactic", {"because": BECAUSE, "kind": "requestSupervision", "trigger": "lifeEvent"}),
    ("record-medication", MEDICINE),
    amended("medicationRecorded", MEDICINE | {"source": "selfReport"}),
    ("change-medication", {"because": BECAUSE, "entryId": "m-1", "adherence": "full", "changedOn": DAY}),
    ("stop-medication", {"because": BECAUSE, "entryId": "m-1", "stoppedOn": DAY, "comment": MARK}),
    ("schedule-assessment", {"instrument": "PHQ9", "dueOn": "2026-01-12"}),
    ("score-assessment", FORM | {"items": [2, 2, 2, 2, 2, 2, 2, 2, 2]}),
    ("acknowledge-risk", {"flagId": "@flag", "acknowledgedBy": "therapist-1"}),
    ("check-risk", {"sessionId": "s-1", "asked": True, "level": "low", "flagIds": ["@flag"]}),
    ("record-safety-plan", {"elements": ["contacts"], "tells": MARK}),
    ("refer-crisis", {"referredTo": "crisisTeam"}),
    ("resolve-risk", {"flagId": "@flag", "outcome": "falsePositive", "reason": MARK}),
    ("correct-assessment", FORM | {"items": [3, 3, 3, 3, 3, 3, 3, 3, 3], "reason": "entryMistake"}),
    ("escalate-risk", {"flagId": "@flag", "step": 2, "told": ["supervisor-1"]}),
    ("rate-mood", MOOD),
    amended("moodRated", MOOD | {"worst": 9}),
    ("review-ending", ENDING),
    amended("endingReviewed", ENDING | {"progress": "muchBetter"}),
    ("record-relapse-plan", RELAPSE),
    amended("relapsePlanRecorded", RELAPSE | {"contact": "service"}),
    ("record-letter", {"state": "draft"}),
    ("decide-maintenance", {"decision": "offered"}),
    ("switch-protocol", {"protocol": "IPT-12", "because": BECAUSE}),
    ("review-due", {}),
    ("pause", {"reason": "illness"}),
    ("resume", {}),
    ("close", CLOSING),
    amended("caseClosed", CLOSING | {"reason": "droppedOut"}),
    ("record-follow-up", {"followUpId": "f-1", "at": DAY, "modality": "phone", "outcome": "reached"}),
    ("reopen", {"reason": "relapse"}),
    ("request-erasure", {"subject": "person", "personId": "p-3", "legalBasis": "other"}),
    (
        "refuse-erasure",
        {"request": "@personal_data_erasure_requested", "legalBasis": "legalClaim", "reason": MARK},
    ),
    ("request-erasure", {"subject": "person", "personId": "p-3", "legalBasis": "courtOrder"}),
    ("approve-erasure", {"request": "@personal_data_erasure_requested"}),
    (
        "transfer",
        {
            "therapistId": "therapist-2",
            "supervisorId": "supervisor-1",
            "teamId": "team-east",
            "reason": "staffChange",
        },
    ),
)
EVENT_OF = {
    "enter-phase": "phase_entered",
    "revise-problem-area": "problem_area_revised",
    "switch-protocol": "protocol_switched",
}
"""The events of commands whose bodies are not payloads but carry texts."""


class Sent(NamedTuple):
    """A command that was sent, and what the service said."""

    name: str
    body: JSON
    response: httpx.Response


Send = Callable[[str, JSON, str, Role], httpx.Response]
"""Sends a body to an address as that person in that role."""


@dataclass
class MarkedCourse:
    """Sends everything in turn, each command to the newest case, and keeps what was answered."""

    send: Send
    case: str = ""
    said: dict[str, str] = field(default_factory=dict)

    def tell(self) -> Iterator[Sent]:
        """Every command in turn. A body is as it was sent, without its `@` words."""
        for name, body in STEPS:
            path = "/v1/cases" if name == OPENING.name else f"/v1/cases/{self.case}/{name}"
            yield self._sent(name, path, body)

    def _sent(self, name: str, address: str, body: JSON) -> Sent:
        whole = self._filled(body)
        response = self.send(address, whole, *sender(name))
        if response.status_code == httpx.codes.CREATED:
            self._remember(response.json())
        return Sent(name, whole, response)

    def _remember(self, answer: JSON) -> None:
        self.case = answer["caseId"]
        for event in answer["events"]:
            self.said[event["type"].split(".")[-2]] = event["id"]
            if "flagId" in event["data"]:
                self.said["flag"] = event["data"]["flagId"]

    def _filled(self, body: JSON) -> JSON:
        text = re.sub(r'"@(\w+)"', lambda word: json.dumps(self.said[word[1]]), json.dumps(body))
        filled: JSON = json.loads(text)
        return filled


def sender(name: str) -> tuple[str, Role]:
    """Somebody who may send the command."""
    role = next((route.roles[0] for route in ROUTES if route.name == name), Role.THERAPIST)
    return {Role.DOCTOR: "doctor-1", Role.ADMIN: "admin-1"}.get(role, "therapist-1"), role


def event_of(name: str) -> str:
    """The event that the command records."""
    bodies = {route.name: route.body for route in (OPENING, *ROUTES)}
    body = bodies[name]
    if name in EVENT_OF or not issubclass(body, EntryBody):
        return EVENT_OF.get(name, name)
    return next(entry.name for payload, entry in BY_PAYLOAD.items() if payload is body.ENTRY)


def marked(value: object, path: str = "") -> Iterator[str]:
    """The paths of the marked texts of a body, as the list of reviewed texts writes them."""
    match value:
        case Mapping():
            for name, inner in value.items():
                yield from marked(inner, f"{path}.{name}" if path else str(name))
        case list():
            for inner in value:
                yield from marked(inner, f"{path}[]")
        case str() if MARK in value:
            yield path
