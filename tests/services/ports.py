"""Ports for servers that a test starts, stops and starts again."""

import random
import socket
from contextlib import suppress

LOWEST = 10_000
OUTGOING = 32_768
"""From here on the system gives ports to outgoing connections and to listeners that ask for any port."""


def free_port() -> int:
    """A port of loopback that nobody listens on, and that nobody is given while its server is away.

    A port that the system itself gives out could meanwhile be that of a proxy in front of this server: the
    proxy would then connect to itself until no file can be opened any more.
    """
    draw = random.SystemRandom()
    while True:
        port = draw.randrange(LOWEST, OUTGOING)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
