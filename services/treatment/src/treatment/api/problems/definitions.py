"""Words for refusals about definitions."""

from treatment.api.problems.words import Words, says
from treatment.domain.refusals import definitions as r

WORDS: dict[type[Exception], Words] = {
    r.InstrumentUnknown: Words(
        422,
        "instrument-unknown",
        "No such instrument",
        lambda refusal: f"{refusal.instrument} is not installed; known are {', '.join(refusal.known)}.",
        "Use one of the known codes, or install a definition.",
    ),
    r.ProtocolUnknown: Words(
        422,
        "protocol-unknown",
        "No such protocol",
        lambda refusal: f"{refusal.protocol} is not installed; known are {', '.join(refusal.known)}.",
        "Use one of the known codes, or install a definition.",
    ),
    r.ProtocolMissing: Words(
        409,
        "protocol-missing",
        "No protocol yet",
        says("The course follows no protocol that is installed here."),
        "Assign one with `assign-protocol`.",
    ),
    r.PhaseUnknown: Words(
        422,
        "phase-unknown",
        "No such phase",
        lambda refusal: f"The protocol has no phase {refusal.phase}; it has {', '.join(refusal.known)}.",
        "Name one of them.",
    ),
    r.TermUnknown: Words(
        422,
        "term-unknown",
        "No term of the list",
        lambda refusal: (
            f"{refusal.place} is not in the list {refusal.listed} of TERMS, "
            f"which has {', '.join(refusal.known)}."
        ),
        "Use one of them (`other` where none fits), or extend the list in a new version of TERMS.",
    ),
    r.RingUnknown: Words(
        422,
        "ring-unknown",
        "No such ring",
        says("The closeness circle has {e.rings} rings here; {e.ring} is none of them."),
        "Name one of them, 1 the innermost, or set `closeness_rings` in a new version of TERMS.",
    ),
}
