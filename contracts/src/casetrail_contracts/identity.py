"""What a bearer token must say, and the roles it may give: the catalogue's, unchanged."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from casetrail_contracts.scalars import StaffId, TenantName


class Role(StrEnum):
    """Who a caller is. What each role may do stands beside each route."""

    THERAPIST = "therapist"
    SUPERVISOR = "supervisor"
    DOCTOR = "doctor"
    SYSTEM = "system"
    NOTIFIER = "notifier"
    CLOCK = "clock"
    INTEGRATOR = "integrator"
    AUDITOR = "auditor"
    MANAGER = "manager"
    OPERATOR = "operator"
    ADMIN = "admin"


CLINICAL = (Role.THERAPIST, Role.SUPERVISOR, Role.DOCTOR)
"""The roles of people who treat: software with the role `system` acts in one of them."""


def _words(value: object) -> object:
    """OAuth 2.0 sends `scope` as one string of words; a list of them is taken too."""
    return value.split() if isinstance(value, str) else value


class Actor(BaseModel):
    """The software that acts for somebody (`act`, RFC 8693)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: StaffId


class Claims(BaseModel):
    """The claims of a verified token. Unknown claims are ignored, as RFC 7519 asks."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    sub: StaffId
    """A pseudonym of the person; a therapist's own cases are those whose `therapistId` is this."""
    tenant: TenantName
    roles: Annotated[frozenset[Role], Field(min_length=1)]
    teams: frozenset[StaffId] = frozenset()
    scope: Annotated[frozenset[str], BeforeValidator(_words)] = frozenset()
    """`events:<group>` or `events:*` grants an integrator groups of the feed."""
    act: Actor | None = None
    """Named when software writes on behalf of `sub`: required for the role `system`."""

    def acts_as(self) -> frozenset[Role]:
        """The roles in which the caller may act: of `system` those of the clinician that it names.

        Where the token says none of them, the case says which one it is.
        """
        others = self.roles - {Role.SYSTEM}
        if Role.SYSTEM not in self.roles or self.act is None or not others.isdisjoint(CLINICAL):
            return others
        return others.union(CLINICAL)

    def has(self, roles: Sequence[Role]) -> bool:
        """Whether the caller holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)
