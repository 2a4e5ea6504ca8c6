"""I12, I13, I14: after the faults all is well, and the faults were really there."""

from tests.chaos.record import Record, Violation


def all_is_well_again(record: Record) -> list[Violation]:
    """I12: in time nothing lags, everything is ready, and only injected poison is in quarantine."""
    recovery = record.recovery
    found = []
    if recovery.lag:
        found.append(f"{recovery.lag} events have not arrived everywhere after {recovery.seconds:.0f} s")
    if recovery.seconds > recovery.within:
        found.append(f"it took {recovery.seconds:.0f} s to catch up")
    found += [f"{part} is not ready" for part, ready in recovery.ready.items() if not ready]
    found += [f"{event} is in quarantine" for event in sorted(recovery.quarantined - recovery.poison)]
    found += [f"{event} is not in quarantine" for event in sorted(recovery.poison - recovery.quarantined)]
    return [Violation("I12", what) for what in found]


def every_point_was_reached(record: Record) -> list[Violation]:
    """I13: each point and path that the run is about was met, so that its silence means something."""
    return [
        Violation("I13", f"{name} was never reached") for name in sorted(record.to_reach - record.reached)
    ]


def a_broker_ahead_is_noticed(record: Record) -> list[Violation]:
    """I14: with a broker that has more than the store, nothing is published or stored, and that is told."""
    ahead = record.ahead
    if ahead is None:
        return []
    found = []
    if not ahead.halted:
        found.append("the relay went on although the broker is ahead of the store")
    if not ahead.said:
        found.append("nothing says that the broker is ahead of the store")
    if ahead.published_since:
        found.append(f"{ahead.published_since} events were published onto a stream that is ahead")
    if ahead.accepted_since:
        found.append(f"{ahead.accepted_since} commands were accepted by a store that lacks events")
    return [Violation("I14", what) for what in found]
