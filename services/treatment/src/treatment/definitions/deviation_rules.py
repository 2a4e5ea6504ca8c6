"""The rule set of deviations read from its file: how grave each is, and the numbers in the rules."""

import hashlib
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Literal, get_args

from pydantic import Field

from casetrail_contracts.events.protocol import DeviationRule
from treatment.definitions.protocol_file import Number, Text, Version
from treatment.definitions.reading import Part, check_name, read_toml
from treatment.domain.deviations import DeviationRules, Severity

SHIPPED = "DEVIATIONS-1.toml"


class _Rule(Part):
    severity: Severity


class _PhaseOverrun(_Rule):
    sessions: Number


class _MeasureMissed(_Rule):
    in_a_row: Annotated[int, Field(strict=True, ge=2, le=20)]
    severity_in_a_row: Severity


class _RiskUnchecked(_Rule):
    severity_unreviewed: Severity


class _NoReview(_Rule):
    within_sessions: Number


class _WrongLength(_Rule):
    below_percent: Annotated[int, Field(strict=True, ge=1, le=100)]


class _Rules(Part):
    """Every rule of domain reference 2.4, once. The names are those of the events."""

    focus_missing: _Rule = Field(alias="focusMissing")
    formulation_missing: _Rule = Field(alias="formulationMissing")
    inventory_incomplete: _Rule = Field(alias="inventoryIncomplete")
    phase_overrun: _PhaseOverrun = Field(alias="phaseOverrun")
    sessions_exceeded: _Rule = Field(alias="sessionsExceeded")
    sessions_below_min: _Rule = Field(alias="sessionsBelowMin")
    course_too_long: _Rule = Field(alias="courseTooLong")
    cadence_slip: _Rule = Field(alias="cadenceSlip")
    gap_exceeded: _Rule = Field(alias="gapExceeded")
    measure_missed: _MeasureMissed = Field(alias="measureMissed")
    focus_changed_late: _Rule = Field(alias="focusChangedLate")
    no_homework_or_technique: _Rule = Field(alias="noHomeworkOrTechnique")
    ending_not_prepared: _Rule = Field(alias="endingNotPrepared")
    risk_unchecked: _RiskUnchecked = Field(alias="riskUnchecked")
    significant_other_no_consent: _Rule = Field(alias="significantOtherNoConsent")
    non_response_no_review: _NoReview = Field(alias="nonResponseNoReview")
    wrong_modality_length: _WrongLength = Field(alias="wrongModalityLength")


Settling = Literal[
    "focusMissing",
    "formulationMissing",
    "inventoryIncomplete",
    "measureMissed",
    "noHomeworkOrTechnique",
    "riskUnchecked",
    "nonResponseNoReview",
]
"""Rules that look for what may be entered after the session."""


class _Settling(Part):
    rules: tuple[Settling, ...]
    days: Annotated[int, Field(strict=True, ge=0, le=60)]


class DeviationRulesFile(Part):
    """What a file of deviation rules may say."""

    code: Literal["DEVIATIONS"]
    version: Version
    title: Text
    settling: _Settling
    rules: _Rules


def read_deviation_rules(name: str, content: bytes) -> DeviationRules:
    """The rule set from the bytes of its file. Raises `DefinitionFaulty`."""
    read = read_toml(name, content, DeviationRulesFile)
    check_name(name, read.code, read.version)
    rules: dict[str, _Rule] = {
        str(field.alias): getattr(read.rules, name) for name, field in _Rules.model_fields.items()
    }
    return DeviationRules(
        code=read.code,
        version=read.version,
        sha256=hashlib.sha256(content).hexdigest(),
        severities=MappingProxyType({rule: rules[rule].severity for rule in get_args(DeviationRule)}),
        settling=frozenset(read.settling.rules),
        settled_after_days=read.settling.days,
        overrun_sessions=read.rules.phase_overrun.sessions,
        misses_in_a_row=read.rules.measure_missed.in_a_row,
        misses_severity=read.rules.measure_missed.severity_in_a_row,
        unreviewed_severity=read.rules.risk_unchecked.severity_unreviewed,
        review_within_sessions=read.rules.non_response_no_review.within_sessions,
        short_percent=read.rules.wrong_modality_length.below_percent,
    )


def shipped_deviation_rules() -> DeviationRules:
    """The rule set that ships with Casetrail. Raises `DefinitionFaulty` when its file is wrong."""
    return read_deviation_rules(SHIPPED, (files(__package__) / "rule_sets" / SHIPPED).read_bytes())
