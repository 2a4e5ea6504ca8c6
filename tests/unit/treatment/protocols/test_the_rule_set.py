"""The rule set of deviations: the default severities of the reference 2.4, and what its file must say."""

import hashlib
from importlib.resources import files
from typing import get_args

import pytest

from casetrail_contracts.events.protocol import DeviationRule
from treatment.definitions import DefinitionFaulty
from treatment.definitions.deviation_rules import SHIPPED, read_deviation_rules, shipped_deviation_rules

FILE = (files("treatment.definitions") / "rule_sets" / SHIPPED).read_bytes()
RULES = shipped_deviation_rules()


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ("focusMissing", "major"),
        ("formulationMissing", "minor"),
        ("inventoryIncomplete", "minor"),
        ("phaseOverrun", "minor"),
        ("sessionsExceeded", "major"),
        ("sessionsBelowMin", "major"),
        ("courseTooLong", "minor"),
        ("cadenceSlip", "info"),
        ("gapExceeded", "major"),
        ("measureMissed", "minor"),
        ("focusChangedLate", "major"),
        ("noHomeworkOrTechnique", "info"),
        ("endingNotPrepared", "major"),
        ("riskUnchecked", "minor"),
        ("significantOtherNoConsent", "critical"),
        ("nonResponseNoReview", "major"),
        ("wrongModalityLength", "info"),
    ],
    ids=lambda value: f"2.4 {value}",
)
def test_a_rule_has_its_default_severity(rule: DeviationRule, severity: str) -> None:
    assert RULES.severities[rule] == severity


def test_the_numbers_in_the_rules_are_those_of_the_reference() -> None:
    assert set(RULES.severities) == set(get_args(DeviationRule))
    assert (RULES.overrun_sessions, RULES.misses_in_a_row, RULES.misses_severity) == (2, 2, "major")
    assert (RULES.unreviewed_severity, RULES.review_within_sessions, RULES.short_percent) == (
        "critical",
        2,
        60,
    )


def test_the_rule_set_is_named_by_the_digest_of_its_file() -> None:
    assert RULES.reference == f"DEVIATIONS@1#{hashlib.sha256(FILE).hexdigest()}"
    assert read_deviation_rules(SHIPPED, FILE + b"# Edited.\n").sha256 != RULES.sha256


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (b'"info", below', b'"grave", below', "rules, wrongModalityLength, severity: Input should be 'info'"),
        (b"cadenceSlip =", b"cadenceSlips =", "rules, cadenceSlips: unknown field; correct its spelling"),
        (b"cadenceSlip =", b"cadenceSlips =", "rules, cadenceSlip: missing; add it"),
        (b"in_a_row = 2", b"in_a_row = 1", "rules, measureMissed, in_a_row: Input should be greater than"),
        (b'    "focusMissing"', b'    "gapExceeded"', "settling, rules 1: Input should be 'focusMissing'"),
        (b'version = "1"', b'version = "2"', "the file must be called DEVIATIONS-2.toml"),
    ],
    ids=["severity", "unknown rule", "missing rule", "number", "cannot wait", "name"],
)
def test_what_is_wrong_with_the_file_is_told(was: bytes, becomes: bytes, told: str) -> None:
    content = FILE.replace(was, becomes)
    assert content != FILE
    with pytest.raises(DefinitionFaulty) as refused:
        read_deviation_rules(SHIPPED, content)
    assert any(line.startswith(f"{SHIPPED}: ") and told in line for line in str(refused.value).splitlines())
