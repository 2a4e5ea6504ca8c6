"""What the peers of the benchmarks install is pinned; where they cannot be run, that is told."""

import json
from pathlib import Path

import pytest
from bench.peers import EMMETT, install


def test_every_package_of_the_peer_is_pinned_by_its_content_and_names_no_registry() -> None:
    lock = json.loads((EMMETT / "package-lock.json").read_text("utf-8"))
    wanted = json.loads((EMMETT / "package.json").read_text("utf-8"))["dependencies"]
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [
        name for name, one in packages.items() if not one.get("integrity", "").startswith("sha512-")
    ] == []
    assert [name for name, one in packages.items() if "resolved" in one] == []


def test_a_machine_without_node_is_told_that_the_peers_were_not_run(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"peers was NOT run.* needs node") as ended:
        install(path=str(tmp_path))
    # A text as its code ends a process with exit code 1.
    assert isinstance(ended.value.code, str)
