"""Every page leads where it says, and every program that is marked as runnable runs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.pages import DOCS, ROOT, anchors, blocks, every_page, links, read_page, sections

from casetrail_contracts.examples import CASE_EXAMPLES

EVENTS = list(CASE_EXAMPLES.values())
PAGES = pytest.mark.parametrize("page", every_page(), ids=lambda page: str(page.relative_to(ROOT)))


@PAGES
def test_relative_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in links(page.read_text(encoding="utf-8")):
        if target.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        known = anchors(file.read_text(encoding="utf-8")) if anchor and file.exists() else {anchor}
        if not file.exists() or anchor not in known:
            broken.append(target)
    assert broken == []


def test_each_page_is_reached_from_the_index() -> None:
    index = {(DOCS / target.partition("#")[0]).resolve() for target in links(read_page("README.md"))}
    assert {page for page in DOCS.rglob("*.md") if page.name != "README.md"} == index


def test_each_page_says_in_its_first_line_for_whom_it_is() -> None:
    pages = {page: page.read_text(encoding="utf-8").split("\n\n")[1] for page in DOCS.rglob("*.md")}
    assert [page.name for page, first in pages.items() if not first.startswith(("For ", "Status: "))] == []


def test_decisions_are_numbered_without_gaps_and_have_the_same_parts() -> None:
    records = sorted((DOCS / "decisions").glob("*.md"))
    assert [record.name[:4] for record in records] == [f"{n:04d}" for n in range(1, len(records) + 1)]
    wanted = ["Context", "Decision", "Consequences", "Alternatives", "What enforces it"]
    texts = {record.name: record.read_text(encoding="utf-8") for record in records}
    assert [name for name, text in texts.items() if list(sections(text, 2)) != wanted] == []
    assert [name for name, text in texts.items() if "\n> " not in sections(text, 2)["Decision"]] == []


def runnable(*marks: str) -> list[str]:
    """The programs of all pages that carry these marks."""
    return [
        block.text
        for page in every_page()
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.language == "python" and {"runnable", *marks} <= set(block.marks)
    ]


def run(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def save(folder: Path, events: list[bytes]) -> Path:
    """The folder with `case.json`, as the feed answers."""
    (folder / "case.json").write_bytes(b'{"events":[' + b",".join(events) + b'],"next":"8"}')
    return folder


@pytest.mark.parametrize("program", runnable())
def test_programs_that_are_marked_as_runnable_run(program: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "contracts/golden", tmp_path / "golden")
    said = run(program, save(tmp_path, EVENTS))
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout or "violations" in program


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (b'"total":16', b'"total":15'),
        (b'"level":"urgent"', b'"level":"review"'),
        (b'"position":"0000000000000003"', b'"position":"0000000000000009"'),
        (b'"recordedtime":"2026-03-02', b'"recordedtime":"2026-03-01'),
    ],
)
def test_the_program_for_the_chain_notices_a_changed_event(true: bytes, false: bytes, tmp_path: Path) -> None:
    changed = [event.replace(true, false) for event in EVENTS]
    assert changed != EVENTS
    (program,) = runnable("chain")
    assert run(program, save(tmp_path, changed)).returncode == 1


@pytest.mark.parametrize("missing", range(len(EVENTS) - 1))
def test_the_program_for_the_chain_notices_a_missing_event(missing: int, tmp_path: Path) -> None:
    (program,) = runnable("chain")
    left = [*EVENTS[:missing], *EVENTS[missing + 1 :]]
    assert run(program, save(tmp_path, left)).returncode == 1


def test_the_program_for_the_order_notices_a_missing_event(tmp_path: Path) -> None:
    (program,) = runnable("order")
    assert run(program, save(tmp_path, [*EVENTS[:3], *EVENTS[4:]])).returncode == 1


def test_the_program_for_the_form_notices_an_unknown_attribute(tmp_path: Path) -> None:
    (program,) = runnable("form")
    changed = [EVENTS[0].replace(b'"specversion"', b'"speCversion"')]
    assert run(program, save(tmp_path, changed)).returncode == 1
