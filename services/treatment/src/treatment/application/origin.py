"""Where events come from: the issuer's name of each tenant, and the build that decides."""

from collections.abc import Callable
from dataclasses import dataclass

from casetrail_contracts.envelope import ActorKind
from casetrail_contracts.identity import Role
from treatment.application.asking import Request
from treatment.store.case_store import Provenance

KINDS = {Role.CLOCK: ActorKind.SYSTEM, Role.NOTIFIER: ActorKind.SERVICE_ACCOUNT}
"""Roles of software that acts for itself. In the role `system` it writes for the clinician in `authid`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What every event says of its origin."""

    issuer: Callable[[str], str]
    """The name of a tenant's issuer: fixed at its first start."""
    software_version: str

    def of(self, request: Request, role: Role) -> Provenance:
        """Of the events that answer a command, which was decided in this role."""
        claims = request.caller.claims
        return Provenance(
            tenant=claims.tenant,
            issuer=self.issuer(claims.tenant),
            command_id=request.command_id,
            actor_id=claims.sub,
            actor_kind=KINDS.get(role, ActorKind.APP_USER),
            actor_role=role,
            client_id=claims.act.sub if claims.act else "direct",
            software_version=self.software_version,
        )

    def of_installation(self, tenant: str, command_id: str) -> Provenance:
        """Of what the installation itself says, before anybody asks."""
        return Provenance(
            tenant=tenant,
            issuer=self.issuer(tenant),
            command_id=command_id,
            actor_id="casetrail",
            actor_kind=ActorKind.SYSTEM,
            actor_role=Role.OPERATOR,
            client_id="direct",
            software_version=self.software_version,
        )
