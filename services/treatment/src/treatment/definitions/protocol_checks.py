"""What the parts of a protocol file must be to each other: phases without gap, known measures, sums."""

from collections.abc import Collection, Iterator
from typing import get_args

from treatment.definitions.protocol_file import PhaseFile, ProtocolFile
from treatment.domain.protocols import Artifact


def faults(read: ProtocolFile, instruments: Collection[str]) -> Iterator[str]:
    """Each fault as field, reason and cure; none when the file can be used."""
    yield from _phases(read)
    for place, phase in enumerate(read.phases, start=1):
        yield from _artifacts(read, place, phase)
    yield from _measures(read, instruments)
    yield from _attendees(read)
    yield from _group(read)
    yield from _blend(read)


def _phases(read: ProtocolFile) -> Iterator[str]:
    codes = [phase.code for phase in read.phases]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"phases: two are called {code}; give each its own code"
    expected = 1 if read.pre_session is None else 0
    for place, phase in enumerate(read.phases, start=1):
        if phase.last < phase.first:
            yield f"phases {place}, to: {phase.last} is before from {phase.first}; exchange them"
        if phase.first < expected:
            yield f"phases {place}, from: overlaps with what is before it; begin at {expected}"
        if phase.first > expected:
            yield f"phases {place}, from: leaves a gap before it; begin at {expected}"
        expected = max(phase.last, phase.first) + 1
    last = read.phases[-1].last
    if not read.sessions.planned <= last <= read.sessions.max:
        yield (
            f"phases {len(read.phases)}, to: the phases end at {last}; "
            f"end them between {read.sessions.planned} and {read.sessions.max}, as sessions says"
        )


def _artifacts(read: ProtocolFile, place: int, phase: PhaseFile) -> Iterator[str]:
    field = f"phases {place}, required_artifacts"
    known = get_args(Artifact)
    for text in phase.required_artifacts:
        artifact, _, by_session = text.partition("@")
        if artifact not in known:
            yield f"{field}: {artifact} is not known; take one of {', '.join(known)}"
        if by_session and not phase.first <= int(by_session) <= phase.last:
            yield f"{field}: {text} is outside sessions {phase.first} to {phase.last}; move it"
        if artifact == "problemArea" and read.focus != "problemArea":
            yield f"{field}: the focus is {read.focus}; remove problemArea, or change `focus`"


def _measures(read: ProtocolFile, instruments: Collection[str]) -> Iterator[str]:
    named = [(f"measures {place}", one.instrument) for place, one in enumerate(read.measures, start=1)]
    if read.entry_gate is not None:
        named += [("entry_gate", limit.instrument) for limit in read.entry_gate.any_of]
    if read.recurrence is not None:
        named.append(("recurrence", read.recurrence.instrument))
    for field, code in named:
        if code not in instruments:
            yield f"{field}, instrument: {code} is not known; take one of {', '.join(sorted(instruments))}"
    for place, measure in enumerate(read.measures, start=1):
        if beyond := [number for number in measure.sessions or () if number > read.sessions.max]:
            most = read.sessions.max
            yield f"measures {place}, sessions: there is no session {beyond[0]}; name one up to {most}"


def _attendees(read: ProtocolFile) -> Iterator[str]:
    known = [phase.code for phase in read.phases]
    for place, expected in enumerate(read.expected_attendees, start=1):
        for phase in expected.in_phases:
            if phase not in known:
                field = f"expected_attendees {place}, in_phases"
                yield f"{field}: there is no phase {phase}; take one of {', '.join(known)}"


def _group(read: ProtocolFile) -> Iterator[str]:
    if read.pre_session is not None and read.modality != "group":
        yield f"pre_session: is for groups, and modality is {read.modality}; remove it, or change `modality`"
    for place, phase in enumerate(read.phases, start=1):
        prepares = phase.kind == "preparation"
        if prepares != (phase.first == 0) or (prepares and phase.last != 0):
            yield f"phases {place}: a preparation, and nothing else, is from 0 to 0; change from, to or kind"


def _blend(read: ProtocolFile) -> Iterator[str]:
    if (read.blended is None) != (read.modality != "blended"):
        yield "blended: belongs to the modality blended, and to no other; add or remove it"
    if read.blended is None:
        return
    live, online = read.blended.live_sessions, read.blended.online_sessions
    if (live.min + online, live.max + online) != (read.sessions.min, read.sessions.max):
        yield (
            f"blended: online and live ones together are {live.min + online} to {live.max + online}; "
            f"make that the min and max of `sessions`"
        )
