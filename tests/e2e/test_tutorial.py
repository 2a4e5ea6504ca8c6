"""The tutorial, run block by block against a running house, prints what it says."""

from pathlib import Path

from tests.pages import ROOT, Block, blocks, read_page
from tests.services.house import House
from tests.shell import Shell, matches

STANDARD_ADDRESSES = {"8400": "api_url", "8401": "notifications_url"}


def test_the_tutorial_prints_what_it_says(own_house: House, tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    page = blocks(read_page("tutorial/first-case.md"))
    told = [block for block in page if "elsewhere" not in block.marks]
    with Shell(tmp_path, {"CASETRAIL_DATA": str(own_house.data)}) as shell:
        for block, following in zip(told, [*told[1:], None], strict=True):
            if block.language == "sh":
                expected = following.text if following and following.language == "text" else ""
                _check(shell, block, _here(block.text, own_house), expected)


def _check(shell: Shell, block: Block, commands: str, expected: str) -> None:
    said = shell.run_until(commands, expected) if "again" in block.marks else shell.run(commands)
    assert matches(said, expected), f"{commands}\nprinted\n{said}\ninstead of\n{expected}"


def _here(commands: str, house: House) -> str:
    """The commands with the ports of this house instead of the standard ones."""
    for port, name in STANDARD_ADDRESSES.items():
        commands = commands.replace(f"http://127.0.0.1:{port}", getattr(house, name))
    return commands
