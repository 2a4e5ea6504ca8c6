"""The register of another tenant begins, and says which definition holds and who acts."""

from hashlib import sha256

from casetrail_contracts.events.register import (
    ActorRegistered,
    ActorRetired,
    DefinitionPublished,
    TenantRegistered,
)
from casetrail_contracts.examples.story import ADMIN, INSTALLATION, ISSUER, Story, at, sealed
from casetrail_contracts.identity import Role

TENANT = "south"
REGISTER = "4b1d7a3e-60c8-5f0e-8f5f-3d0b8a6e2c11"
RULES = """code = "SAFETY"
version = "1"
title = "Safety"
late_entry_hours = 72
review_grace_days = 0
follow_up_grace_days = 7
review_within_working_days = 10
"""
FIRST_COMMAND = "5d0c3a57-2b1e-5c66-9c4e-7a51f0d8e9b3"
"""That of everything that the first start brought."""


def tell(story: Story) -> None:
    """Before anything else the definitions are published; then people come, and go."""
    story.tell(TenantRegistered(issuer=ISSUER), at(0), INSTALLATION, command=FIRST_COMMAND)
    rules = DefinitionPublished(
        kind="ruleSet", definition=f"SAFETY@1#{sha256(RULES.encode()).hexdigest()}", text=RULES
    )
    story.tell(rules, at(0), INSTALLATION, command=FIRST_COMMAND)
    arrived = ActorRegistered(
        actor_id="therapist-7", role=Role.THERAPIST, identity=sealed("identity of therapist-7")
    )
    story.tell(arrived, at(1), ADMIN)
    story.tell(ActorRetired(actor_id="therapist-7", role=Role.THERAPIST, reason="left"), at(200), ADMIN)
