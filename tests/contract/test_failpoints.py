"""Failpoints are where the plan of faults says, and nothing in what is released can switch them on."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.chaos.points import POINTS

from notifications import failpoints as of_notifications
from treatment import failpoints as of_treatment

ROOT = Path(__file__).parents[2]
SERVICES = {"treatment": ROOT / "services/treatment", "notifications": ROOT / "services/notifications"}
ASK_ALL = """
import sys
sys.path.insert(0, sys.argv[1])
from importlib import import_module
strike = import_module(sys.argv[2] + ".failpoints")
assert strike.__file__.startswith(sys.argv[1]), strike.__file__
print([strike.failpoint(name) for name in sys.argv[3:]])
"""


@pytest.fixture(scope="module", params=SERVICES)
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is released of a service, built and unpacked."""
    folder = tmp_path_factory.mktemp(request.param)
    build = [str(Path(sys.executable).with_name("uv-build")), "build-wheel", str(folder)]
    subprocess.run(build, cwd=SERVICES[request.param], check=True, capture_output=True)
    (name,) = folder.glob("*.whl")
    with zipfile.ZipFile(name) as built:
        built.extractall(folder / request.param)
    return Path(folder, request.param)


def test_each_point_of_the_plan_is_met_once_or_more_in_the_code() -> None:
    planned = {point.name for point in POINTS}
    found = {name for service in SERVICES.values() for name in _named(service)}
    assert found == planned


def test_a_failpoint_is_an_empty_function() -> None:
    def empty(name: str) -> None:
        """Does nothing."""

    for module in (of_treatment, of_notifications):
        code = module.failpoint.__code__
        assert (code.co_code, code.co_names) == (empty.__code__.co_code, ())
        assert [name for name in vars(module) if not name.startswith("__")] == ["failpoint"]


def test_a_released_service_cannot_be_struck_whatever_the_environment_says(
    wheel: Path, tmp_path: Path
) -> None:
    armed = tmp_path / "armed"
    armed.mkdir()
    for point in POINTS:
        (armed / point.name).touch()
    names = {
        "CASETRAIL_FAILPOINT",
        "CASETRAIL_FAILPOINTS",
        "CASETRAIL_CHAOS",
        "CASETRAIL_NOTIFICATIONS_CHAOS",
    }
    said = subprocess.run(
        [sys.executable, "-I", "-c", ASK_ALL, str(wheel), wheel.name, *(point.name for point in POINTS)],
        env={**os.environ, **dict.fromkeys(names, str(tmp_path)), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert said == f"{[None] * len(POINTS)}\n"
    assert len(list(armed.iterdir())) == len(POINTS)


def test_what_arms_failpoints_is_not_released(wheel: Path) -> None:
    names = {str(file.relative_to(wheel)) for file in wheel.rglob("*") if file.is_file()}
    assert f"{wheel.name}/failpoints.py" in names
    assert [
        name for name in names if "chaos" in name or "sitecustomize" in name or name.endswith(".pth")
    ] == []
    assert {name.split("/")[0] for name in names if name.endswith(".py")} == {wheel.name}


def test_no_image_contains_the_tests() -> None:
    copied = {
        source
        for file in (ROOT / "deploy" / "containers").glob("*.Dockerfile")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert {source.split("/")[0] for source in copied} == {
        "requirements.lock",
        "pyproject.toml",
        "contracts",
        "services",
    }


def _named(service: Path) -> set[str]:
    found = set()
    for file in (service / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "failpoint":
                (name,) = node.args
                assert isinstance(name, ast.Constant), f"{file}: a failpoint's name is a constant"
                found.add(str(name.value))
    return found
