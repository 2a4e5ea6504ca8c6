"""Which resource is meant, and whose it is: by server, type and id, however the reference is written."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from casetrail_contracts.scalars import Moment
from treatment.fhir.resources import Found
from treatment.fhir.values import Node, part, parts, text
from treatment.imports.form import Subject, Unreadable, checked_subject

OF_AGE = 18
_AT_THE_END = re.compile(
    r"(?:^|/)([A-Z][A-Za-z]{1,40}/[A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?$", re.ASCII
)
_LASTING = re.compile(r"(?:https?://[^\s|]+/)?[A-Z][A-Za-z]{1,40}/[A-Za-z0-9.-]{1,64}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)


def lasting(key: str) -> str:
    """The key, if the sender will use it again. A fullUrl is a place holder for one message."""
    return key if _LASTING.fullmatch(key) else ""


class Parts(NamedTuple):
    """A key taken apart; server and type are empty where it does not say them."""

    server: str
    type: str
    id: str


def parts_of(key: str) -> Parts:
    """What a key says: `https://a.example/fhir/Patient/77` is of another server than `Patient/77`."""
    before, _, identity = key.rpartition("/")
    server, _, kind = before.rpartition("/")
    return Parts(server, kind, identity)


def _on(server: str, address: str) -> str:
    """The key of what an address names: `<type>/<id>` below its server, else below this one, if known."""
    named = _AT_THE_END.search(address)
    if named is None:
        return address
    before = address[: named.start()]
    own = before if before.startswith(("http://", "https://")) else server
    return f"{own}/{named[1]}" if own else named[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Resolves references among what was read together."""

    server: str
    """The address below which ids without an address are; none where it is not known."""
    keys_by_url: Mapping[str, str]
    only: Mapping[str, str]
    """By type and id, the key of what was read once: it is meant where a reference says no server."""
    identifiers: Mapping[str, Subject]
    """By key, those of patients without an id, who are known by an identifier."""
    born: Mapping[str, Moment]
    """By key, when patients were born."""

    def own(self, found: Found) -> str:
        """`<server>/Observation/<id>`, without the version; type and fullUrl of what has no id; or none."""
        return _own(found, self.server)

    def key(self, reference: Node, found: Found) -> str:
        """The key of what a Reference in a resource names; the address itself where that is no resource.

        A relative reference is below the server of the resource that holds it, as FHIR has it.
        """
        address = text(reference, "reference")
        known = self.keys_by_url.get(address)
        if known is not None:
            return known
        key = _on(parts_of(_own(found, self.server)).server, address)
        return self.only.get(key, key)

    def keys(self, found: Found, name: str) -> frozenset[str]:
        """The keys of all References in a list of a resource."""
        return frozenset(self.key(reference, found) for reference in parts(found.resource, name)) - {""}

    def was_minor(self, found: Found, when: Moment) -> bool:
        """Whether the patient was one then. Who does not say is taken for an adult, as most patients are."""
        born = self.born.get(self.key(part(found.resource, "subject"), found))
        if born is None:
            return False
        birthday, day = born.at, when.at
        age = day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
        return age < OF_AGE

    def patient(self, found: Found) -> Subject:
        """The patient by id, or where there is none, by their identifier. Raises `Unreadable`.

        Two servers, or two systems of identifiers, have the same ids for different people.
        """
        subject = part(found.resource, "subject")
        meant = self.key(subject, found)
        if meant.startswith("#"):
            raise Unreadable("the patient is contained in the resource and has no id of their own")
        server, kind, identity = parts_of(meant)
        if (
            kind not in ("", "Patient")
            or (server and not kind)
            or text(subject, "type") not in ("", "Patient")
        ):
            raise Unreadable("the subject is not a patient")
        identifier = self.identifiers.get(meant) or _identified(part(subject, "identifier"))
        if lasting(meant) or identifier is None:
            return Subject(reference=checked_subject(identity.removeprefix("urn:uuid:")), within=server)
        return Subject(reference=checked_subject(identifier.reference), within=identifier.within)


def references(found: Iterable[Found], server: str = "") -> References:
    """The references among the resources of one file or message."""
    everything = list(found)
    keys = {one.place: _own(one, server) for one in everything}
    times = Counter("/".join(parts_of(key)[1:]) for key in set(keys.values()))
    patients = [(one, keys[one.place]) for one in everything if one.type == "Patient"]
    return References(
        server=server,
        keys_by_url={one.full_url: keys[one.place] for one in everything if one.full_url},
        only={named: key for key in keys.values() if times[named := "/".join(parts_of(key)[1:])] == 1},
        identifiers={
            key: known
            for one, key in patients
            if not lasting(key)
            and (identifiers := parts(one.resource, "identifier"))
            and (known := _identified(identifiers[0])) is not None
        },
        born={key: born for one, key in patients if (born := _born(one)) is not None},
    )


def _own(found: Found, server: str) -> str:
    identity = text(found.resource, "id")
    address = _on(server, found.full_url)
    if _ID.fullmatch(identity):
        of_server = parts_of(address).server if lasting(address) else server
        return _on(of_server, f"{found.type}/{identity}")
    return f"{found.type}/{address}" if address == found.full_url != "" and not lasting(address) else address


def _identified(identifier: Node) -> Subject | None:
    value = text(identifier, "value")
    return Subject(reference=value, within=text(identifier, "system")) if value else None


def _born(patient: Found) -> Moment | None:
    try:
        return Moment.parse(text(patient.resource, "birthDate"))
    except ValueError:
        return None
