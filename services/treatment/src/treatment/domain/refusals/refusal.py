"""What every refusal is."""

# Subclasses are not frozen: the interpreter sets the traceback of an exception that passes a context manager.


class Refusal(Exception):
    """The command cannot be carried out. Subclasses carry the facts."""
