"""The tutorial, run block by block against a running house, prints what it says."""

from pathlib import Path

from tests.services.house import House, casetrail
from tests.shell import Shell


def test_the_tutorial_prints_what_it_says(own_house: House, tmp_path: Path) -> None:
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "casetrail").symlink_to(casetrail())
    addresses = {
        "http://127.0.0.1:8400": own_house.api_url,
        "http://127.0.0.1:8401": own_house.notifications_url,
    }
    with Shell(tmp_path, {"CASETRAIL_DATA": str(own_house.data)}) as shell:
        shell.run_page("tutorial/first-case.md", addresses)
