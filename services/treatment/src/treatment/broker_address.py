"""Where the broker is and who we are to it: a plain value that settings make and workers take."""

from dataclasses import dataclass, field

HINT_SUBJECT = "casetrail.stored"
"""An empty message here says that something was stored. Nobody depends on it: the relay also looks itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsOptions:
    """The address of the broker, and the user that this process is to it."""

    url: str
    """`nats://host:4222`, or several of them with commas between: the servers of one cluster."""
    user: str
    password: str = field(repr=False)

    @property
    def servers(self) -> list[str]:
        """Each server's address: the client goes on to the next one when one does not answer."""
        return self.url.split(",")
