"""All definitions of an installation together: what ships, and what the service adds."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from casetrail_contracts.events.register import DefinitionPublished
from treatment.definitions.deviation_rules import read_deviation_rules
from treatment.definitions.faulty import DefinitionFaulty
from treatment.definitions.instruments import (
    Instruments,
    instruments_in,
    read_instrument,
    shipped_instruments,
)
from treatment.definitions.item_texts import Questionnaire, shipped_item_texts
from treatment.definitions.outcome_rules import read_outcome_rules
from treatment.definitions.own_folder import own_folder
from treatment.definitions.protocols import Protocols, protocols_in, read_protocol
from treatment.definitions.rules_in_force import RulesInForce, rules_in_force
from treatment.definitions.safety_rules import read_safety_rules
from treatment.definitions.terms import read_terms
from treatment.domain.circumstances import Definitions, RuleSet
from treatment.domain.protocols import Protocol

RULE_SETS: Mapping[str, Callable[[str, bytes], RuleSet]] = {
    "OUTCOMES": read_outcome_rules,
    "DEVIATIONS": read_deviation_rules,
    "SAFETY": read_safety_rules,
    "TERMS": read_terms,
}
"""What reads the file of each rule set, by its code."""


@dataclass(frozen=True)
class Installed:
    """What can be named by code now, and by reference in the events of any time."""

    instruments: Instruments
    protocols: Protocols
    rules: RulesInForce
    definitions: Definitions

    def protocol(self, code: str) -> Protocol:
        """The newest version of the protocol. Raises `ProtocolUnknown`, which lists the known ones."""
        return self.protocols.get(code)

    @cached_property
    def published(self) -> tuple[DefinitionPublished, ...]:
        """Every definition as the register of a tenant publishes it: the file, unchanged."""
        return (
            *(_publication("ruleSet", *one) for one in self.rules.texts.items()),
            *(_publication("instrument", *one) for one in self.instruments.texts.items()),
            *(_publication("protocol", *one) for one in self.protocols.texts.items()),
        )

    @cached_property
    def wordings(self) -> Mapping[str, tuple[Questionnaire, ...]]:
        """The wordings that ship, by the reference of the instrument that each belongs to."""
        instruments = shipped_instruments()
        found: dict[str, tuple[Questionnaire, ...]] = {}
        for text in shipped_item_texts(instruments).values():
            reference = instruments.get(text.instrument).reference
            found[reference] = (*found.get(reference, ()), text)
        return found

    def with_published(self, published: Iterable[DefinitionPublished]) -> Definitions:
        """The definitions together with what was published to a tenant and is installed no more.

        A text that this version of Casetrail cannot read any more is left out: its references name nothing.
        """
        protocols, instruments = dict(self.definitions.protocols), dict(self.definitions.instruments)
        rule_sets = dict(self.definitions.rule_sets)
        # By kind: what a protocol measures with comes first.
        for one in sorted(published, key=lambda one: one.kind):
            with suppress(DefinitionFaulty):
                if one.kind == "protocol" and one.definition not in protocols:
                    known = {instrument.code for instrument in instruments.values()}
                    protocols[one.definition] = read_protocol(_file(one), one.text.encode(), known)
                if one.kind == "instrument" and one.definition not in instruments:
                    instruments[one.definition] = read_instrument(_file(one), one.text.encode())
                if one.kind == "ruleSet" and (read := RULE_SETS.get(one.definition.partition("@")[0])):
                    rule_sets[one.definition] = read(_file(one), one.text.encode())
        return replace(self.definitions, protocols=protocols, instruments=instruments, rule_sets=rule_sets)


def installed(folder: Path | None) -> Installed:
    """The shipped definitions with those of the service's own folder. Raises `DefinitionFaulty`."""
    instruments, rules = instruments_in(folder), rules_in_force(folder)
    protocols = protocols_in(own_folder(folder, "protocols"), instruments.by_code)
    definitions = Definitions(
        outcomes=rules.outcomes,
        deviations=rules.deviations,
        safety=rules.safety,
        terms=rules.terms,
        protocols=protocols.by_reference,
        instruments=instruments.by_reference,
    )
    return Installed(instruments, protocols, rules, definitions)


def shipped() -> Installed:
    """What ships with Casetrail, and nothing else."""
    return installed(None)


def _publication(
    kind: Literal["protocol", "instrument", "ruleSet"], reference: str, content: bytes
) -> DefinitionPublished:
    return DefinitionPublished(kind=kind, definition=reference, text=content.decode())


def _file(published: DefinitionPublished) -> str:
    code, _, version = published.definition.partition("#")[0].partition("@")
    return f"{code}-{version}.toml"
