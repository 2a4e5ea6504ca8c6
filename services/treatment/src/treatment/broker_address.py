"""Where the broker is and who we are to it: a plain value that settings make and workers take."""

from dataclasses import dataclass, field

HINT_SUBJECT = "casetrail.stored"
"""An empty message here says that something was stored. Nobody depends on it: the relay also looks itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsOptions:
    """The address of the broker, and the user that this process is to it."""

    url: str
    user: str
    password: str = field(repr=False)
