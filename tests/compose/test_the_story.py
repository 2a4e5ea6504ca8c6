"""One story through the front door of the production shape."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.compose.conftest import Compose
from tests.services.house import send, sha256, slices, until

from casetrail_contracts.identity import Role

NAMED = {
    "inventory_recorded",
    "problem_area_selected",
    "session_held",
    "assessment_scored",
    "goals_revised",
}
PERSON = {
    "personId": "p-1",
    "alias": "Sam",
    "relationship": "partner",
    "temporal": "present",
    "livingStatus": "living",
    "closenessRing": 1,
    "linkToOnset": "maintaining",
}
MESSAGES = """
import asyncio, hashlib, json, os, nats
async def main():
    password = open(os.environ["CASETRAIL_NATS_PASSWORD_FILE"]).read()
    connection = await nats.connect(os.environ["CASETRAIL_NATS_URL"], user="relay", password=password)
    stream = connection.jetstream()
    state = (await stream.stream_info("CASETRAIL_EVENTS")).state
    found = []
    for sequence in range(state.first_seq, state.last_seq + 1):
        message = await stream.get_msg("CASETRAIL_EVENTS", sequence)
        found.append([message.headers["Nats-Msg-Id"], hashlib.sha256(message.data).hexdigest()])
    print(json.dumps(found))
    await connection.close()
asyncio.run(main())
"""
UNSPEAKABLE = ("phq", "risk", "suicid", "therap", "patient", "goal", "Sam", "Talk")
"""What no mail may hold: it is read over shoulders, and by those who run the mail server."""
CONFINEMENT = """
import json, os
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
try:
    open("/opt/casetrail/new", "w")
    wrote = "yes"
except OSError as error:
    wrote = os.strerror(error.errno)
print(json.dumps([[str(os.getuid()), *(status[name].strip() for name in ("CapEff", "NoNewPrivs")), wrote]]))
"""
SECRETS = """
import json, os
print(json.dumps([sorted(
    os.path.relpath(os.path.join(folder, file), "/secrets")
    for folder, _, files in os.walk("/secrets") for file in files
)]))
"""
SERVICES = {
    "api": [
        "api/broker.password",
        "api/jwks.json",
        "api/master.key",
        "api/reader.password",
        "api/writer.password",
    ],
    "relay": ["relay/relay.password", "relay/writer.password"],
    "projector": ["projector/database.password", "projector/projector.password"],
    "notifications": [
        "notifications/broker.password",
        "notifications/database.password",
        "notifications/jwks.json",
    ],
}
TREATMENT_OR_NOT = """
import json
from importlib.util import find_spec
print(json.dumps([[name for name in ("casetrail_contracts", "treatment", "eventsourcing", "notifications")
    if find_spec(name)]]))
