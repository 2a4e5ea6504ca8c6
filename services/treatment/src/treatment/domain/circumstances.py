"""What a decision may know beside the case: the time, who decides, and the installed definitions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias, assert_never

from casetrail_contracts.identity import Role
from treatment.domain.deviations import DeviationRules
from treatment.domain.instruments import Instrument
from treatment.domain.outcomes import OutcomeRules
from treatment.domain.protocols import Protocol
from treatment.domain.safety import SafetyRules
from treatment.domain.terms import Terms

RuleSet: TypeAlias = OutcomeRules | DeviationRules | SafetyRules | Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """Every definition that events may name, by its reference; read at the edge."""

    outcomes: OutcomeRules
    deviations: DeviationRules
    safety: SafetyRules
    terms: Terms
    protocols: Mapping[str, Protocol] = field(default_factory=dict)
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    rule_sets: Mapping[str, RuleSet] = field(default_factory=dict)
    """Those of earlier times: what was told by one of them is judged by it (invariant 12)."""

    def by(self, reference: str) -> "Definitions | None":
        """The same with the rule set of this reference; None when no such text can be read any more."""
        rule_sets: tuple[RuleSet, ...] = (self.outcomes, self.deviations, self.safety, self.terms)
        current = {one.reference: one for one in rule_sets}
        match current.get(reference) or self.rule_sets.get(reference):
            case None:
                return None
            case OutcomeRules() as outcomes:
                return replace(self, outcomes=outcomes)
            case DeviationRules() as deviations:
                return replace(self, deviations=deviations)
            case SafetyRules() as safety:
                return replace(self, safety=safety)
            case Terms() as terms:
                return replace(self, terms=terms)
            case other:
                assert_never(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """When, by whom, and by which definitions something is decided."""

    now: datetime
    actor: str
    roles: frozenset[Role]
    definitions: Definitions

    def protocol(self, reference: str | None) -> Protocol | None:
        """The protocol of this reference; None when no such text is installed any more."""
        return None if reference is None else self.definitions.protocols.get(reference)
