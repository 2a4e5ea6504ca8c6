"""Faults that a person can mend: `casetrail` tells them in one line, not as a stack trace."""


class Fault(Exception):
    """Its message names the thing, the reason and the cure."""
