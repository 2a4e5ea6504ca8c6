"""An end for every wait: a connection whose server does not answer in time is cut off.

The driver waits for an answer as long as the connection lives, and a network that swallows packets can keep
one alive for ever. The server's own timeouts do not help: it may have answered.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Thread
from typing import Protocol


class Connected(Protocol):
    """A connection with a socket."""

    def fileno(self) -> int:
        """The socket's descriptor."""


class Watch:
    """Watches over the connections that wait. Safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._until: dict[int, float] = {}
        self._running = False

    @contextmanager
    def over(self, connection: Connected, seconds: float) -> Iterator[None]:
        """Cut the connection off when the block takes longer; the driver then raises its own error."""
        # Our own copy: the driver may close its descriptor, and the number may be used anew.
        descriptor = os.dup(connection.fileno())
        self._begin(descriptor, time.monotonic() + seconds)
        try:
            yield
        finally:
            with self._changed:
                self._until.pop(descriptor, None)
                os.close(descriptor)

    def _begin(self, descriptor: int, until: float) -> None:
        with self._changed:
            self._until[descriptor] = until
            if not self._running:
                self._running = True
                Thread(target=self._cut_off_the_overdue, name="watch", daemon=True).start()
            elif len(self._until) == 1:
                self._changed.notify()

    def _cut_off_the_overdue(self) -> None:
        with self._changed:
            while True:
                if not self._until:
                    self._changed.wait()
                    continue
                descriptor, until = min(self._until.items(), key=lambda item: item[1])
                remaining = until - time.monotonic()
                if remaining > 0:
                    self._changed.wait(remaining)
                    continue
                del self._until[descriptor]
                with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as ours:
                    ours.shutdown(socket.SHUT_RDWR)
