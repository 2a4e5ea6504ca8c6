"""Where the broker is and who we are to it: a plain value that settings make and workers take."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsOptions:
    """The address of the broker, and the user that this process is to it."""

    url: str
    user: str
    password: str = field(repr=False)
