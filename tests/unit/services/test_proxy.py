"""The proxy of the fault tests: it holds nothing open that has ended, and no port can be its own target."""

import socket
import socketserver
import threading
from collections.abc import Iterator

import psutil
import pytest
from tests.services.house import until
from tests.services.ports import LOWEST, OUTGOING, free_port
from tests.services.proxy import Proxy, proxy_to

CONNECTIONS = 20


class Echo(socketserver.BaseRequestHandler):
    """Says everything back until the caller ends."""

    def handle(self) -> None:
        while came := self.request.recv(1024):
            self.request.sendall(came)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with proxy_to("127.0.0.1", server.server_address[1]) as proxy:
            yield proxy
        server.shutdown()


def test_connections_that_ended_leave_nothing_open(proxy: Proxy) -> None:
    # Not the connections: one that has ended at both ends is none any more, but still an open file.
    before = psutil.Process().num_fds()
    for _ in range(CONNECTIONS):
        with socket.create_connection(("127.0.0.1", proxy.port)) as caller:
            caller.sendall(b"hello")
            assert caller.recv(5) == b"hello"
    until(lambda: psutil.Process().num_fds() <= before, "sockets of connections that ended are still open")


def test_a_caller_in_a_black_hole_does_not_hear_that_the_server_ended(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port)) as caller, proxy.swallowing():
        caller.settimeout(0.2)
        caller.sendall(b"hello")
        with pytest.raises(TimeoutError):
            caller.recv(5)


def test_a_server_gets_a_port_that_the_system_gives_nobody() -> None:
    assert all(LOWEST <= free_port() < OUTGOING for _ in range(100))
