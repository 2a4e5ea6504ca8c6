"""I3, I9, I10: the store is one history, whole and unchanged."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from tests.chaos.record import Record, Stored, Violation, stored


def versions_have_no_gap(record: Record) -> list[Violation]:
    """I3: versions of a case and positions of a tenant are 1..n; an expected version was the one met."""
    found = []
    for case, events in _by(record.log, "case").items():
        versions = [event.sequence for event in events]
        if versions != list(range(1, len(versions) + 1)):
            found.append(Violation("I3", f"the versions of {case} are {versions}"))
    for tenant, events in _by(record.log, "tenant").items():
        positions = [event.position for event in events]
        if positions != list(range(1, len(positions) + 1)):
            found.append(Violation("I3", f"the positions of {tenant} are not 1..{len(positions)} in order"))
    for one in record.attempts:
        if not (one.accepted and one.events) or one.expected_version is None:
            continue
        onto = stored(one.events[0]).sequence - 1
        if onto != one.expected_version:
            asked = one.expected_version
            found.append(Violation("I3", f"the command {one.key} expected version {asked} and met {onto}"))
    return found


def the_chain_holds(record: Record) -> list[Violation]:
    """I9: each event names its predecessor's hash, time does not run back, and no earlier head is gone."""
    found = []
    for events in _by(record.log, "case").values():
        previous: Stored | None = None
        for event in events:
            if event.previous != (previous.hash if previous else None):
                found.append(Violation("I9", f"{event.id} does not name the hash of what precedes it"))
            previous = event
    for events in _by(record.log, "tenant").values():
        for before, after in pairwise(events):
            if after.recorded < before.recorded:
                found.append(Violation("I9", f"{after.id} was recorded before {before.id}, its predecessor"))
    held = {(event.tenant, event.position, event.hash) for event in record.log}
    found += [
        Violation("I9", f"position {position} of {tenant} had another content once")
        for tenant, position, _ in sorted(record.heads - held)
    ]
    return found


def the_past_stays(record: Record) -> list[Violation]:
    """I10: a case at a version is now what it was when that version was the newest."""
    return [
        Violation("I10", f"{case} at version {version} is not what it was")
        for (case, version), (then, now) in record.states.items()
        if then != now
    ]


def _by(events: Iterable[Stored], name: str) -> dict[str, list[Stored]]:
    grouped = defaultdict(list)
    for event in events:
        grouped[getattr(event, name)].append(event)
    return grouped
