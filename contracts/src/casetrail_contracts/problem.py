"""Problem documents (RFC 9457): what every error of Casetrail's HTTP interfaces looks like."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import ErrorDetails

PROBLEM_ROOT = "https://problems.casetrail.org/"
PROBLEM_MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One field that is wrong. The value itself is not repeated: it may be personal."""

    model_config = ConfigDict(frozen=True)

    pointer: str
    """JSON Pointer (RFC 6901) into the body, or the name of a header or parameter."""
    reason: str


class Problem(BaseModel):
    """What went wrong, and how to mend it. Nothing was stored."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    type: str
    """A stable address that names the kind of problem."""
    title: str
    status: int
    detail: str
    cure: str
    """What to do."""
    errors: tuple[FieldError, ...] = Field(default=())
    traceid: str
    """Quote this when asking for help."""


def reason(refused: ErrorDetails) -> str:
    """Why a value was refused: pydantic's words, except where they quote what was sent."""
    if refused["type"] == "union_tag_invalid":
        return f"{refused['ctx']['discriminator']} is not one of the known kinds"
    return refused["msg"]
