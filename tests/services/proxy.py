"""A TCP proxy that loses answers: what a network does to a service at the worst moment."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum

CHUNK = 65_536
RESET_AT_ONCE = struct.pack("ii", 1, 0)


class Fate(Enum):
    """What becomes of a connection when its moment has come."""

    RESET = "both ends are told that the connection is gone"
    BLACK_HOLE = "everything is taken and nothing is passed on, for ever"


class Proxy:
    """Passes connections on to one address, until it is told otherwise."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._plan: tuple[bytes, Fate] | None = None
        self._links: list[_Link] = []
        self._swallowing = False
        self.struck = threading.Event()
        """Set when a planned fate has come true."""
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_answer(self, request: bytes, fate: Fate) -> None:
        """Once: let the next request that holds these bytes reach the server, and lose what it answers."""
        with self._lock:
            self._plan = request, fate
            self.struck.clear()

    def fate_of(self, passed: bytes) -> Fate | None:
        """The fate that these bytes bring upon the answer to them, if any; each plan is carried out once."""
        with self._lock:
            if self._plan is None or self._plan[0] not in passed:
                return None
            (_, fate), self._plan = self._plan, None
            return fate

    def reset_links(self) -> None:
        """Tell both ends of every connection that it is gone; new ones are passed on."""
        with self._lock:
            links, self._links = self._links, []
        for link in links:
            link.reset()

    def strand(self) -> None:
        """Let every connection of now be dead without anybody being told; new ones are passed on."""
        with self._lock:
            for link in self._links:
                link.strand()

    @contextmanager
    def swallowing(self) -> Iterator[None]:
        """Take everything and pass nothing on while the block runs; then every connection is reset."""
        with self._lock:
            self._swallowing = True
        try:
            yield
        finally:
            with self._lock:
                self._swallowing = False
            self.reset_links()

    def counted_down(self, link: "_Link") -> bool:
        """Note that one way of a link has ended; whether it was the last, and the link is done with."""
        with self._lock:
            link.open_ways -= 1
            if link.open_ways or link.stays_silent or link not in self._links:
                return False
            self._links.remove(link)
            return True

    @property
    def is_swallowing(self) -> bool:
        """Whether nothing is passed on now."""
        return self._swallowing

    def close(self) -> None:
        """Stop listening, and reset every connection."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.reset_links()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(self._target)
                except OSError:
                    _reset(client)
                    continue
                link = _Link(self, client, server)
                with self._lock:
                    self._links.append(link)
                link.start()


class _Link:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._fate: Fate | None = None
        self._stranded = False
        self.open_ways = 2

    @property
    def stays_silent(self) -> bool:
        """Whether its client is never to hear that it has ended."""
        return self._stranded or self._fate is Fate.BLACK_HOLE

    def start(self) -> None:
        for pump in (self._requests, self._answers):
            threading.Thread(target=pump, daemon=True).start()

    def reset(self) -> None:
        _reset(self._client)
        _reset(self._server)

    def strand(self) -> None:
        """Take everything, and pass nothing on, for ever."""
        self._stranded = True

    def _requests(self) -> None:
        with suppress(OSError):
            while passed := self._client.recv(CHUNK):
                if self._stranded or self._proxy.is_swallowing:
                    self._fate = Fate.BLACK_HOLE
                    continue
                self._fate = self._fate or self._proxy.fate_of(passed)
                self._server.sendall(passed)
        self._shut(self._server)
        self._way_ended()

    def _answers(self) -> None:
        with suppress(OSError):
            while answer := self._server.recv(CHUNK):
                if self._stranded or self._proxy.is_swallowing:
                    self._fate = Fate.BLACK_HOLE
                match self._fate:
                    case None:
                        self._client.sendall(answer)
                    case Fate.RESET:
                        self.reset()
                        self._proxy.struck.set()
                    case Fate.BLACK_HOLE:
                        self._proxy.struck.set()
        if self._fate is not Fate.BLACK_HOLE:
            self._shut(self._client)
        self._way_ended()

    def _way_ended(self) -> None:
        """Both ways have ended: nothing is left to pass on, and nobody to tell."""
        if self._proxy.counted_down(self):
            self._client.close()
            self._server.close()

    @staticmethod
    def _shut(end: socket.socket) -> None:
        with suppress(OSError):
            end.shutdown(socket.SHUT_WR)


def _reset(end: socket.socket) -> None:
    """Close without a farewell: the other side sees a reset."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def proxy_to(host: str, port: int) -> Iterator[Proxy]:
    """A proxy to this address, for as long as the block runs."""
    proxy = Proxy(host, port)
    try:
        yield proxy
    finally:
        proxy.close()
