"""The log to the broker, in order, once."""

from treatment.relay.decisions import BrokerAhead, RelayHalted
from treatment.relay.worker import run

__all__ = ["BrokerAhead", "RelayHalted", "run"]
