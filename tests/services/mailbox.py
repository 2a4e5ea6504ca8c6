"""A mail server that writes down which mails it took, and can lose its answer to one."""

import re
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)
RESET_AT_ONCE = struct.pack("ii", 1, 0)


class Mailbox(socketserver.ThreadingTCPServer):
    """Takes every mail."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.port = int(self.server_address[1])
        self._lock = threading.Lock()
        self._taken: list[str] = []
        self._losing = False

    def taken(self) -> tuple[str, ...]:
        """The local parts of the message ids, in order; a mail that came twice stands there twice."""
        with self._lock:
            return tuple(self._taken)

    def lose_answer(self) -> None:
        """Once: take the next mail, and break the connection instead of saying so."""
        with self._lock:
            self._losing = True

    def take(self, content: bytes) -> bool:
        """Write the mail down; whether the sender is told."""
        found = MESSAGE_ID.search(content)
        with self._lock:
            self._taken.append(found[1].decode() if found else "")
            losing, self._losing = self._losing, False
        return not losing

    def forget(self) -> None:
        """Begin with no mails."""
        with self._lock:
            self._taken.clear()


class _Conversation(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        with suppress(OSError):
            self._say(b"220 mailbox")
            while line := self.rfile.readline():
                word = line.split()[0].upper() if line.strip() else b""
                if word == b"DATA":
                    self._say(b"354 go ahead")
                    if not self.server.take(self._content()):
                        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
                        return
                    self._say(b"250 taken")
                elif word == b"QUIT":
                    self._say(b"221 bye")
                    return
                else:
                    self._say(b"250 yes")

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return b"".join(lines)

    def _say(self, text: bytes) -> None:
        self.wfile.write(text + b"\r\n")


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server on a free loopback port, for as long as the block runs."""
    with Mailbox() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
