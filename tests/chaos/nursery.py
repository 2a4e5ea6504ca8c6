"""Starts the processes of an installation and starts them again: forked, since what they import is large.

`python -m tests.chaos.nursery FOLDER` reads orders from standard input, one JSON object a line, and ends with
everything that it started when that ends. The failpoints of what it starts can be struck: see `control`.
"""

import ctypes
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from tests.chaos.control import ARMED, REACHED, SOCKET

from notifications import failpoints as of_notifications
from treatment import failpoints as of_treatment

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.02
PAUSE_SECONDS = 0.1
PIDS = "pids"
FAILPOINT = "failpoint"
IMPORTED = (
    "uvicorn",
    "uvicorn.loops.uvloop",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.httptools_impl",
    "treatment.api.app",
    "treatment.assembly.service",
    "treatment.assembly.log",
    "treatment.readiness",
    "treatment.telemetry",
    "treatment.relay.worker",
    "treatment.projections.runner",
    "treatment.clock",
    "treatment.cli",
    "treatment.cli.run",
    "treatment.cli.projections",
    "treatment.assembly.read_models",
    "notifications.run",
)


class Strike:
    """What stands in the place of `failpoint`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reached: set[str] = set()

    def __call__(self, name: str) -> None:
        """Say that the point was reached; if it is armed, wait for what happens."""
        if name not in self._reached:
            self._reached.add(name)
            (self._folder / REACHED / name).touch()
        try:
            # Only one process, once, can take the file away.
            (self._folder / ARMED / name).unlink()
        except FileNotFoundError:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
            control.connect(str(self._folder / SOCKET))
            control.sendall(f"{name} {os.getpid()}\n".encode())
            control.recv(16)


class Nursery:
    """Processes by name, each started again whenever it ends, until it is stopped or has done its work."""

    def __init__(self, folder: Path) -> None:
        self._pids = folder / PIDS
        self._pids.mkdir()
        self._orders: dict[str, dict[str, Any]] = {}
        self._running: dict[int, str] = {}
        self._again: dict[str, float] = {}

    def obey(self, order: dict[str, Any]) -> None:
        """Start or stop something."""
        name = order["name"]
        if order["do"] == "start":
            self._orders[name] = order
            self._start(name)
            return
        self._orders.pop(name, None)
        self._again.pop(name, None)
        for process, named in self._running.items():
            if named == name:
                os.kill(process, signal.SIGCONT)
                os.kill(process, order["signal"])

    def tend(self) -> None:
        """Note what has ended, and start again what should run."""
        while self._running:
            process, ended = os.waitpid(-1, os.WNOHANG)
            if not process:
                break
            name = self._running.pop(process)
            (self._pids / name).unlink()
            done = self._orders.get(name, {}).get("done")
            if done and not ended:
                del self._orders[name]
                Path(done).touch()
            if name in self._orders:
                self._again[name] = time.monotonic() + PAUSE_SECONDS
        for name in [name for name, due in self._again.items() if due <= time.monotonic()]:
            del self._again[name]
            self._start(name)

    def end(self) -> None:
        """Leave nothing running."""
        for process in self._running:
            os.kill(process, signal.SIGKILL)
        for process in self._running:
            os.waitpid(process, 0)

    def _start(self, name: str) -> None:
        process = os.fork()
        if process == 0:
            _become(self._orders[name])
        self._running[process] = name
        unfinished = self._pids / f".{name}"
        unfinished.write_text(str(process))
        unfinished.rename(self._pids / name)


def _become(order: dict[str, Any]) -> NoReturn:
    """Be the process that was ordered."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for theirs, ours in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(theirs, ours)
        os.environ.update(order["environment"])
        from tests.chaos.bugs import BUGS, CLOCKS

        for bug in order["bugs"]:
            {**BUGS, **CLOCKS}[bug].plant()
        sys.argv = [order["module"], *order["arguments"]]
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1 if ended.code else 0
    except BaseException:  # noqa: BLE001 (the log is where it is looked for)
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Carry out orders until there are none to come."""
    folder = Path(sys.argv[1])
    strike = Strike(folder)
    for module in (of_treatment, of_notifications):
        # Before anything else is imported: the others take it from here by name.
        vars(module)[FAILPOINT] = strike
    for name in IMPORTED:
        importlib.import_module(name)
    nursery = Nursery(folder)
    print("ready", flush=True)
    unread = b""
    try:
        while True:
            if select.select([0], [], [], LOOK_SECONDS)[0]:
                came = os.read(0, 65_536)
                if not came:
                    return
                *lines, unread = (unread + came).split(b"\n")
                for line in lines:
                    nursery.obey(json.loads(line))
            nursery.tend()
    finally:
        nursery.end()


if __name__ == "__main__":
    main()
