"""Strikes a process at a failpoint: it says that it has come there, and waits for what happens to it."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

SOCKET = "control"
ARMED = "armed"
REACHED = "reached"

Action = Callable[[int], None]
"""What happens to the process with this id; it goes on afterwards, if it still lives."""


class Strike:
    """One failpoint that was armed."""

    def __init__(self, point: str, action: Action) -> None:
        self.point = point
        self.over = threading.Event()
        """Set when the action has been carried out."""
        self.met = threading.Event()
        """Set when a process has come to the point."""
        self.failure: BaseException | None = None
        self._action = action

    def carry_out(self, process: int) -> None:
        """Do it to this process."""
        self.met.set()
        try:
            self._action(process)
        except BaseException as failure:  # noqa: BLE001 (told to the thread that waits)
            self.failure = failure
        finally:
            self.over.set()


class Control:
    """The other side of `nursery.strike`: the folder in which points are armed, and a socket beside it."""

    def __init__(self, folder: Path) -> None:
        """The folder's path must be short: it names a socket."""
        self.folder = folder
        for name in (ARMED, REACHED):
            (folder / name).mkdir()
        self._strikes: dict[str, Strike] = {}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen()
        threading.Thread(target=self._listen, daemon=True).start()

    def arm(self, point: str, action: Action) -> Strike:
        """Let this happen to the next process that comes to the point, once."""
        strike = self._strikes[point] = Strike(point, action)
        (self.folder / ARMED / point).touch()
        return strike

    def disarm(self, point: str) -> None:
        """Forget about a point that nobody came to."""
        (self.folder / ARMED / point).unlink(missing_ok=True)

    def reached(self) -> frozenset[str]:
        """The points that any process has come to since `forget`, struck or not."""
        return frozenset(entry.name for entry in (self.folder / REACHED).iterdir())

    def forget(self) -> None:
        """No point was come to yet: called between two runs, while no process is there."""
        for reached in (self.folder / REACHED).iterdir():
            reached.unlink()

    def close(self) -> None:
        """Nobody is struck any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._listener.accept()
                threading.Thread(target=self._receive, args=(visitor,), daemon=True).start()

    def _receive(self, visitor: socket.socket) -> None:
        with visitor, suppress(OSError):
            point, process = visitor.makefile().readline().split()
            self._strikes.pop(point).carry_out(int(process))
            visitor.sendall(b"go on\n")
