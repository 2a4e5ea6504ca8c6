"""Resources to forms: what one file or message says, each form once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar, assert_never

from treatment.definitions import Instruments
from treatment.fhir.draft import Draft
from treatment.fhir.forms import form_of, merged, taken_back
from treatment.fhir.links import Links
from treatment.fhir.observations import InError, Observed, read_observation
from treatment.fhir.panels import drafts
from treatment.fhir.references import References, references
from treatment.fhir.resources import Found, resources
from treatment.fhir.responses import read_response
from treatment.fhir.vocabulary import Vocabulary, vocabulary
from treatment.imports.form import ImportedForm, Reading, Rejected, TakenBack, Unreadable, gathered

Piece = TypeVar("Piece", Observed, Draft)
NO_LINKS: Links = {}


def read_bundle(
    content: bytes,
    instruments: Instruments,
    *,
    system: str = "fhir",
    server: str = "",
    links: Links = NO_LINKS,
) -> Reading:
    """The forms in a FHIR R4 Bundle, a single resource, or NDJSON. Never raises, whatever the content.

    `system` names the sender, and `server` the address of which ids without an address are: within the
    two, ids are unique. They are a part of each form's identity, so a resource that is sent again, in
    whatever kind of file, is the same form. An Observation and a QuestionnaireResponse that say the same
    make one form. Nothing of the content can be read where it is `unreadable`.
    """
    words = replace(vocabulary(instruments), links=links)
    found: list[Found] = []
    heap = _Heap()
    try:
        for one in resources(content):
            if isinstance(one, Rejected):
                heap.rejected.append(one)
            else:
                found.append(one)
    except Unreadable as error:
        return Reading(unreadable=str(error))
    among = references(found, server.rstrip("/"))
    for resource in found:
        heap.take(resource, among, words)
    observed = _once(heap.observed, heap, lambda one: (one.key, ""))
    responses = _once(heap.responses, heap, lambda one: (one.key, one.codes.instrument.code))
    told: list[Draft] = []
    for draft in drafts(observed, words):
        if isinstance(draft, Rejected):
            heap.rejected.append(draft)
        else:
            told.append(draft)
    forms = [_form(draft, system) for draft in merged(responses, told)]
    return gathered([*heap.rejected, *forms, *_taken_back(heap, system)], heap.passed_over)


@dataclass(slots=True)
class _Heap:
    """What was read, sorted by kind."""

    observed: list[Observed] = field(default_factory=list)
    responses: list[Draft] = field(default_factory=list)
    in_error: list[InError] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    passed_over: int = 0

    def take(self, found: Found, among: References, words: Vocabulary) -> None:
        """Read one resource."""
        pieces: list[Observed | Draft | InError | Rejected] = []
        try:
            if found.type == "Observation":
                observed = read_observation(found, among, words)
                pieces = [observed] if observed else []
            elif found.type == "QuestionnaireResponse":
                pieces = [*read_response(found, among, words)]
        except Unreadable as error:
            pieces = [error.at(found.place)]
        for piece in pieces:
            self._keep(piece)
        self.passed_over += not pieces

    def _keep(self, piece: Observed | Draft | InError | Rejected) -> None:
        match piece:
            case Observed():
                self.observed.append(piece)
            case Draft():
                self.responses.append(piece)
            case InError():
                self.in_error.append(piece)
            case Rejected():
                self.rejected.append(piece)
            case _:
                assert_never(piece)


def _once(pieces: Iterable[Piece], heap: _Heap, identity: Callable[[Piece], tuple[str, str]]) -> list[Piece]:
    """Each resource once, although a file may hold it twice. What has no id is taken as it comes.

    A corrected version takes the place of the one that it corrects.
    """
    kept: dict[object, Piece] = {}
    for piece in pieces:
        known_as: object = identity(piece) if piece.key else object()
        before = kept.setdefault(known_as, piece)
        if before is piece:
            continue
        if _said(piece) == _said(before):
            heap.passed_over += 1
        elif _replaces(piece, before) or _replaces(before, piece):
            heap.passed_over += 1
            kept[known_as] = piece if _replaces(piece, before) else before
        else:
            reason = "the same resource stands in this file already, with other content"
            heap.rejected.append(Rejected(place=piece.place, reason=reason))
    return list(kept.values())


def _said(piece: Piece) -> Piece:
    return replace(piece, place="", standing="said", changed_at=None)


def _replaces(piece: Piece, before: Piece) -> bool:
    """Whether it corrects the other version: it says so, and the other says neither so nor a later time."""
    if piece.standing != "corrected":
        return False
    if piece.changed_at is None or before.changed_at is None:
        return before.standing != "corrected"
    return piece.changed_at.at > before.changed_at.at


def _taken_back(heap: _Heap, system: str) -> Iterator[TakenBack | Rejected]:
    for one in heap.in_error:
        yield from taken_back(one, system)


def _form(draft: Draft | Rejected, system: str) -> ImportedForm | Rejected:
    if isinstance(draft, Rejected):
        return draft
    try:
        return form_of(draft, system)
    except Unreadable as error:
        return error.at(draft.place)
