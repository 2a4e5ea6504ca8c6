"""Histories of any length for benchmarks: simulated courses, copied under other names and interleaved."""

import sqlite3
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import count, groupby, islice
from pathlib import Path
from uuid import UUID, uuid5

from tests.services.house import casetrail

from bench.cohort import prepared

TENANT = "local"
"""Whose courses the simulator stores."""
COURSES = 40
SEED = 1
AT_ONCE = 500
"""So many courses run beside each other, each telling what its next command led to in turn."""
POSITION = b'"position":"%016d"'


def history(length: int) -> list[bytes]:
    """The bytes of so many events of one tenant, as its stream carries them: positions have no gaps.

    The chains of hashes are not made anew: no read model looks at them.
    """
    return list(islice(endless(), length))


def endless() -> Iterator[bytes]:
    """Such a history, for as long as somebody reads on."""
    courses = _courses()
    running: deque[Iterator[Sequence[bytes]]] = deque()
    names, positions = count(), count(1)
    while True:
        while len(running) < AT_ONCE:
            number = next(names)
            running.append(_copy(courses[number % len(courses)], number))
        course = running.popleft()
        contents = next(course, None)
        if contents is not None:
            running.append(course)
            yield from (_placed(content, next(positions)) for content in contents)


def _courses() -> list[tuple[str, Sequence[bytes]]]:
    """Whole courses, each with the id of its case."""
    with tempfile.TemporaryDirectory() as name:
        folder = prepared(Path(name))
        options = ("--cases", str(COURSES), "--seed", str(SEED), "--data", str(folder.root))
        # The program is our own, and its options are those above.
        subprocess.run([casetrail(), "simulate", *options], stdout=subprocess.DEVNULL, check=True)
        with sqlite3.connect(folder.root / "store.db") as store:
            rows = store.execute("SELECT state FROM events ORDER BY tenant, position").fetchall()
        store.close()
    courses: dict[str, list[bytes]] = {}
    for (content,) in rows:
        if b"/register/" not in content:
            courses.setdefault(_attribute(content, b"subject"), []).append(content)
    return list(courses.items())


def _attribute(content: bytes, name: bytes) -> str:
    """An attribute of the envelope that is a UUID."""
    start = content.index(b'"%s":"' % name) + len(name) + 4
    return content[start : start + 36].decode()


def _copy(course: tuple[str, Sequence[bytes]], number: int) -> Iterator[Sequence[bytes]]:
    """The course of another case, command by command."""
    case, contents = course
    other = str(uuid5(UUID(case), str(number))).encode()
    for _, told in groupby(contents, key=lambda content: _attribute(content, b"commandid")):
        yield [content.replace(case.encode(), other) for content in told]


def _placed(content: bytes, position: int) -> bytes:
    start = content.index(b'"position":"')
    return content[:start] + POSITION % position + content[start + len(POSITION % 0) :]
