"""All definitions of an installation together: what ships, and what the service adds."""

from dataclasses import dataclass
from pathlib import Path

from treatment.definitions import Instruments, shipped_instruments
from treatment.definitions.deviation_rules import shipped_deviation_rules
from treatment.definitions.outcome_rules import shipped_outcome_rules
from treatment.definitions.protocols import Protocols, protocols_in
from treatment.definitions.safety_rules import shipped_safety_rules
from treatment.domain.circumstances import Definitions
from treatment.domain.protocols import Protocol


@dataclass(frozen=True, slots=True)
class Installed:
    """What can be named by code now, and by reference in the events of any time."""

    instruments: Instruments
    protocols: Protocols
    definitions: Definitions

    def protocol(self, code: str) -> Protocol:
        """The newest version of the protocol. Raises `ProtocolUnknown`, which lists the known ones."""
        return self.protocols.get(code)


def installed(protocols_folder: Path | None = None) -> Installed:
    """The shipped definitions with the protocols of the service's own. Raises `DefinitionFaulty`."""
    instruments, protocols = shipped_instruments(), protocols_in(protocols_folder)
    definitions = Definitions(
        outcomes=shipped_outcome_rules(),
        deviations=shipped_deviation_rules(),
        safety=shipped_safety_rules(),
        protocols=protocols.by_reference,
        instruments=instruments.by_reference,
    )
    return Installed(instruments, protocols, definitions)


def shipped() -> Installed:
    """What ships with Casetrail, and nothing else."""
    return installed(None)
