"""The safety rules, read from their file."""

import hashlib
from datetime import timedelta
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from treatment.definitions.reading import Definition, check_name, read_toml
from treatment.domain.safety import SafetyRules

Days = Annotated[int, Field(ge=0, le=366)]


class SafetyRulesFile(Definition):
    """What a file of safety rules may say."""

    code: Literal["SAFETY"]
    version: Annotated[str, Field(pattern=r"^[0-9][0-9a-z.]{0,15}$")]
    late_entry_hours: Annotated[int, Field(ge=1, le=24 * 31)]
    review_grace_days: Days
    follow_up_grace_days: Days
    longest_review_days: Annotated[int, Field(ge=1, le=366)]
    review_within_working_days: Days


def read_safety_rules(name: str, content: bytes) -> SafetyRules:
    """The rules from the bytes of their file. Raises `DefinitionFaulty`."""
    read = read_toml(name, content, SafetyRulesFile)
    check_name(name, read.code, read.version)
    return SafetyRules(
        code=read.code,
        version=read.version,
        sha256=hashlib.sha256(content).hexdigest(),
        late_entry=timedelta(hours=read.late_entry_hours),
        review_grace=timedelta(days=read.review_grace_days),
        follow_up_grace=timedelta(days=read.follow_up_grace_days),
        longest_review=timedelta(days=read.longest_review_days),
        review_within_working_days=read.review_within_working_days,
    )


def shipped_safety_rules() -> SafetyRules:
    """The rules that ship with Casetrail. Raises `DefinitionFaulty` when the file is wrong."""
    file = files("treatment.definitions") / "rule_sets" / "SAFETY-1.toml"
    return read_safety_rules(file.name, file.read_bytes())
