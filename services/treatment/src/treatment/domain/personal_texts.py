"""Whose personal texts a payload holds: what must not be recorded of somebody who was erased."""

from collections.abc import Iterator

from casetrail_contracts import Form, Payload, Personal
from casetrail_contracts.model import Contract
from casetrail_contracts.personal import personal_fields
from treatment.domain.case import Case
from treatment.domain.refusals import SubjectErased


def check_not_erased(case: Case, payload: Payload) -> None:
    """Raise `SubjectErased` where a text is about somebody whose data was erased. Codes are about nobody.

    With the patient everybody of the case is erased: what was said of them was said by the patient.
    """
    for person_id in _subjects(payload, None):
        if None in case.erased:
            raise SubjectErased(None)
        if person_id in case.erased:
            raise SubjectErased(person_id)


def was_told_of(case: Case, person_id: str) -> bool:
    """Whether the case ever had a text about this person, also one that was replaced or taken back."""
    return any(
        person_id in _subjects(entry.payload, None) for entry in case.history if entry.payload is not None
    )


def _subjects(value: object, person_id: str | None) -> Iterator[str | None]:
    """The person of each text, as the store seals it; None is the patient."""
    match value:
        case Personal() if value.form is not Form.ERASED:
            yield person_id
        case Contract():
            subject_field = getattr(type(value), "SUBJECT_FIELD", None)
            person_id = getattr(value, subject_field) if subject_field else person_id
            for name in personal_fields(type(value)):
                yield from _subjects(getattr(value, name), person_id)
        case tuple():
            for inner in value:
                yield from _subjects(inner, person_id)
        case _:
            pass
