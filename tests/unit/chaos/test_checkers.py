"""Each invariant is silent about a sound run, and speaks about a run in which it is broken."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.chaos.checkers import CHECKERS, check
from tests.chaos.record import Ahead, Attempt, Checkpoint, Effects, Record, Recovery, Violation


def event(case: str, sequence: int, position: int, previous: bytes | None = None, **more: str) -> bytes:
    """A record with what the checkers read."""
    link = {} if previous is None else {"previoushash": digest(previous)}
    return json.dumps(
        {
            "id": f"{case}-{sequence}",
            "source": f"https://casetrail.example/tenants/north/cases/{case}",
            "subject": case,
            "sequence": f"{sequence:010d}",
            "position": f"{position:016d}",
            "commandid": f"command {position}",
            "authrole": "therapist",
            "recordedtime": f"2026-01-05T00:00:{position:02d}.000000Z",
            **link,
            **more,
        }
    ).encode()


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


A1 = event("a", 1, 1)
B1 = event("b", 1, 2)
A2 = event("a", 2, 3, A1)
LOG = (A1, B1, A2)


def attempt(position: int, *events: bytes, status: int | None = 201, expected: int | None = None) -> Attempt:
    return Attempt(
        key=f"key {position}",
        command=f"command {position}",
        status=status,
        events=events,
        expected_version=expected,
    )


SOUND = Record(
    attempts=(
        attempt(1, A1),
        attempt(2, status=None),
        attempt(2, B1),
        attempt(3, A2, expected=1),
        attempt(4, status=412, expected=7),
        attempt(5, status=503),
    ),
    store=LOG,
    stream=LOG,
    subscribers={("feed", "north"): LOG, ("late feed", "north"): (A1, B1, A1, B1, A2), ("feed", "south"): ()},
    read_models={"caseload": ("a", "b")},
    folded={"caseload": ("a", "b")},
    effects=Effects(expected=frozenset({"e1"}), ledger={"e1": "delivered"}, received=("e1", "e1")),
    checkpoints=(
        Checkpoint("caseload", 1),
        Checkpoint("relay", 2),
        Checkpoint("caseload", 3),
        Checkpoint("relay", 0, rewound=True),
    ),
    states={("a", 1): ("state", "state")},
    heads=frozenset({("north", 1, digest(A1))}),
    recovery=Recovery(seconds=2, ready={"api": True}, quarantined=frozenset({"p"}), poison=frozenset({"p"})),
    to_reach=frozenset({"relay.read"}),
    reached=frozenset({"relay.read", "command.parsed"}),
    ahead=Ahead(halted=True, said=True, published_since=0, accepted_since=0),
)

A2_UNLINKED = event("a", 2, 3)
A2_EARLIER = event("a", 2, 3, A1, recordedtime="2026-01-04T00:00:00.000000Z")
A3 = event("a", 3, 3, A1)
BROKEN: Mapping[str, tuple[Record, Violation]] = {
    "an accepted event is gone": (
        replace(SOUND, attempts=(*SOUND.attempts, attempt(6, event("c", 1, 6)))),
        Violation("I1", "the command key 6 was accepted, and an event of it is not in the store"),
    ),
    "an event that nobody asked for": (
        replace(SOUND, attempts=SOUND.attempts[1:]),
        Violation("I2", "nobody asked for a-1"),
    ),
    "an event of a refused command": (
        replace(SOUND, attempts=(attempt(1, status=409), *SOUND.attempts[1:])),
        Violation("I2", "the command key 1 was refused, and a-1 is stored"),
    ),
    "a version is missing": (
        replace(SOUND, store=(A1, B1, A3)),
        Violation("I3", "the versions of a are [1, 3]"),
    ),
    "a position is missing": (
        replace(SOUND, store=(A1, A2)),
        Violation("I3", "the positions of north are not 1..2 in order"),
    ),
    "an expected version was not met": (
        replace(SOUND, attempts=(attempt(3, A2, expected=0),)),
        Violation("I3", "the command key 3 expected version 0 and met 1"),
    ),
    "a reader missed an event": (
        replace(SOUND, subscribers={("feed", "north"): (A1, A2)}),
        Violation("I4", "feed missed 1 events"),
    ),
    "a reader got a case out of order": (
        replace(SOUND, subscribers={("feed", "north"): (A2, B1, A1)}),
        Violation("I4", "feed got a-1 after version 2"),
    ),
    "an event is not on the stream": (
        replace(SOUND, stream=(A1, A2)),
        Violation("I5", "b-1 is on the stream 0 times"),
    ),
    "an event is on the stream twice": (
        replace(SOUND, stream=(A1, B1, B1, A2)),
        Violation("I5", "b-1 is on the stream 2 times"),
    ),
    "the stream is out of order": (
        replace(SOUND, stream=(A2, B1, A1)),
        Violation("I5", "the stream has a-1 after version 2"),
    ),
    "the stream has something else": (
        replace(SOUND, stream=(*LOG, event("c", 1, 4))),
        Violation("I5", "the stream has 1 messages that the store does not have"),
    ),
    "a row differs": (
        replace(SOUND, read_models={"caseload": ("a", "c")}),
        Violation("I6", "caseload differs from what the log makes: 1 rows too many, 1 missing"),
    ),
    "nobody was told": (
        replace(SOUND, effects=replace(SOUND.effects, received=())),
        Violation("I7", "e1 never reached its receiver"),
    ),
    "somebody was told without a reason": (
        replace(SOUND, effects=replace(SOUND.effects, received=("e1", "e2"))),
        Violation("I7", "e2 reached a receiver, and nothing called for it"),
    ),
    "a delivery was given up": (
        replace(SOUND, effects=replace(SOUND.effects, ledger={"e1": "failing"})),
        Violation("I7", "e1 was not delivered"),
    ),
    "the ledger lacks an effect": (
        replace(SOUND, effects=replace(SOUND.effects, ledger={})),
        Violation("I7", "e1 is not in the ledger"),
    ),
    "a repeat was answered otherwise": (
        replace(SOUND, attempts=(*SOUND.attempts, attempt(1))),
        Violation("I8", "the command key 1 was answered in 2 ways"),
    ),
    "the chain is broken": (
        replace(SOUND, store=(A1, B1, A2_UNLINKED)),
        Violation("I9", "a-2 does not name the hash of what precedes it"),
    ),
    "time ran back": (
        replace(SOUND, store=(A1, B1, A2_EARLIER)),
        Violation("I9", "a-2 was recorded before b-1, its predecessor"),
    ),
    "what was once the newest is another": (
        replace(SOUND, heads=frozenset({("north", 1, "another")})),
        Violation("I9", "position 1 of north had another content once"),
    ),
    "the past changed": (
        replace(SOUND, states={("a", 1): ("state", "another")}),
        Violation("I10", "a at version 1 is not what it was"),
    ),
    "a checkpoint went back": (
        replace(SOUND, checkpoints=(Checkpoint("caseload", 3), Checkpoint("caseload", 2))),
        Violation("I11", "caseload went back from 3 to 2"),
    ),
    "something lags": (
        replace(SOUND, recovery=replace(SOUND.recovery, lag=4, seconds=60)),
        Violation("I12", "4 events have not arrived everywhere after 60 s"),
    ),
    "it took too long": (
        replace(SOUND, recovery=replace(SOUND.recovery, seconds=61)),
        Violation("I12", "it took 61 s to catch up"),
    ),
    "a part is not ready": (
        replace(SOUND, recovery=replace(SOUND.recovery, ready={"api": False})),
        Violation("I12", "api is not ready"),
    ),
    "a sound event is in quarantine": (
        replace(SOUND, recovery=replace(SOUND.recovery, poison=frozenset())),
        Violation("I12", "p is in quarantine"),
    ),
    "poison is not in quarantine": (
        replace(SOUND, recovery=replace(SOUND.recovery, quarantined=frozenset())),
        Violation("I12", "p is not in quarantine"),
    ),
    "a point was not reached": (
        replace(SOUND, reached=frozenset()),
        Violation("I13", "relay.read was never reached"),
    ),
    "a broker ahead was not noticed": (
        replace(SOUND, ahead=Ahead(halted=False, said=True, published_since=0, accepted_since=0)),
        Violation("I14", "the relay went on although the broker is ahead of the store"),
    ),
    "nobody was told of a broker ahead": (
        replace(SOUND, ahead=Ahead(halted=True, said=False, published_since=0, accepted_since=0)),
        Violation("I14", "nothing says that the broker is ahead of the store"),
    ),
    "a broker ahead was published onto": (
        replace(SOUND, ahead=Ahead(halted=True, said=True, published_since=2, accepted_since=0)),
        Violation("I14", "2 events were published onto a stream that is ahead"),
    ),
    "a store that lacks events took a command": (
        replace(SOUND, ahead=Ahead(halted=True, said=True, published_since=0, accepted_since=1)),
        Violation("I14", "1 commands were accepted by a store that lacks events"),
    ),
}


def test_nothing_is_said_about_a_sound_run() -> None:
    assert check(SOUND) == []


@pytest.mark.parametrize(("record", "violation"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_found_by_its_checker(record: Record, violation: Violation) -> None:
    assert violation in CHECKERS[violation.invariant](record)


def test_every_invariant_is_seen_broken() -> None:
    assert {violation.invariant for _, violation in BROKEN.values()} == set(CHECKERS)
