"""What a definition file that cannot be used is answered with."""


class DefinitionFaulty(ValueError):
    """A definition file cannot be used; the message names the file, the field, the reason and the cure."""
