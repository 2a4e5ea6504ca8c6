"""I4, I5: everybody who follows gets the whole log, in order."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.chaos.record import Record, Violation, stored


def subscribers_see_everything(record: Record) -> list[Violation]:
    """I4: each reader of a history got all of it, the events of each case in order."""
    found = []
    for (name, tenant), came in record.subscribers.items():
        missed = len({event.content for event in record.log if event.tenant == tenant} - set(came))
        if missed:
            found.append(Violation("I4", f"{name} missed {missed} events"))
        found += [Violation("I4", f"{name} got {what}") for what in _out_of_order(dict.fromkeys(came))]
    return found


def the_stream_is_the_store(record: Record) -> list[Violation]:
    """I5: the broker holds each event once, with the same bytes, in the order of versions."""
    held = Counter(record.stream)
    found = [
        Violation("I5", f"{stored(content).id} is on the stream {held[content]} times")
        for content in record.store
        if held[content] != 1
    ]
    strange = len(set(record.stream) - set(record.store))
    if strange:
        found.append(Violation("I5", f"the stream has {strange} messages that the store does not have"))
    return found + [Violation("I5", f"the stream has {what}") for what in _out_of_order(record.stream)]


def _out_of_order(contents: Iterable[bytes]) -> list[str]:
    newest: defaultdict[str, int] = defaultdict(int)
    found = []
    for content in contents:
        event = stored(content)
        if event.sequence < newest[event.case]:
            found.append(f"{event.id} after version {newest[event.case]}")
        newest[event.case] = max(newest[event.case], event.sequence)
    return found
