"""The register of a tenant: which definitions held, and who acted under which pseudonym."""

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from casetrail_contracts.events.texts import ShortText
from casetrail_contracts.identity import Role
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import Personal
from casetrail_contracts.scalars import DefinitionRef, StaffId

IssuerName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,253}$")]
LONGEST_DEFINITION = 24_000
"""Characters of a definition's file."""
DefinitionText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_DEFINITION)]


class TenantRegistered(Contract):
    """The tenant's history begins. The issuer's name in `source` stays as it is now."""

    issuer: IssuerName


class DefinitionPublished(Contract):
    """A definition can be named from now on: the events that used it say exactly this text by its digest.

    The text is a file of the installation. No command carries one, and it is about no person.
    """

    kind: Literal["protocol", "instrument", "ruleSet"]
    definition: DefinitionRef
    """Code, version, and the SHA-256 of the UTF-8 bytes of `text`, in hexadecimal."""
    text: DefinitionText
    """The whole file, unchanged."""


class ActorRegistered(Contract):
    """Somebody acts under this pseudonym, in this role: what `authid` and `authrole` of events name."""

    SUBJECT_FIELD: ClassVar[str] = "actor_id"

    actor_id: StaffId
    role: Role
    identity: Personal[ShortText]
    """Who that is: a name, or a number of the service's own staff register."""


class ActorRetired(Contract):
    """Nobody acts under this pseudonym in this role any more."""

    actor_id: StaffId
    role: Role
    reason: Literal["left", "roleChanged", "registeredInError", "other"]
