"""Erasing a person's data: one asks, another decides."""

from casetrail_contracts.events.erasure import (
    PersonalDataErased,
    PersonalDataErasureRefused,
    PersonalDataErasureRequested,
)
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import ApproveErasure
from treatment.domain.facts import Fact
from treatment.domain.personal_texts import was_told_of
from treatment.domain.refusals import NeedsAnother, NotFound, PersonUnknown


def request_erasure(case: Case, entry: PersonalDataErasureRequested, at: Moment) -> list[Fact]:
    """Anybody in charge may ask; asking twice for the same person is one request.

    A person need not be in the inventory any more: what was said before is still there. Who was
    erased can be asked for again: a restored backup may have brought the keys back.
    """
    if entry.person_id is not None and not was_told_of(case, entry.person_id):
        raise PersonUnknown(entry.person_id, "personId")
    if any(open_.person_id == entry.person_id for open_ in case.erasures.values()):
        return []
    return [Fact(payload=entry, at=at)]


def approve_erasure(case: Case, command: ApproveErasure, circumstances: Circumstances) -> list[Fact]:
    """The approver is not the requester."""
    request = _open(case, command.request, circumstances, "approve the erasure")
    erased = PersonalDataErased(request=command.request, subject=request.subject, person_id=request.person_id)
    return [Fact(payload=erased, at=command.at, caused_by=command.request)]


def refuse_erasure(
    case: Case, entry: PersonalDataErasureRefused, at: Moment, circumstances: Circumstances
) -> list[Fact]:
    """Whoever refuses is not the requester either."""
    _open(case, entry.request, circumstances, "refuse the erasure")
    return [Fact(payload=entry, at=at)]


def _open(
    case: Case, request_id: str, circumstances: Circumstances, what: str
) -> PersonalDataErasureRequested:
    request, entry = case.erasures.get(request_id), case.entry(request_id)
    if request is None or entry is None:
        raise NotFound("open request for erasure", request_id, "request")
    if entry.actor == circumstances.actor:
        raise NeedsAnother(what)
    return request
