"""What a definition file that cannot be used is answered with."""

from treatment.fault import Fault


class DefinitionFaulty(Fault):
    """A definition file cannot be used; the message names the file, the field, the reason and the cure."""
