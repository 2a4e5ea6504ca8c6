"""Coded terms of a service's own lists, and its closeness circle: what a new entry may hold.

Only deciding asks: what was recorded by another list stays, and folds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casetrail_contracts import Payload
from casetrail_contracts.events.consent import SuitabilityAdvised
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.formulation import SickRoleGiven
from casetrail_contracts.events.medication import MedicationChanged, MedicationRecorded
from casetrail_contracts.events.problem_area import InterpersonalDeficits
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.model import Contract
from treatment.domain.case import Case
from treatment.domain.refusals import RingUnknown, TermUnknown

LISTS: Mapping[tuple[type[Contract], str], str] = {
    (SessionHeld, "topics"): "topics",
    (InterpersonalDeficits, "patterns"): "patterns",
    (InterpersonalDeficits, "skills_targeted"): "skills",
    (SickRoleGiven, "duties_relieved"): "duties",
    (MedicationRecorded, "side_effects"): "side_effects",
    (MedicationChanged, "side_effects"): "side_effects",
    (SuitabilityAdvised, "declined"): "declined",
}
"""Every field of coded terms, and the list that it is of."""
RINGS = ("closeness_ring", "closeness_desired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One version of the lists, named by the digest of its file."""

    code: str
    version: str
    sha256: str
    closeness_rings: int
    """How many rings the closeness circle has."""
    lists: Mapping[str, frozenset[str]]
    """The terms of each list, by its name in the file."""

    @property
    def reference(self) -> str:
        """`<code>@<version>#<sha256>`: as the register publishes it."""
        return f"{self.code}@{self.version}#{self.sha256}"


def check_terms(case: Case, payload: Payload, terms: Terms) -> None:
    """Raise unless each term is in its list and each ring in the circle.

    A correction may keep the terms of its target: they were in the list when it was recorded.
    """
    kept = _held_before(case, payload)
    for listed, term, place in _terms_in(payload):
        if term not in terms.lists[listed] and (listed, term) not in kept:
            raise TermUnknown(place, listed, tuple(sorted(terms.lists[listed])))
    for ring in _rings_in(payload):
        if ring > terms.closeness_rings:
            raise RingUnknown(ring, terms.closeness_rings)


def _held_before(case: Case, payload: Payload) -> frozenset[tuple[str, str]]:
    target = case.entry(payload.target) if isinstance(payload, EntryCorrected) else None
    return frozenset((listed, term) for listed, term, _ in _terms_in(target.holds if target else None))


def _terms_in(value: object) -> Iterator[tuple[str, str, str]]:
    """List, term and place of each term."""
    for part in _parts(value):
        for name in type(part).model_fields:
            if (listed := LISTS.get((type(part), name))) is not None:
                for number, term in enumerate(getattr(part, name) or ()):
                    yield listed, term, f"{type(part).model_fields[name].alias or name}.{number}"


def _rings_in(value: object) -> Iterator[int]:
    for part in _parts(value):
        yield from (ring for name in RINGS if (ring := getattr(part, name, None)) is not None)


def _parts(value: object) -> Iterator[Contract]:
    """A payload and the models within it."""
    match value:
        case Contract():
            yield value
            for name in type(value).model_fields:
                yield from _parts(getattr(value, name))
        case tuple():
            for inner in value:
                yield from _parts(inner)
        case _:
            pass
