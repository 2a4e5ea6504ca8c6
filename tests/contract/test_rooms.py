"""Each rule about who may import whom is kept, and each is seen red when it is broken."""

import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("contracts/src", "services/treatment/src", "services/notifications/src")


@dataclass(frozen=True)
class Planted:
    """An import that its rule forbids."""

    rule: str
    module: str
    line: str


PLANTED = (
    Planted("contracts-alone", "casetrail_contracts/canonical.py", "import orjson"),
    Planted("domain-pure", "treatment/domain/facts.py", "import secrets"),
    Planted("layers", "treatment/store/codec.py", "import treatment.application"),
    Planted("layers", "treatment/application/cases.py", "import treatment.simulator.run"),
    Planted("settings-at-the-edge", "treatment/api/feed.py", "import treatment.settings"),
    Planted("services-apart", "notifications/__init__.py", "import treatment.domain"),
    Planted("eventsourcing-rooms", "treatment/application/cases.py", "import eventsourcing.persistence"),
    Planted("broker-rooms", "treatment/store/codec.py", "import nats"),
    Planted("http-rooms", "treatment/projections/scope.py", "import fastapi"),
    Planted("notifications-broker", "notifications/rules.py", "import nats"),
    Planted("notifications-http", "notifications/wording.py", "import starlette.responses"),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources and the rules, where an import can be planted; whoever plants one takes it out again."""
    folder = tmp_path_factory.mktemp("rooms")
    for source in SOURCES:
        shutil.copytree(
            ROOT / source, folder / "src", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def check(copy: Path, *rules: str) -> subprocess.CompletedProcess[str]:
    only = [argument for rule in rules for argument in ("--contract", rule)]
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", *only]
    return subprocess.run(
        command, cwd=copy, env={"PYTHONPATH": "src", "PATH": ""}, capture_output=True, text=True, check=False
    )


def test_the_rules_hold(copy: Path) -> None:
    said = check(copy)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.rule}: {planted.module}")
def test_a_forbidden_import_is_red(copy: Path, planted: Planted) -> None:
    module = copy / "src" / planted.module
    as_it_is = module.read_text(encoding="utf-8")
    module.write_text(f"{planted.line}\n{as_it_is}", encoding="utf-8")
    try:
        said = check(copy, planted.rule)
    finally:
        module.write_text(as_it_is, encoding="utf-8")
    assert said.returncode == 1, said.stdout + said.stderr
    assert "BROKEN" in said.stdout


def test_each_rule_has_an_import_that_breaks_it() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {rule["id"] for rule in rules} == {planted.rule for planted in PLANTED}
