"""One shell that runs the blocks of a page one after the other, as a reader would."""

import os
import re
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.pages import blocks, read_page

END = "=== end of block"
PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 0.1


class Shell:
    """A bash that keeps its variables from block to block, and stops at the first fault of a block."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def run(self, block: str) -> str:
        """What the block prints. Its exit code must be 0."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{block}\nprintf '\\n{END} %s\\n' $?\n")
        self._process.stdin.flush()
        said = ""
        while True:
            line = self._process.stdout.readline()
            assert line, f"the shell ended in\n{block}\n{said}"
            if line.startswith(END):
                assert line.split()[-1] == "0", f"exit code {line.split()[-1]} of\n{block}\n{said}"
                return said.removesuffix("\n")
            said += line

    def run_page(self, page: str, addresses: Mapping[str, str]) -> None:
        """Run the `sh` blocks of a page in order; each must print the `text` block behind it.

        A block marked `elsewhere` is left out, one marked `again` is run until it prints what it should.
        `addresses` replace those of the page.
        """
        told = [block for block in blocks(read_page(page)) if "elsewhere" not in block.marks]
        for block, following in zip(told, [*told[1:], None], strict=True):
            if block.language == "sh":
                expected = following.text if following and following.language == "text" else ""
                self._run_told(_with(block.text, addresses), expected, again="again" in block.marks)

    def _run_told(self, commands: str, expected: str, *, again: bool) -> None:
        said = self.run_until(commands, expected) if again else self.run(commands)
        assert matches(said, expected), f"{commands}\nprinted\n{said}\ninstead of\n{expected}"

    def run_until(self, block: str, expected: str) -> str:
        """Run the block again until it prints what is expected, or the time is over."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            said = self.run(block)
            if matches(said, expected) or time.monotonic() > deadline:
                return said
            time.sleep(PAUSE_SECONDS)


def _with(commands: str, addresses: Mapping[str, str]) -> str:
    for told, real in addresses.items():
        commands = commands.replace(told, real)
    return commands


def matches(said: str, expected: str) -> bool:
    """Whether the output is the expected one, where `…` stands for any text within a line."""
    pattern = re.escape(expected.strip()).replace("…", r"[^\n]*")
    return re.fullmatch(pattern, said.strip()) is not None
