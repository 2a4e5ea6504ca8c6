"""The invariants: pure functions from a record of a run to what was broken in it."""

from collections.abc import Callable, Mapping

from tests.chaos.checkers import commands, effects, log, models, recovery, stream
from tests.chaos.record import Record, Violation

Checker = Callable[[Record], list[Violation]]

CHECKERS: Mapping[str, Checker] = {
    "I1": commands.accepted_is_stored,
    "I2": commands.stored_was_asked_for,
    "I3": log.versions_have_no_gap,
    "I4": stream.subscribers_see_everything,
    "I5": stream.the_stream_is_the_store,
    "I6": models.rows_are_the_fold,
    "I7": effects.told_once,
    "I8": commands.a_repeat_is_answered_alike,
    "I9": log.the_chain_holds,
    "I10": log.the_past_stays,
    "I11": models.checkpoints_move_forward,
    "I12": recovery.all_is_well_again,
    "I13": recovery.every_point_was_reached,
    "I14": recovery.a_broker_ahead_is_noticed,
}


def check(record: Record) -> list[Violation]:
    """Everything that was broken."""
    return [violation for checker in CHECKERS.values() for violation in checker(record)]
