"""Definitions read from files: at the edge, once, and handed to the domain as values.

A file is one version of one definition and never changes once released: its digest is named by the
events that used it. A change is a new file with a new version.
"""

from treatment.definitions.faulty import DefinitionFaulty
from treatment.definitions.instruments import Instruments, read_instrument, shipped_instruments

__all__ = ["DefinitionFaulty", "Instruments", "read_instrument", "shipped_instruments"]
