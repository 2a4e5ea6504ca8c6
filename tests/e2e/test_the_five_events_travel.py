"""API, store, broker, feed, read model, notification: the same bytes all the way."""

from typing import Any

import pytest
from tests.services.house import House, send, sha256, slices, until

from casetrail_contracts.identity import Role

EVENTS = (
    "inventory_recorded",
    "problem_area_selected",
    "session_held",
    "assessment_scored",
    "goals_revised",
)
PERSON = {
    "personId": "p-1",
    "alias": "Sam",
    "relationship": "partner",
    "temporal": "present",
    "livingStatus": "living",
    "closenessRing": 1,
    "linkToOnset": "maintaining",
}


@pytest.fixture(scope="module")
def story(house: House) -> tuple[str, list[dict[str, Any]]]:
    """A course with each of the five named events, a flag, and an end."""
    case = house.open_case()
    with house.client() as client:

        def command(name: str, body: dict[str, Any]) -> list[dict[str, Any]]:
            return list(send(client, f"/v1/cases/{case}/{name}", body)["events"])

        events = command("record-inventory", {"people": [PERSON]})
        dispute = {"area": "roleDispute", "otherPartyId": "p-1", "stage": "impasse", "issue": "Money."}
        events += command("select-problem-area", {"rank": "primary", "focus": dispute})
        events += command(
            "hold-session",
            {
                "sessionId": "s-1",
                "startedAt": "2026-01-05T10:00:00+01:00",
                "durationMinutes": 50,
                "timezone": "Europe/Berlin",
                "attendance": "5",
                "modality": "video",
            },
        )
        form = {"assessmentId": "a-1", "instrument": "PHQ9", "takenAt": "2026-01-05", "setting": "remote"}
        events += command("score-assessment", form | {"items": [2, 2, 2, 2, 2, 2, 2, 2, 2]})
        because = {
            "reasonCode": "riskChange",
            "evidence": [events[-1]["id"]],
            "decidedBy": "therapist-1",
            "reviewOn": "2099-02-01",
        }
        goal = {"goalId": "g-1", "text": "Talk about money once a week."}
        events += command("revise-goals", {"because": because, "added": [goal]})
        override = {"reason": "referredOn", "openRiskOverride": "Seen by the crisis team."}
        events += command("close", override)
    return case, events


def test_row_message_and_feed_hold_the_same_bytes(
    house: House, story: tuple[str, list[dict[str, Any]]]
) -> None:
    case, events = story
    rows = {
        f"{case}-{version:010d}": sha256(state)
        for version, state in house.rows(
            "store",
            "SELECT originator_version, state FROM events WHERE originator_id = "
            f"'{case.replace('-', '')}' ORDER BY originator_version",
        )
    }
    wanted = {event["id"] for event in events}
    messages = until(
        lambda: (
            {identity: sha256(data) for identity, data in house.messages() if identity in rows}
            if wanted <= {identity for identity, _ in house.messages()}
            else None
        ),
        "the relay did not publish the story",
    )
    with house.client("auditor-1", Role.AUDITOR) as auditor:
        feed = auditor.get("/v1/events", params={"after": "0", "limit": 500})
        of_case = auditor.get(f"/v1/cases/{case}/events")
    by_hash = {sha256(part) for part in slices(feed.content)}
    assert messages == rows
    assert set(rows.values()) <= by_hash
    assert [sha256(part) for part in slices(of_case.content)] == list(rows.values())
    assert {event["type"].split(".")[-2] for event in events} >= set(EVENTS)


def test_the_read_models_show_the_story(house: House, story: tuple[str, list[dict[str, Any]]]) -> None:
    case, events = story
    with house.client() as client:
        summary = client.get(f"/v1/cases/{case}", params={"min_position": events[-1]["position"]}).json()
        page = client.get("/v1/cases", params={"min_position": events[-1]["position"], "limit": 200}).json()
    (entry,) = [one for one in page["cases"] if one["caseId"] == case]
    assert summary["state"] == entry["state"] == "closed"
    assert summary["version"] == entry["version"] == int(events[-1]["sequence"])
    assert [area["area"] for area in summary["problemAreas"]] == ["roleDispute"]
    assert [(form["instrument"], form["total"]) for form in summary["assessments"]] == [("PHQ9", 18)]
    assert [goal["goalId"] for goal in summary["goals"]] == ["g-1"]
    assert entry["openRisk"] == {"review": 0, "urgent": 1}
    assert "Money" not in str(summary)


def test_the_flag_becomes_urgent_tasks_and_the_goals_tell_the_care_team(
    house: House, story: tuple[str, list[dict[str, Any]]]
) -> None:
    _, events = story
    ids = {event["id"]: event["type"].split(".")[-2] for event in events}

    def told() -> list[tuple[str, str]]:
        with house.notifications() as auditor:
            deliveries = auditor.get("/v1/deliveries").json()["deliveries"]
        return sorted((ids[one["eventId"]], one["recipient"]) for one in deliveries if one["eventId"] in ids)

    expected = [
        ("goals_revised", "supervisor-1"),
        ("goals_revised", "team-east"),
        ("goals_revised", "therapist-1"),
        ("risk_flag_raised", "supervisor-1"),
        ("risk_flag_raised", "therapist-1"),
    ]
    until(lambda: told() == expected, f"the notifications are not those expected: {told()}")
    with house.notifications("therapist-1", Role.THERAPIST) as therapist:
        tasks = [task for task in therapist.get("/v1/tasks").json()["tasks"] if task["eventId"] in ids]
    assert [(task["class"], task["recipient"], task["state"]) for task in tasks] == [
        ("urgent", "therapist-1", "open")
    ]
