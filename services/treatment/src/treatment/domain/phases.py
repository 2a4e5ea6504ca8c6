"""Which phase a course is in: derived from attended sessions, unless it was set by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from treatment.domain.protocols import Cadence, Phase, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SetByHand:
    """A phase that was set with a reason, when so many sessions had been attended."""

    phase: str
    after_session: int


def numbers(protocol: Protocol, in_group: Sequence[bool]) -> tuple[int, ...]:
    """The number of each attended session; given is, in order of their start, which were in the group.

    Individual sessions before the first one of a group are numbered 0, as many as the protocol plans
    (domain reference 2.3, IPT-G8); all others count from 1.
    """
    before = 0
    for grouped in in_group:
        if grouped or before == protocol.sessions_before_group:
            break
        before += 1
    return (0,) * before + tuple(range(1, len(in_group) - before + 1))


def phase_of(protocol: Protocol, number: int, by_hand: Sequence[SetByHand] = ()) -> Phase:
    """The phase of the session with this number; sessions beyond the plan belong to the last phase.

    A phase that was set by hand holds from the next session on, until another is set or the plan itself
    goes on to a phase that is later than both what was set and what was due then. Where the two are one, the
    course was to stay: then the plan goes on only after the phase that follows.
    """
    due = _planned(protocol, number)
    earlier = [one for one in by_hand if one.after_session < number]
    codes = [phase.code for phase in protocol.phases]
    if not earlier or earlier[-1].phase not in codes:
        return protocol.phases[due]
    newest = earlier[-1]
    chosen = codes.index(newest.phase)
    then = _planned(protocol, newest.after_session + 1)
    later = chosen + 1 if chosen == then else max(chosen, then)
    return protocol.phases[due if due > later else chosen]


def phase_after(protocol: Protocol, attended: int, by_hand: Sequence[SetByHand] = ()) -> Phase:
    """The phase that a course is in after so many attended sessions: that of the newest one.

    Before the first session it is the first phase. A phase that was just set by hand holds at once.
    """
    if any(one.after_session == attended for one in by_hand):
        return phase_of(protocol, attended + 1, by_hand)
    return protocol.phases[0] if attended == 0 else phase_of(protocol, attended, by_hand)


def is_beyond_the_end(protocol: Protocol, number: int) -> bool:
    """Whether a session of this number needs a decision to extend the course (invariant 10)."""
    return number > protocol.sessions.most


def cadence_of(protocol: Protocol, phase: Phase, agreed_days: int | None = None) -> Cadence:
    """How far apart sessions are in this phase; an agreed target counts where the protocol allows it."""
    cadence = phase.cadence or protocol.cadence
    if agreed_days is None or agreed_days not in cadence.allowed:
        return cadence
    return Cadence(
        target=agreed_days,
        tolerance=cadence.tolerance,
        longest_gap=cadence.longest_gap,
        allowed=cadence.allowed,
    )


def _planned(protocol: Protocol, number: int) -> int:
    """The place of the phase that the plan has for this session."""
    for place, phase in enumerate(protocol.phases):
        if number <= phase.last:
            return place
    return len(protocol.phases) - 1
