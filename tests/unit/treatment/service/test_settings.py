"""Settings: what is missing or malformed is named with its cure; secrets come from files."""

from pathlib import Path

import pytest

from treatment.settings import SettingMissing, Settings, read_settings


def test_a_missing_setting_is_named_with_its_cure() -> None:
    with pytest.raises(SettingMissing, match=r"CASETRAIL_DATABASE_URL is not set; docs/reference"):
        Settings().address("database_url")


def test_a_malformed_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASETRAIL_PORT", "many")
    with pytest.raises(SettingMissing, match="CASETRAIL_PORT"):
        read_settings()


def test_a_password_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("p@ss/word\n")
    settings = Settings(
        database_url="postgresql://casetrail_writer@db:5432/casetrail", database_password_file=file
    )
    assert settings.address("database_url") == "postgresql://casetrail_writer:p%40ss%2Fword@db:5432/casetrail"
    with pytest.raises(SettingMissing, match="cannot be read"):
        settings.secret(tmp_path / "missing")
