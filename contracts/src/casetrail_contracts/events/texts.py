"""The texts that payloads may hold: each has a length, and stands in a personal field."""

from typing import Annotated

from pydantic import StringConstraints

Alias = Annotated[str, StringConstraints(min_length=1, max_length=40)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""The longest text that any event accepts. Process notes are kept elsewhere."""
