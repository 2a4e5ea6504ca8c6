"""The pages of the documentation as tests read them: their code blocks, tables and links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BY_HAND = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")

_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block; `marks` are the words behind its language."""

    language: str
    marks: tuple[str, ...]
    text: str


def read_page(page: str) -> str:
    """The text of a page below `docs/`."""
    return (DOCS / page).read_text(encoding="utf-8")


def every_page() -> list[Path]:
    """All pages that people write by hand, wherever they lie."""
    beside = [ROOT / name for name in BY_HAND]
    members = [ROOT / "contracts", *(ROOT / "services").iterdir()]
    found = [*beside, *(page for member in members for page in member.glob("*.md")), *DOCS.rglob("*.md")]
    return sorted(page for page in found if page.exists())


def blocks(text: str) -> list[Block]:
    """The fenced blocks in order."""
    found = []
    for match in _FENCE.finditer(text):
        language, *marks = match["info"].split() or [""]
        found.append(Block(language, tuple(marks), match["text"]))
    return found


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", text)


def sections(text: str, level: int) -> dict[str, str]:
    """The text below each heading of a level, by the heading."""
    parts = re.split(rf"^{'#' * level} +(.+?)\s*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, without heads and rulers."""
    found: list[list[str]] = []
    for line in prose(text).splitlines():
        if not line.startswith("|"):
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            found.pop()
            continue
        found.append(cells)
    return found


def code(cell: str) -> list[str]:
    """What stands between backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def links(text: str) -> Iterator[str]:
    """Where the links of a page lead."""
    for match in _LINK.finditer(prose(text)):
        yield match["target"]


def anchors(text: str) -> set[str]:
    """The anchors that a page's headings get on code hosts."""
    return {
        re.sub(r"[^\w\- ]", "", match["text"].lower()).replace(" ", "-")
        for match in _HEADING.finditer(prose(text))
    }


def source_of(module: ModuleType) -> str:
    """The source of a module."""
    assert module.__file__ is not None
    return Path(module.__file__).read_text(encoding="utf-8")
