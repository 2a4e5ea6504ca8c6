"""What may happen to the database and the disk below it, and between those who write to it."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from tests.chaos.installation import Installation, installed
from tests.chaos.load import Load
from tests.chaos.running import WAIT_SECONDS, Run
from tests.services.house import until

from treatment.store.append_state import APPEND_LOCK

AWAY_SECONDS = 2.0
LOCKED_SECONDS = 7.0
"""Longer than an append waits for its lock."""
HELD_SECONDS = 4.0
"""Shorter than that."""
DISK_MEGABYTES = 200


def postgres_restarted(run: Run) -> None:
    """The database is stopped in order, and is away for a while."""
    run.installation.cluster.stop()
    time.sleep(AWAY_SECONDS)  # As long as it is away.
    run.installation.cluster.start()
    run.goes_on()


def postgres_crashed(run: Run) -> None:
    """The database ends at once, and recovers."""
    run.installation.cluster.crash()
    run.installation.cluster.start()
    run.goes_on()


def lock_held(run: Run) -> None:
    """Somebody holds the lock of the append for longer than a command waits."""
    with psycopg.connect(run.installation.database_url, autocommit=True) as other:
        other.execute(f"SELECT pg_advisory_lock({APPEND_LOCK})".encode())
        time.sleep(LOCKED_SECONDS)  # As long as it is held.
    run.goes_on()


def commits_out_of_order(run: Run) -> None:
    """One writer holds its transaction open while another one, of another tenant, wants to commit."""
    other = Load(run.installation, run.load.seed + 1, tenant="north", api="api-2")
    run.others.append(other)
    other.begin()

    def hold(process: int) -> None:
        """As long as the other one waits for the lock, or until it has overtaken."""
        overtaking = run.load if process == run.installation.pid("api-2") else other
        before = overtaking.accepted()
        deadline = time.monotonic() + HELD_SECONDS
        while overtaking.accepted() < before + 2 and time.monotonic() < deadline:
            time.sleep(0.05)

    held = run.installation.control.arm("append.before_commit", hold)
    assert held.over.wait(WAIT_SECONDS), "no command came to its commit"
    run.goes_on()


def disk_full(run: Run) -> None:
    """The disk of the database is full for a while."""
    data = run.installation.cluster.data
    ballast = data.parent / "ballast"
    before = len(run.load.attempts)
    for size in (1024 * 1024, 4096):
        with ballast.open("ab", buffering=0) as filling, suppress(OSError):
            while filling.write(bytes(size)) == size:
                pass
    until(
        lambda: any(one.status in {None, 503} for one in run.load.attempts[before:]),
        "no command noticed that the disk is full",
        WAIT_SECONDS,
    )
    time.sleep(AWAY_SECONDS)  # As long as it stays full.
    ballast.unlink()
    if not run.installation.cluster.is_running:
        run.installation.cluster.start()
    run.goes_on()


@contextmanager
def on_a_small_disk() -> Iterator[Installation]:
    """Raises with the reason where no small disk can be mounted."""
    root = Path(tempfile.mkdtemp(prefix="ct"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m,mode=0755", "tmpfs", str(root)]
    mounted = subprocess.run(mount, check=False, capture_output=True, text=True)
    try:
        if mounted.returncode:
            raise AssertionError(
                f"NOT RUN: no small disk can be mounted here ({mounted.stderr.strip()}). Run this fault as "
                "root, where mounting is allowed"
            )
        (root / "data").mkdir()
        with installed(data=root / "data") as here:
            yield here
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "--lazy", str(root)], check=True)
        shutil.rmtree(root, ignore_errors=True)
