"""The headers of a command."""

import re
from typing import Annotated, NamedTuple

from fastapi import Depends, Header, Request

_KEY = r"^[\x21-\x7e]{1,200}$"
_VERSION = r'^"?\d{1,9}"?$'


class Sent(NamedTuple):
    """The headers of a command."""

    idempotency_key: str
    expected_version: int | None


# Not a plain function: the framework would run it on a thread of its own.
async def sent(
    idempotency_key: Annotated[
        str,
        Header(
            pattern=_KEY,
            description="A fresh value for each command, the same for each repeat of it; a UUID is good.",
        ),
    ],
    if_match: Annotated[
        str | None,
        Header(
            pattern=_VERSION,
            description='The version that the decision was based on: `"7"`, as in the ETag.',
        ),
    ] = None,
) -> Sent:
    """Read the headers of a command."""
    return Sent(idempotency_key, int(if_match.strip('"')) if if_match is not None else None)


Headers = Annotated[Sent, Depends(sent)]


async def well_formed(request: Request) -> Sent | None:
    """The headers of a command, None when one is missing or of a wrong form."""
    key, version = request.headers.get("idempotency-key", ""), request.headers.get("if-match")
    if not re.fullmatch(_KEY, key, re.ASCII):
        return None
    if version is not None and not re.fullmatch(_VERSION, version, re.ASCII):
        return None
    return await sent(key, version)
