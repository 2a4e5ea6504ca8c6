"""README is true: its commands run, and what it shows is what one sees.

`docker compose up --build` is run by tests/compose.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.services.ports import free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECONDS = 300


def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
    # A make of its own: not a part of the one that may have started the tests.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of `make demo`, twice on the same folder."""
    options = f"--stop --data {tmp_path_factory.mktemp('demo')}"
    ports = f"--port {free_port()} --notifications-port {free_port()}"
    first = make("demo", f"ARGS={options} {ports}")
    assert first.returncode == 0, first.stdout + first.stderr
    again = make("demo", f"ARGS={options} {ports}")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "4. 58 cases" in again.stdout
    return [alike(line) for line in (first.stderr + first.stdout).splitlines()]


def alike(line: str) -> str:
    """A line without what differs from run to run."""
    line = re.sub(r"SHA-256 .{12}", "SHA-256 ", line)
    line = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "CASE", line)
    line = re.sub(r"[ \d]\d\.\d s", "0.0 s", line)
    line = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", line)
    line = re.sub(r"data in .*", "data in", line)
    line = re.sub(r"up to position \d+", "up to position", line)
    line = re.sub(r"position +\d+ ", "position ", line)
    return line.rstrip()


def test_what_it_shows_is_what_one_sees(demo: list[str]) -> None:
    (block,) = re.findall(r"<!-- from `make demo` -->\n```text\n(.*?)```", README, re.DOTALL)
    shown = [alike(line) for line in block.splitlines() if line.strip() not in {"", "…"}]
    assert len(shown) > 20
    assert [line for line in shown if line not in demo] == []


def test_the_totals_and_the_remitted_column_come_out_exactly(demo: list[str]) -> None:
    """The total of 300 and the status `unknown` never count."""
    begin = next(place for place, line in enumerate(demo) if line.startswith("3. 12 FHIR patients"))
    end = next(place for place, line in enumerate(demo) if line.startswith("4. "))
    rows = [re.split(" {2,}", line.strip()) for line in demo[begin + 1 : end] if line]
    assert rows == [
        ["patient", "PHQ-9 totals", "in CMS159", "remitted", "case"],
        ["AssessmentInRelevantPeriod1", "10 (2025-02-25), 2 (2026-02-19)", "yes", "yes", "CASE"],
        ["AssessmentWithin7DaysofEncounter1", "10 (2025-02-20), 3 (2026-02-19)", "yes", "yes", "CASE"],
        ["DXandAssessmentsWithinMAP1", "10 (2025-02-25), 3 (2026-02-19)", "yes", "yes", "CASE"],
        ["DepressionDxByEncounterCondition", "10 (2025-02-25), 3 (2026-02-19)", "yes", "yes", "CASE"],
        ["FUAssessment12MonthsAfterInitial1", "10 (2025-02-25), 3 (2026-02-19)", "yes", "yes", "CASE"],
        ["FUAssessment1ResultGreaterThan5", "20 (2025-02-25), 7 (2026-02-19)", "yes", "no", "CASE"],
        ["NoFUAssess1", "20 (2025-02-25)", "yes", "no", "CASE"],
        ["PHQ9Lessthan9Pop1", "8 (2025-02-25), 4 (2026-02-19)", "no", "no", "CASE"],
        ["Patientis17", "10 (2025-02-25)", "yes", "no", "CASE"],
        ["SecondAssessmentStatusUnknown1", "20 (2025-02-25)", "yes", "no", "CASE"],
        ["rejected entry[1] (Observation): status unknown does not count, only final, amended, corrected"],
        ["SecondPHQ9OutofRange1", "10 (2025-02-25)", "yes", "no", "CASE"],
        ["rejected entry[3] (Observation): the total of PHQ9 is outside 0 to 27"],
        ["Strat1FUAssessment12MonthsAfterInitial", "20 (2025-02-25), 4 (2025-12-19)", "yes", "no", "CASE"],
    ]


def test_every_command_is_known_to_make_and_the_tests_run() -> None:
    (block,) = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    assert block.split("\n")[:-1] == ["make demo", "make test"]
    collected = make("test", "ARGS=--collect-only")
    assert collected.returncode == 0, collected.stdout + collected.stderr
    assert "services: wheels - PostgreSQL " in collected.stdout
    assert "<Module test_readme.py>" in collected.stdout


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists(), link
