"""The broker as it must be: its stream, made and checked in one place, and its server's configuration."""

from treatment.provision.server import MAY_PUBLISH, BrokerUsers, server_config
from treatment.provision.stream import (
    BrokerUnreachable,
    Difference,
    StreamDrifted,
    StreamLimits,
    check,
    jetstream,
    provision,
)

__all__ = [
    "BrokerUnreachable",
    "BrokerUsers",
    "Difference",
    "MAY_PUBLISH",
    "StreamDrifted",
    "StreamLimits",
    "check",
    "jetstream",
    "provision",
    "server_config",
]
