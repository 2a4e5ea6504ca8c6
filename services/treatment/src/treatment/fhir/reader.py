"""Resources to forms: what one file or message says, each form once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from treatment.definitions import Instruments
from treatment.fhir.draft import Draft
from treatment.fhir.forms import form_of, merged
from treatment.fhir.observations import Observed, read_observation
from treatment.fhir.panels import drafts
from treatment.fhir.references import References, references
from treatment.fhir.resources import Found, resources
from treatment.fhir.responses import read_response
from treatment.fhir.vocabulary import Vocabulary, vocabulary
from treatment.imports.form import ImportedForm, Reading, Rejected, Unreadable, gathered

Piece = TypeVar("Piece", Observed, Draft)


def read_bundle(content: bytes, instruments: Instruments, *, system: str = "fhir") -> Reading:
    """The forms in a FHIR R4 Bundle, a single resource, or NDJSON. Never raises, whatever the content.

    `system` names the sender, within which ids are unique. It is a part of each form's identity, so a
    resource that is sent again, in whatever kind of file, is the same form. An Observation and a
    QuestionnaireResponse that say the same make one form.
    """
    words = vocabulary(instruments)
    found: list[Found] = []
    heap = _Heap()
    for one in resources(content):
        if isinstance(one, Rejected):
            heap.rejected.append(one)
        else:
            found.append(one)
    among = references(found)
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
    return gathered([*heap.rejected, *forms], heap.passed_over)


@dataclass(slots=True)
class _Heap:
    """What was read, sorted by kind."""

    observed: list[Observed] = field(default_factory=list)
    responses: list[Draft] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    passed_over: int = 0

    def take(self, found: Found, among: References, words: Vocabulary) -> None:
        """Read one resource."""
        before = (len(self.observed), len(self.responses), len(self.rejected))
        try:
            if found.type == "Observation":
                observed = read_observation(found, among, words)
                self.observed += [observed] if observed else []
            elif found.type == "QuestionnaireResponse":
                for one in read_response(found, among, words):
                    if isinstance(one, Rejected):
                        self.rejected.append(one)
                    else:
                        self.responses.append(one)
        except Unreadable as error:
            self.rejected.append(error.at(found.place))
        if before == (len(self.observed), len(self.responses), len(self.rejected)):
            self.passed_over += 1


def _once(pieces: Iterable[Piece], heap: _Heap, identity: Callable[[Piece], tuple[str, str]]) -> list[Piece]:
    """Each resource once, although a file may hold it twice. What has no id is taken as it comes."""
    seen: dict[tuple[str, str], Piece] = {}
    kept: list[Piece] = []
    for piece in pieces:
        before = seen.setdefault(identity(piece), piece) if piece.key else piece
        if before is piece:
            kept.append(piece)
        elif replace(piece, place="") == replace(before, place=""):
            heap.passed_over += 1
        else:
            reason = "the same resource stands in this file already, with other content"
            heap.rejected.append(Rejected(place=piece.place, reason=reason))
    return kept


def _form(draft: Draft | Rejected, system: str) -> ImportedForm | Rejected:
    if isinstance(draft, Rejected):
        return draft
    try:
        return form_of(draft, system)
    except Unreadable as error:
        return error.at(draft.place)
