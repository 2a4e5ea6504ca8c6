"""The peers below HTTP: the same command, one event each, by Emmett, the library as it comes, and Casetrail.

A command scores a form of a case: it finds out what the case is, decides, and appends at the version that it
saw. Floor A, plain INSERTs of the bytes of Casetrail's event, says what the machine gives at that moment.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from eventsourcing.application import Application as Courses
from eventsourcing.persistence import IntegrityError
from tests.integration.store import Store, form, opened, opening, request
from tests.services import postgres
from tests.services.house import forms

from bench.appends import CASES, RUNS, SECONDS, inserting, rate_of
from bench.figures import Benchmark, Figure
from bench.library import Course

CALLERS = (1, 8)
EMMETT = Path(__file__).parent / "emmett"
PATIENCE_SECONDS = 120
PEERS = ("floor A", "library", "Emmett", "Casetrail")
(FORM,) = forms(1)


def measure() -> list[Figure]:
    """All take turns on one server, so that all meet the same machine."""
    node = install()
    rates: dict[tuple[str, int], list[float]] = {(peer, some): [] for some in CALLERS for peer in PEERS}
    with postgres.from_wheel() as server:
        for run in range(RUNS):
            for callers in CALLERS:
                name = f"{run}_{callers}"
                with server.database(f"casetrail_{name}") as url, opened(url) as store:
                    rates["Casetrail", callers].append(_casetrail(store, callers))
                    content = _newest(store)
                with server.database(f"library_{name}") as url:
                    rates["library", callers].append(_library(url, callers))
                with server.database(f"emmett_{name}") as url:
                    rates["Emmett", callers].append(_emmett(node, url, callers))
                with server.database(f"floor_{name}") as url, inserting(url, content) as insert:
                    rates["floor A", callers].append(rate_of(callers, insert))
    return [
        *(
            Figure(f"{peer}, {_callers(some)}", "commands/s", tuple(rates[peer, some]))
            for peer, some in rates
        ),
        *(
            Figure(
                f"Casetrail to {peer}, {_callers(some)}",
                "x",
                tuple(a / b for a, b in zip(rates["Casetrail", some], rates[peer, some], strict=True)),
            )
            for some in CALLERS
            for peer in PEERS[:-1]
        ),
    ]


def install(path: str | None = None) -> str:
    """Emmett by its lock file, and the program that runs it. Ends the benchmarks where there is no node."""
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node is None or npm is None:
        raise SystemExit(
            "the benchmark peers was NOT run, and its results are those of before: "
            "it needs node (20 or later) and npm on the PATH"
        )
    print("peers: installing Emmett as bench/emmett/package-lock.json has it (npm ci)", file=sys.stderr)
    # What runs is npm, on our own files.
    subprocess.run([npm, "ci", "--silent"], cwd=EMMETT, check=True)
    return node


def _casetrail(store: Store, callers: int) -> float:
    application = store.application()
    cases = [application.handle(request(f"open-{number}"), opening()).subject for number in range(CASES)]

    def step(caller: int, number: int) -> None:
        name = f"{caller}-{number}"
        application.handle(request(name, cases[(caller + number * callers) % CASES]), form(name))

    return rate_of(callers, step)


def _newest(store: Store) -> bytes:
    """The event of a form."""
    row = store.log.last()
    if row is None:
        raise RuntimeError("nothing was stored")
    return row.content


def _library(url: str, callers: int) -> float:
    parts = urlsplit(url)
    courses: Courses[UUID] = Courses(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path[1:],
            "POSTGRES_HOST": str(parts.hostname),
            "POSTGRES_PORT": str(parts.port),
            "POSTGRES_USER": str(parts.username),
            "POSTGRES_PASSWORD": "unused",
        }
    )
    opened_courses = [Course(f"patient {number}") for number in range(CASES)]
    courses.save(*opened_courses)

    def step(caller: int, number: int) -> None:
        name = opened_courses[(caller + number * callers) % CASES].id
        # Somebody else was first: look again.
        while not _scored(courses, name, f"{caller}-{number}"):
            continue

    try:
        return rate_of(callers, step)
    finally:
        courses.close()


def _scored(courses: Courses[UUID], name: UUID, form_id: str) -> bool:
    course: Course = courses.repository.get(name)
    course.score(FORM | {"assessmentId": form_id})
    try:
        courses.save(course)
    except IntegrityError:
        return False
    return True


def _emmett(node: str, url: str, callers: int) -> float:
    command = [node, "peer.mjs", url, str(callers), str(SECONDS), str(CASES)]
    # The program is our own, and its arguments are those above.
    done = subprocess.run(
        command,
        cwd=EMMETT,
        input=json.dumps(FORM),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return float(told["commands"] / told["seconds"])


def _callers(some: int) -> str:
    return "1 caller" if some == 1 else f"{some} callers"


BENCHMARK = Benchmark(
    "peers",
    "The same command below HTTP (score a form, one event) from 1 and 8 callers: Emmett (read the stream, "
    "decide, append at its version, again on a conflict), the library as it comes (get, update, save), "
    "Casetrail, and floor A (plain INSERTs of as many bytes as Casetrail's event has), on one PostgreSQL "
    "with every commit synced.",
    measure,
    asked_for_only=True,
)
