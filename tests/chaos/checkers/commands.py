"""I1, I2, I8: what callers were told is what the store holds."""

from collections import defaultdict

from tests.chaos.record import Record, Violation

BY_THE_HOUSE = frozenset({"clock"})
"""Who asks for something by themselves."""


def accepted_is_stored(record: Record) -> list[Violation]:
    """I1: the events of each command that was accepted are in the store, byte for byte."""
    held = set(record.store)
    return [
        Violation("I1", f"the command {one.key} was accepted, and an event of it is not in the store")
        for one in record.attempts
        if one.accepted and not held.issuperset(one.events)
    ]


def stored_was_asked_for(record: Record) -> list[Violation]:
    """I2: each event belongs to a command that was sent, and none to one that was refused."""
    sent = {one.command for one in record.attempts}
    # A caller takes the last word for the truth.
    last_word = {one.command: one for one in record.attempts}
    found = []
    for event in record.log:
        if event.collection != "cases" or event.role in BY_THE_HOUSE:
            continue
        if event.command not in sent:
            found.append(Violation("I2", f"nobody asked for {event.id}"))
        elif last_word[event.command].refused:
            key = last_word[event.command].key
            found.append(Violation("I2", f"the command {key} was refused, and {event.id} is stored"))
    return found


def a_repeat_is_answered_alike(record: Record) -> list[Violation]:
    """I8: every time that a command was accepted it was answered with the same events."""
    answers = defaultdict(set)
    for one in record.attempts:
        if one.accepted:
            answers[one.key].add(one.events)
    return [
        Violation("I8", f"the command {key} was answered in {len(different)} ways")
        for key, different in answers.items()
        if len(different) > 1
    ]