"""


@pytest.fixture(scope="module")
def clinician(compose: Compose) -> Iterator[httpx.Client]:
    with compose.client("CASETRAIL_API_PORT", "therapist-1", Role.THERAPIST) as client:
        yield client


@pytest.fixture(scope="module")
def events(compose: Compose, clinician: httpx.Client) -> list[dict[str, Any]]:
    """The story as its events."""
    opening = {
        "patientRef": "patient 1",
        "therapistId": "therapist-1",
        "supervisorId": "supervisor-1",
        "teamId": "team-east",
    }
    answer = send(clinician, "/v1/cases", opening)
    case, events = answer["caseId"], list(answer["events"])

    def command(name: str, body: dict[str, Any]) -> None:
        events.extend(send(clinician, f"/v1/cases/{case}/{name}", body)["events"])

    command("record-inventory", {"people": [PERSON]})
    dispute = {"area": "roleDispute", "otherPartyId": "p-1", "stage": "impasse"}
    command("select-problem-area", {"rank": "primary", "focus": dispute})
    command(
        "hold-session",
        {
            "sessionId": "s-1",
            "startedAt": "2026-01-05T10:00:00Z",
            "durationMinutes": 50,
            "timezone": "Europe/London",
            "attendance": "5",
            "modality": "inPerson",
        },
    )
    form = {"assessmentId": "a-1", "instrument": "PHQ9", "takenAt": "2026-01-05", "setting": "remote"}
    command("score-assessment", form | {"items": [2] * 9})
    because = {
        "reasonCode": "riskChange",
        "evidence": [events[-1]["id"]],
        "decidedBy": "therapist-1",
        "reviewOn": "2099-02-01",
    }
    command("revise-goals", {"because": because, "added": [{"goalId": "g-1", "text": "Talk."}]})
    return events


def stored(compose: Compose) -> list[list[str]]:
    """Id and SHA-256 of every row."""
    return compose.sql(
        "SELECT originator_id || '-' || lpad(originator_version::text, 10, '0'), "
        "encode(sha256(state), 'hex') FROM store.events ORDER BY notification_id"
    )


def published(compose: Compose, count: int) -> list[list[str]]:
    """Id and SHA-256 of every message, once there are that many."""
    messages: list[list[str]] = until(
        lambda: found if len(found := compose.python("relay", MESSAGES)) >= count else None,
        f"the relay did not publish {count} events",
        60,
    )
    return messages


def test_row_message_and_feed_hold_the_same_bytes(
    compose: Compose, clinician: httpx.Client, events: list[dict[str, Any]]
) -> None:
    case = events[0]["subject"]
    with compose.client("CASETRAIL_API_PORT", "auditor-1", Role.AUDITOR) as auditor:
        feed = [sha256(part) for part in slices(auditor.get("/v1/events?limit=500").content)]
    rows = stored(compose)
    assert {event["type"].split(".")[-2] for event in events} >= NAMED
    assert [digest for _, digest in rows] == feed
    assert [name for name, _ in rows if name.startswith(case)] == [event["id"] for event in events]
    assert published(compose, len(rows)) == rows


def test_the_read_model_shows_the_story(clinician: httpx.Client, events: list[dict[str, Any]]) -> None:
    newest = events[-1]
    shown = clinician.get(f"/v1/cases/{newest['subject']}", params={"min_position": newest["position"]})
    assert shown.status_code == 200, shown.text
    case = shown.json()
    assert {
        "version": case["version"],
        "people": case["inventory"]["people"],
        "areas": [(one["rank"], one["area"], one["detail"]) for one in case["problemAreas"]],
        "sessions": [one["sessionId"] for one in case["sessions"]],
        "totals": [(one["assessmentId"], one["total"]) for one in case["assessments"]],
        "flags": [one["level"] for one in case["openFlags"]],
        "goals": [one["goalId"] for one in case["goals"]],
        "because": case["lastRevision"]["reasonCode"],
    } == {
        "version": len(events),
        "people": 1,
        "areas": [("primary", "roleDispute", "impasse")],
        "sessions": ["s-1"],
        "totals": [("a-1", 18)],
        "flags": ["urgent"],
        "goals": ["g-1"],
        "because": "riskChange",
    }


def test_the_flag_is_a_task_and_a_neutral_mail(compose: Compose, events: list[dict[str, Any]]) -> None:
    (flag,) = [event for event in events if "risk_flag_raised" in event["type"]]
    with compose.client("CASETRAIL_NOTIFICATIONS_PORT", "therapist-1", Role.THERAPIST) as therapist:
        (task,) = until(
            lambda: [
                one for one in therapist.get("/v1/tasks").json()["tasks"] if one["eventId"] == flag["id"]
            ],
            "the flag did not become a task",
            60,
        )
        assert (task["class"], task["recipient"], task["state"]) == ("urgent", "therapist-1", "open")
        seen = therapist.post(f"/v1/tasks/{task['taskId']}/acknowledge").json()
    assert (seen["state"], seen["acknowledgedBy"]) == ("acknowledged", "therapist-1")

    sink = f"http://127.0.0.1:{compose.ports['CASETRAIL_MAIL_PORT']}/api/v1"

    def mails() -> list[dict[str, Any]]:
        return list(httpx.get(f"{sink}/messages").json()["messages"])

    until(lambda: len(mails()) == 5, f"not five mails: {mails()}", 60)
    assert {mail["Subject"] for mail in mails()} == {
        "Casetrail: an urgent task for you",
        "Casetrail: something changed",
    }
    (mail,) = [one for one in mails() if one["MessageID"].startswith(task["taskId"])]
    assert [to["Address"] for to in mail["To"]] == ["therapist-1@example.org"]
    texts = [httpx.get(f"{sink}/message/{one['ID']}").json()["Text"] for one in mails()]
    assert [text for text in texts for said in UNSPEAKABLE if said.lower() in text.lower()] == []


def test_a_killed_relay_goes_on_where_it_was(
    compose: Compose, clinician: httpx.Client, events: list[dict[str, Any]]
) -> None:
    compose.run("kill", "relay")
    form = {"assessmentId": "a-2", "instrument": "GAD7", "takenAt": "2026-01-12", "setting": "remote"}
    path = f"/v1/cases/{events[0]['subject']}/score-assessment"
    answer = send(clinician, path, form | {"reportedTotal": 7})
    compose.run("up", "--detach", "--wait", "relay")
    shown = until(
        lambda: clinician.get("/v1/cases", params={"min_position": answer["position"]}),
        "the read model did not go on",
        60,
    )
    assert shown.json()["cases"][0]["lastScore"]["instrument"] == "GAD7"
    rows = stored(compose)
    assert rows[-1][0] == answer["events"][-1]["id"]
    assert published(compose, len(rows)) == rows


def test_every_service_is_confined(compose: Compose) -> None:
    ids = compose.run("ps", "--all", "--quiet").split()
    inspected = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, check=True)
    containers = json.loads(inspected.stdout)
    assert len(containers) >= 10
    for container in containers:
        name, host = container["Name"], container["HostConfig"]
        assert container["Config"]["User"] not in {"", "0", "root"}, name
        assert host["ReadonlyRootfs"], name
        assert host["CapDrop"] == ["ALL"], name
        assert "no-new-privileges:true" in host["SecurityOpt"], name
        bound = [one["HostIp"] for ports in (host["PortBindings"] or {}).values() for one in ports]
        assert set(bound) <= {"127.0.0.1"}, name
        assert not [one for one in container["Config"]["Env"] if "PASSWORD=" in one or "SECRET=" in one], name


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_can_do_no_more_than_its_work(compose: Compose, service: str) -> None:
    assert compose.python(service, CONFINEMENT) == [["10001", "0" * 16, "1", "Read-only file system"]]


@pytest.mark.parametrize(("service", "own"), SERVICES.items())
def test_a_service_sees_its_own_secrets_only(compose: Compose, service: str, own: list[str]) -> None:
    assert compose.python(service, SECRETS) == [own]


def test_an_image_holds_one_service_only(compose: Compose) -> None:
    assert {service: compose.python(service, TREATMENT_OR_NOT) for service in ("api", "notifications")} == {
        "api": [["casetrail_contracts", "treatment", "eventsourcing"]],
        "notifications": [["casetrail_contracts", "notifications"]],
    }


def test_the_writer_may_not_change_what_is_stored(compose: Compose) -> None:
    shell = (
        "PGPASSWORD=$(cat /secrets/postgres/writer.password) "
        'psql -h 127.0.0.1 -U casetrail_writer casetrail -c "$0"'
    )
    for statement in (
        "UPDATE store.events SET topic = ''",
        "DELETE FROM store.events",
        "TRUNCATE store.events",
    ):
        command = ["exec", "-T", "postgres", "bash", "-c", f"{shell} 2>&1 || true", statement]
        assert "permission denied" in compose.run(*command), statement


def test_all_containers_made_anew_go_on_with_what_was_there(
    compose: Compose, clinician: httpx.Client, events: list[dict[str, Any]]
) -> None:
    before = stored(compose)
    compose.run("down")
    compose.run("up", "--detach", "--wait")
    assert "nothing was missing" in compose.run("logs", "--no-log-prefix", "secrets")
    assert stored(compose) == before
    note = {"assessmentId": "a-3", "instrument": "GAD7", "takenAt": "2026-01-19", "setting": "remote"}
    path = f"/v1/cases/{events[0]['subject']}/score-assessment"
    send(clinician, path, note | {"reportedTotal": 5})
    rows = stored(compose)
    assert rows[:-1] == before
    assert published(compose, len(rows)) == rows
