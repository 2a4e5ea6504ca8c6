"""The moments at which a process is struck, and the part that meets them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A failpoint of the product."""

    label: str
    """As the plan of faults numbers it."""
    name: str
    part: str
    moment: str


def _points(part: str, *rows: tuple[str, str, str]) -> tuple[Point, ...]:
    return tuple(Point(label=label, name=name, part=part, moment=moment) for label, name, moment in rows)


COMMAND = _points(
    "api",
    ("C1", "command.parsed", "the body was read"),
    ("C2", "command.loaded", "the case was loaded"),
    ("C3", "append.before_insert", "in the transaction, nothing inserted yet"),
    ("C4", "append.before_commit", "inserted, not committed"),
    ("C5", "append.committed", "committed, and the answer of the database not yet taken in"),
    ("C6", "command.before_answer", "committed, and the caller not yet answered"),
)
RELAY = _points(
    "relay",
    ("R1", "relay.read", "rows were read"),
    ("R2", "relay.before_publish", "a group was chosen"),
    ("R3", "relay.published", "on the stream, and the broker's answer not yet taken in"),
    ("R4", "relay.acknowledged", "on the stream, and known to be"),
    ("R5", "relay.between_batches", "before the next rows are read"),
)
PROJECTOR = _points(
    "projector",
    ("P1", "projector.received", "a batch has come"),
    ("P2", "projector.before_transaction", "the batch was read"),
    ("P3", "projector.in_transaction", "rows and position written, not committed"),
    ("P4", "projector.committed", "committed, nothing acknowledged"),
    ("P5", "projector.acknowledging", "one acknowledgement on its way, the others not"),
    ("P6", "projector.acknowledged", "all acknowledgements on their way"),
)
NOTIFIER = _points(
    "notifications",
    ("N1", "sender.before_send", "a delivery is due"),
    ("N2", "sender.sent", "taken by the other side, whose answer is not yet used"),
    ("N3", "sender.before_record", "sent, not written down"),
    ("N4", "sender.recorded", "sent and written down"),
)
REBUILD = _points(
    "rebuild",
    ("B1", "rebuild.page", "a page of the history was applied, the next one not read"),
    ("B2", "rebuild.before_switch", "all rows are there, the old ones still answer"),
    ("B3", "rebuild.in_switch", "the tables have changed places, not committed"),
    ("B4", "rebuild.switched", "the new rows answer, nothing was cleaned up"),
)
"""Met by `casetrail projections rebuild --switch`, which an operator runs."""

POINTS = (*COMMAND, *RELAY, *PROJECTOR, *NOTIFIER, *REBUILD)
