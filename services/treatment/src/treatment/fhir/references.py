"""Which resource is meant, and whose it is: by type and id, however the reference is written."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casetrail_contracts.scalars import Moment
from treatment.fhir.resources import Found
from treatment.fhir.values import Node, part, parts, text
from treatment.imports.form import Unreadable, checked_subject

OF_AGE = 18
_TYPE_AND_ID = re.compile(
    r"(?:^|/)([A-Z][A-Za-z]{1,40}/[A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?$", re.ASCII
)
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)


def key(found: Found) -> str:
    """`Observation/<id>`, without server and version; type and fullUrl of what has no id; or none."""
    identity = text(found.resource, "id")
    if _ID.fullmatch(identity):
        return f"{found.type}/{identity}"
    address = _from_address(found.full_url)
    return f"{found.type}/{address}" if address == found.full_url != "" else address


def lasting(of: str) -> str:
    """The key, if the sender will use it again. A fullUrl is a place holder for one message."""
    return of if _TYPE_AND_ID.fullmatch(of) else ""


def _from_address(address: str) -> str:
    named = _TYPE_AND_ID.search(address)
    return named[1] if named else address


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Resolves references among what was read together."""

    keys_by_url: Mapping[str, str]
    identifiers: Mapping[str, str]
    """By key, those of patients without an id, who are known by an identifier."""
    born: Mapping[str, Moment]
    """By key, when patients were born."""

    def key(self, reference: Node) -> str:
        """The key of what a Reference names; the address itself where it names nothing that was read."""
        address = text(reference, "reference")
        return self.keys_by_url.get(address) or _from_address(address)

    def keys(self, of: Node, name: str) -> frozenset[str]:
        """The keys of all References in a list."""
        return frozenset(self.key(reference) for reference in parts(of, name)) - {""}

    def was_minor(self, resource: Node, when: Moment) -> bool:
        """Whether the patient was one then. Who does not say is taken for an adult, as most patients are."""
        born = self.born.get(self.key(part(resource, "subject")))
        if born is None:
            return False
        birthday, day = born.at, when.at
        age = day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
        return age < OF_AGE

    def patient(self, resource: Node) -> str:
        """The patient's id, or where there is none, the value of their identifier. Raises `Unreadable`."""
        subject = part(resource, "subject")
        meant = self.key(subject)
        if meant.startswith("#"):
            raise Unreadable("the patient is contained in the resource and has no id of their own")
        kind, _, identity = meant.rpartition("/")
        if kind not in ("", "Patient") or text(subject, "type") not in ("", "Patient"):
            raise Unreadable("the subject is not a patient")
        identifier = self.identifiers.get(meant) or text(part(subject, "identifier"), "value")
        if lasting(meant) or not identifier:
            return checked_subject(identity.removeprefix("urn:uuid:"))
        return checked_subject(identifier)


def references(found: Iterable[Found]) -> References:
    """The references among the resources of one file or message."""
    everything = list(found)
    patients = [one for one in everything if one.type == "Patient"]
    return References(
        keys_by_url={one.full_url: key(one) for one in everything if one.full_url},
        identifiers={
            key(one): text(identifiers[0], "value")
            for one in patients
            if not lasting(key(one)) and (identifiers := parts(one.resource, "identifier"))
        },
        born={key(one): born for one in patients if (born := _born(one)) is not None},
    )


def _born(patient: Found) -> Moment | None:
    try:
        return Moment.parse(text(patient.resource, "birthDate"))
    except ValueError:
        return None
