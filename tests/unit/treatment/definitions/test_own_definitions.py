"""A service's own folder of definitions: what it adds, what it replaces, and what stops the start."""

from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from treatment.cli import app
from treatment.definitions import DefinitionFaulty
from treatment.definitions.installed import installed, shipped

SHIPPED = files("treatment.definitions")


def written(folder: Path, kind: str, name: str, text: str) -> Path:
    """The folder, with this file in it."""
    (folder / kind).mkdir(exist_ok=True)
    (folder / kind / name).write_text(text)
    return folder


def shipped_text(kind: str, name: str) -> str:
    return (SHIPPED / kind / name).read_text(encoding="utf-8")


def second(name: str) -> str:
    """A rule set that ships, as version 2."""
    return shipped_text("rule_sets", name).replace('version = "1"', 'version = "2"')


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    assert installed(tmp_path) == shipped() == installed(None)


@pytest.mark.parametrize("kind", ["outcomes", "deviations", "safety", "terms"])
def test_a_newer_rule_set_replaces_the_shipped_one_and_is_published(tmp_path: Path, kind: str) -> None:
    text = second(f"{kind.upper()}-1.toml")
    found = installed(written(tmp_path, "rules", f"{kind.upper()}-2.toml", text))
    rules = getattr(found.definitions, kind)
    assert rules.version == "2"
    (published,) = [one for one in found.published if one.definition == rules.reference]
    assert (published.kind, published.text) == ("ruleSet", text)
    assert len(found.published) == len(shipped().published)


def test_an_on_track_rule_is_configurable(tmp_path: Path) -> None:
    """Domain reference 4.6: default rules, all configurable."""
    text = second("OUTCOMES-1.toml").replace("early_by_session = 4", "early_by_session = 6")
    found = installed(written(tmp_path, "rules", "OUTCOMES-2.toml", text))
    on_track = found.definitions.outcomes.measures["PHQ9"].on_track
    assert on_track is not None
    assert on_track.early_by_session == 6


def test_an_instrument_is_added_published_and_known_to_the_protocols_beside_it(tmp_path: Path) -> None:
    gbo = shipped_text("instruments", "GBO-1.toml").replace('code = "GBO"', 'code = "OURS"')
    ipt = shipped_text("protocols", "IPT-12-1.toml").replace('code = "IPT-12"', 'code = "IPT-OURS"')
    written(tmp_path, "instruments", "OURS-1.toml", gbo)
    written(tmp_path, "protocols", "IPT-OURS-1.toml", ipt.replace('"PHQ9"', '"OURS"'))
    found = installed(tmp_path)
    ours = found.instruments.get("OURS").reference
    assert {"OURS", "IPT-OURS"} <= {one.definition.partition("@")[0] for one in found.published}
    # Removed from the folder, both are still read from what was published to the tenant.
    restored = shipped().with_published(found.published)
    assert ours in restored.instruments
    assert found.protocol("IPT-OURS").reference in restored.protocols


@pytest.mark.parametrize(
    ("kind", "name", "text", "fault"),
    [
        pytest.param(
            "rules",
            "OUTCOMES-2.toml",
            second("OUTCOMES-1.toml").replace("caseness = 8\n", ""),
            "OUTCOMES-2.toml: the file: measures, GAD7, caseness: missing, and recovery needs it; add it",
            id="a field",
        ),
        pytest.param(
            "rules",
            "SAFETY-2.toml",
            "code = \n",
            "SAFETY-2.toml: not TOML: Invalid value (at line 1, column 8); correct the file there",
            id="a line",
        ),
        pytest.param(
            "rules",
            "SAFTEY-2.toml",
            "",
            "SAFTEY-2.toml: no rule set is called so; call the file OUTCOMES or DEVIATIONS or SAFETY "
            "or TERMS, with -VERSION",
            id="a name",
        ),
        pytest.param(
            "instruments",
            "PHQ9-1.toml",
            "",
            "PHQ9-1.toml: code and version: they ship with Casetrail with other content; "
            "give your file a code or a version of its own",
            id="a shipped version",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_reason_and_cure(
    tmp_path: Path, kind: str, name: str, text: str, fault: str
) -> None:
    with pytest.raises(DefinitionFaulty) as refused:
        installed(written(tmp_path, kind, name, text))
    assert str(refused.value) == fault


def test_what_nothing_reads_is_named(tmp_path: Path) -> None:
    (tmp_path / "rule").mkdir()
    with pytest.raises(DefinitionFaulty) as refused:
        installed(tmp_path)
    assert str(refused.value) == (
        f"{tmp_path / 'rule'}: nothing reads it; put definitions into instruments, protocols, rules beside it"
    )


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionFaulty, match="nowhere: no such folder; make it, or name another one"):
        installed(tmp_path / "nowhere")


@pytest.mark.parametrize("command", ["up", "demo"])
def test_every_fault_is_told_before_anything_starts(command: str, tmp_path: Path) -> None:
    faulty = (
        shipped_text("protocols", "IPT-B-1.toml")
        .replace('code = "IPT-B"', 'code = "OURS"')
        .replace('"PHQ9"', '"PHQ"')
        .replace("to = 2", "to = 1")
    )
    folder = written(tmp_path, "protocols", "OURS-1.toml", faulty)
    data = tmp_path / "data"
    environment = {"CASETRAIL_DEFINITIONS_FOLDER": str(folder)}
    told = CliRunner(env=environment).invoke(app, [command, "--data", str(data)])
    assert isinstance(told.exception, DefinitionFaulty)
    assert [line.partition(";")[0] for line in str(told.exception).splitlines()] == [
        "OURS-1.toml: phases 2, from: leaves a gap before it",
        "OURS-1.toml: measures 1, instrument: PHQ is not known",
    ]
    assert not data.exists()
