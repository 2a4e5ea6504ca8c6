"""What several decisions ask of a case: that what is named exists, and that a repeat says nothing new."""

from casetrail_contracts import Personal
from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.refusals import EvidenceUnknown, PersonUnknown, ReviewBeforeDecision


def check_evidence(case: Case, named: tuple[str, ...]) -> None:
    """Raise `EvidenceUnknown` unless each id names an event that this case already has."""
    for event_id in named:
        if case.entry(event_id) is None:
            raise EvidenceUnknown(event_id)


def check_because(case: Case, because: Because, at: Moment) -> None:
    """Raise unless the evidence of an adaptation is of this case, and its review is still to come.

    `at` is when it was decided: a decision may be entered after the session that reviews it.
    """
    check_evidence(case, because.evidence)
    session = case.sessions.get(because.review_at_session_id or "")
    review = because.review_on if session is None else session.started_at.date()
    if review is not None and review < at.at.date():
        raise ReviewBeforeDecision(review, at.at.date())


def check_person(case: Case, person_id: str | None, field: str) -> None:
    """Raise `PersonUnknown` unless the person, where one is named, is of the inventory."""
    if person_id is not None and person_id not in case.people:
        raise PersonUnknown(person_id, field)


def was_recorded(case: Case, entry: Contract) -> bool:
    """Whether an entry that counts says the same, down to the sender's id: then this one is a repeat."""
    return any(says_the_same(one.holds, entry) for one in case.history)


def has_texts(entry: Contract) -> bool:
    """Whether it holds personal texts, which nobody can compare."""
    values = (getattr(entry, name) for name in type(entry).model_fields)
    return any(isinstance(one, Personal) for value in values for one in _each(value))


def says_the_same(one: object, other: object) -> bool:
    """Whether two payloads agree in all but personal texts: those are sealed in the state."""
    match one, other:
        case (Personal(), Personal()):
            return True
        case (Contract(), Contract()):
            return type(one) is type(other) and all(
                says_the_same(getattr(one, name), getattr(other, name)) for name in type(one).model_fields
            )
        case (tuple(), tuple()):
            return len(one) == len(other) and all(map(says_the_same, one, other))
        case _:
            return one == other


def _each(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
