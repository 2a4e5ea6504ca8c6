"""The protocol that a course follows: assigned once, then switched for a reason."""

from casetrail_contracts.events.protocol import PhaseEntered, ProtocolAssigned, ProtocolSwitched
from casetrail_contracts.identity import Role
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import AssignProtocol, SwitchProtocol
from treatment.domain.decisions.evidence import check_because, says_the_same
from treatment.domain.facts import Fact
from treatment.domain.phases import is_beyond_the_end
from treatment.domain.protocols import Protocol
from treatment.domain.refusals import AlreadyRecorded, NeedsRole, PhaseUnknown, ProtocolMissing, ReasonMissing


def assign_protocol(case: Case, command: AssignProtocol, circumstances: Circumstances) -> list[Fact]:
    """The first protocol; a later change is a switch, and says why."""
    if case.protocol == command.protocol.reference:
        return []
    if case.protocol is not None:
        raise AlreadyRecorded("protocol", case.protocol.partition("#")[0])
    check_length(command.protocol, case.planned_sessions, circumstances)
    return [Fact(payload=ProtocolAssigned(definition=command.protocol.reference), at=command.at)]


def switch_protocol(case: Case, command: SwitchProtocol, circumstances: Circumstances) -> list[Fact]:
    """The count of sessions goes on (domain reference 8.3)."""
    if case.protocol is None:
        raise ProtocolMissing
    if case.protocol == command.protocol.reference:
        return []
    check_because(case, command.because, command.at)
    check_length(command.protocol, case.planned_sessions, circumstances)
    switched = ProtocolSwitched(
        because=command.because, definition=command.protocol.reference, previous=case.protocol
    )
    return [Fact(payload=switched, at=command.at)]


def check_length(protocol: Protocol | None, planned: int | None, circumstances: Circumstances) -> None:
    """Where the ending is fixed, as in DIT, only a supervisor extends the course (invariant 10).

    `planned` is how many sessions are planned from now on, where anybody has said so.
    """
    if protocol is None or not protocol.fixed_ending or Role.SUPERVISOR in circumstances.roles:
        return
    if planned is not None and is_beyond_the_end(protocol, planned):
        raise NeedsRole(Role.SUPERVISOR, f"extending a course by {protocol.code}")


def enter_phase(case: Case, entry: PhaseEntered, at: Moment, circumstances: Circumstances) -> list[Fact]:
    """A phase that is set by hand needs a reason, and exists in the protocol (invariant 5).

    It may be the phase that the course is in: then the course is to stay in it.
    """
    protocol = circumstances.protocol(case.protocol)
    if case.protocol is None or protocol is None:
        raise ProtocolMissing
    if entry.reason is None:
        raise ReasonMissing("a phase that is set by hand")
    known = tuple(phase.code for phase in protocol.phases)
    if entry.phase not in known:
        raise PhaseUnknown(entry.phase, known)
    whole = entry.model_copy(
        update={
            "definition": case.protocol,
            "attended_sessions": len(case.attended),
            "set_by_hand": True,
        }
    )
    entered = [one.holds for one in case.history if isinstance(one.holds, PhaseEntered)]
    return [] if entered and says_the_same(entered[-1], whole) else [Fact(payload=whole, at=at)]
