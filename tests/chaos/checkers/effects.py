"""I7: whoever had to be told was told."""

from tests.chaos.record import Record, Violation


def told_once(record: Record) -> list[Violation]:
    """I7: the ledger has each effect once and delivered, the receiver at least once, and nobody else's."""
    effects = record.effects
    ledger, received = set(effects.ledger), set(effects.received)
    undelivered = sorted(name for name, state in effects.ledger.items() if state != "delivered")
    return [
        Violation("I7", what)
        for what, names in (
            ("{} is not in the ledger", effects.expected - ledger),
            ("{} is in the ledger, and nothing called for it", ledger - effects.expected),
            ("{} was not delivered", undelivered),
            ("{} never reached its receiver", effects.expected - received),
            ("{} reached a receiver, and nothing called for it", received - effects.expected),
        )
        for what in (what.format(name) for name in sorted(names))
    ]
