"""A repeated command has the same answer and one event; sixteen writers on one case lose nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from tests.services.house import House, forms, send


def test_the_answer_is_the_same_and_the_event_is_one(house: House) -> None:
    case, key = house.open_case(), str(uuid4())
    (form,) = forms(1, item_9=2)
    with house.client() as client:
        first = client.post(f"/v1/cases/{case}/score-assessment", json=form, headers={"idempotency-key": key})
        again = client.post(f"/v1/cases/{case}/score-assessment", json=form, headers={"idempotency-key": key})
        events = client.get(f"/v1/cases/{case}/events").json()["events"]
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["etag"] == again.headers["etag"] == '"3"'
    assert [event["type"].split(".")[-2] for event in events] == [
        "case_opened",
        "assessment_scored",
        "risk_flag_raised",
    ]


def test_a_repeated_opening_finds_its_case(house: House) -> None:
    body, key = {"patientRef": "patient 2", "therapistId": "therapist-1"}, str(uuid4())
    with house.client() as client:
        assert send(client, "/v1/cases", body, key) == send(client, "/v1/cases", body, key)


def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    case, key = house.open_case(), str(uuid4())
    one, other = forms(2)
    with house.client() as client:
        send(client, f"/v1/cases/{case}/score-assessment", one, key)
        refused = client.post(
            f"/v1/cases/{case}/score-assessment", json=other, headers={"idempotency-key": key}
        )
        events = client.get(f"/v1/cases/{case}/events").json()["events"]
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (422, "idempotency-key-reused")
    assert len(events) == 2


def test_the_same_form_with_another_key_is_no_second_fact(house: House) -> None:
    case, (form,) = house.open_case(), forms(1)
    with house.client() as client:
        first = send(client, f"/v1/cases/{case}/score-assessment", form)
        again = send(client, f"/v1/cases/{case}/score-assessment", form)
    assert (again["version"], again["position"], again["events"]) == (first["version"], first["position"], [])


def test_sixteen_writers_on_one_case_lose_nothing(house: House) -> None:
    case = house.open_case()
    everything = forms(64)

    def write(part: list[dict[str, Any]]) -> list[str]:
        with house.client() as client:
            answers = [send(client, f"/v1/cases/{case}/score-assessment", form) for form in part]
        return [answer["events"][0]["id"] for answer in answers]

    with ThreadPoolExecutor(16) as writers:
        stored = [one for ids in writers.map(write, [everything[n::16] for n in range(16)]) for one in ids]
    with house.client() as client:
        events = client.get(f"/v1/cases/{case}/events").json()["events"]
    assert sorted(stored) == [f"{case}-{version:010d}" for version in range(2, 66)]
    assert {event["data"]["assessmentId"] for event in events[1:]} == {
        one["assessmentId"] for one in everything
    }
