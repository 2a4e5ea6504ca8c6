"""The page on compose, run block by block, prints what it says."""

from pathlib import Path

from tests.compose.conftest import Compose
from tests.pages import ROOT
from tests.shell import Shell


class DeafShell(Shell):
    """A shell whose commands read nothing: `docker compose run` would take the page's next lines."""

    def run(self, block: str) -> str:
        return super().run(f"{{\n{block}\n}} </dev/null")


def test_the_page_on_compose_prints_what_it_says(compose: Compose, tmp_path: Path) -> None:
    environment = {
        "COMPOSE_FILE": str(ROOT / "docker-compose.yml"),
        "COMPOSE_PROJECT_NAME": compose.project,
        **compose.ports,
    }
    api = f"http://127.0.0.1:{compose.ports['CASETRAIL_API_PORT']}"
    with DeafShell(tmp_path, environment) as shell:
        shell.run_page("how-to/run-with-compose.md", {"http://127.0.0.1:8400": api})
    sizes = {file.name: file.stat().st_size for file in tmp_path.iterdir()}
    assert sorted(sizes) == ["casetrail.dump", "casetrail_keys.dump", "master.key"]
    assert all(sizes.values())
