"""`--help` of an import ends with an example that can be typed as it stands, but for the name of the file."""

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from treatment.cli import app
from treatment.cli.imports import EXAMPLE_OF_FHIR, EXAMPLE_OF_SCORES


@pytest.mark.parametrize("example", [EXAMPLE_OF_SCORES, EXAMPLE_OF_FHIR], ids=["scores", "fhir"])
def test_an_example_is_understood_as_far_as_the_folder_that_is_not_there(
    example: str, tmp_path: Path
) -> None:
    program, *arguments = shlex.split(example.removeprefix("Example: "))
    table = tmp_path / "forms.json"
    table.write_text(
        "id,bdi_s0\n1,20\n"
        if "scores" in arguments
        else '{"resourceType": "Bundle", "type": "collection", "entry": []}'
    )
    typed = [str(table) if one.endswith((".csv", ".json")) else one for one in arguments]
    result = CliRunner().invoke(app, [*typed, "--data", str(tmp_path)])
    assert (program, result.exit_code) == ("casetrail", 1), result.output
    assert f"{tmp_path} holds no installation" in str(result.exception)


@pytest.mark.parametrize("command", ["scores", "fhir"])
def test_the_help_shows_it(command: str) -> None:
    result = CliRunner().invoke(app, ["import", command, "--help"])
    assert "Example: casetrail import" in result.output
