"""Every text of every command, marked, on its whole way: from the store to the logs (compliance 4.1, T4)."""

import httpx
from tests.marked_texts import MARK, MarkedCourse
from tests.services.house import House

from casetrail_contracts.identity import Role

IN_PLAIN = b"supervisor-1"
"""A pseudonym, which is not sealed: it is found where the marked texts would be."""


def test_no_marked_text_is_in_any_file_of_the_house_nor_in_its_stream_t4(own_house: House) -> None:
    def send(path: str, body: dict[str, object], sub: str, role: Role) -> httpx.Response:
        with own_house.client(sub, role, teams=["team-east"]) as client:
            return client.post(path, json=body, headers={"idempotency-key": f"key-{next(keys)}"})

    keys = iter(range(1_000))
    answers = [one.response for one in MarkedCourse(send).tell()]
    assert [answer.text for answer in answers if answer.status_code != 201] == []
    own_house.settle()
    messages = b"".join(content for _, content in own_house.messages())
    files = {
        str(file.relative_to(own_house.data)): file for file in own_house.data.rglob("*") if file.is_file()
    }
    plain = {
        name.split(".")[0].split("/")[0] for name, file in files.items() if IN_PLAIN in file.read_bytes()
    }
    assert IN_PLAIN in messages
    assert plain >= {"store", "read", "notifications"}
    assert {"logs"} <= {name.split("/")[0] for name in files}
    assert MARK.encode() not in messages
    assert [name for name, file in files.items() if MARK.encode() in file.read_bytes()] == []
