"""Words for refusals about those who act."""

from treatment.api.problems.words import Words, says
from treatment.domain.refusals import register as r

WORDS: dict[type[Exception], Words] = {
    r.TenantUnknown: Words(
        404,
        "no-register",
        "No register yet",
        says("Nothing was recorded for this tenant yet, so it has no register."),
        "It begins with the first command: open a case, or register an actor.",
    ),
    r.ActorKnown: Words(
        409,
        "actor-known",
        "Somebody acts under this pseudonym",
        says("{e.actor_id} is registered as {e.role}."),
        "Give another person another pseudonym; to correct an identity, retire it first.",
    ),
    r.ActorUnknown: Words(
        409,
        "actor-unknown",
        "Nobody acts under this pseudonym",
        says("{e.actor_id} is not registered as {e.role}, or not any more."),
        "Read the register to see who acts in which role.",
    ),
}
