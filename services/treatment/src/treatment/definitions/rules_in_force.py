"""The rule sets by which an installation judges: those that ship, and newer ones of the service's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from treatment.definitions.deviation_rules import read_deviation_rules, shipped_deviation_rules
from treatment.definitions.faulty import DefinitionFaulty
from treatment.definitions.outcome_rules import read_outcome_rules, shipped_outcome_rules
from treatment.definitions.own_folder import own_files
from treatment.definitions.safety_rules import read_safety_rules, shipped_safety_rules
from treatment.definitions.terms import read_terms, shipped_terms
from treatment.definitions.versions import version_order
from treatment.domain.deviations import DeviationRules
from treatment.domain.outcomes import OutcomeRules
from treatment.domain.safety import SafetyRules
from treatment.domain.terms import Terms

Rules = TypeVar("Rules", bound=OutcomeRules | DeviationRules | SafetyRules | Terms)
CODES = ("OUTCOMES", "DEVIATIONS", "SAFETY", "TERMS")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The newest version of each rule set."""

    outcomes: OutcomeRules
    deviations: DeviationRules
    safety: SafetyRules
    terms: Terms
    texts: Mapping[str, bytes]
    """The file of each reference, unchanged."""


def rules_in_force(folder: Path | None) -> RulesInForce:
    """The shipped rule sets, or newer versions from `rules` below the folder. Raises `DefinitionFaulty`."""
    entries = (files(__package__) / "rule_sets").iterdir()
    shipped = {entry.name: entry.read_bytes() for entry in entries}
    own = own_files(folder, "rules", shipped)
    strangers = [name for name in own if name.partition("-")[0] not in CODES]
    if strangers:
        raise DefinitionFaulty(
            f"{strangers[0]}: no rule set is called so; call the file {' or '.join(CODES)}, with -VERSION"
        )
    outcomes = _newest(shipped_outcome_rules(), read_outcome_rules, own)
    deviations = _newest(shipped_deviation_rules(), read_deviation_rules, own)
    safety = _newest(shipped_safety_rules(), read_safety_rules, own)
    terms = _newest(shipped_terms(), read_terms, own)
    rule_sets = (outcomes, deviations, safety, terms)
    files_of = {one.reference: f"{one.code}-{one.version}.toml" for one in rule_sets}
    return RulesInForce(
        outcomes=outcomes,
        deviations=deviations,
        safety=safety,
        terms=terms,
        texts=MappingProxyType({one: (shipped | own)[name] for one, name in files_of.items()}),
    )


def _newest(shipped: Rules, read: Callable[[str, bytes], Rules], own: Mapping[str, bytes]) -> Rules:
    mine = [read(name, content) for name, content in own.items() if name.startswith(f"{shipped.code}-")]
    return max([shipped, *mine], key=lambda rules: version_order(rules.version))
