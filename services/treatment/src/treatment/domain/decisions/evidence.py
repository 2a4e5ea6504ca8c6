"""What several decisions ask of a case: that what is named exists, and that a repeat says nothing new."""

from casetrail_contracts import Personal
from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.assessment import AssessmentCorrected
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.outcome import DerivedFactWithdrawn
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.refusals import (
    EvidenceTakenBack,
    EvidenceUnknown,
    PersonUnknown,
    Refusal,
    ReviewBeforeDecision,
)


def check_evidence(case: Case, named: tuple[str, ...]) -> None:
    """Raise unless each id names an event that this case already has, and that counts."""
    for event_id in named:
        if (wrong := _wrong_with(case, event_id)) is not None:
            raise wrong


def check_because(case: Case, because: Because, at: Moment) -> None:
    """Raise unless the evidence of an adaptation is of this case and counts, and its review is still to come.

    `at` is when it was decided: a decision may be entered after the session that reviews it.
    """
    check_evidence(case, because.evidence)
    session = case.sessions.get(because.review_at_session_id or "")
    review = because.review_on if session is None else session.started_at.date()
    if review is not None and review < at.at.date():
        raise ReviewBeforeDecision(review, at.at.date())


def what_counts(case: Case, named: tuple[str, ...]) -> tuple[str, ...]:
    """Those that `check_evidence` would pass, for an entry that no mistyped id may stop."""
    return tuple(event_id for event_id in named if _wrong_with(case, event_id) is None)


def _wrong_with(case: Case, event_id: str) -> Refusal | None:
    entry = case.entry(event_id)
    if entry is None:
        return EvidenceUnknown(event_id)
    if isinstance(entry.payload, AssessmentCorrected):
        # What a form says now stands or falls with the form.
        return _wrong_with(case, entry.payload.corrects)
    # Of a type that this version does not know, nothing is known but that it is there.
    if entry.holds is None and entry.payload is not None:
        return EvidenceTakenBack(event_id, taken_back_by(case, event_id))
    return None


def taken_back_by(case: Case, event_id: str) -> str:
    """The newest event that says that this one does not count."""
    for entry in reversed(case.history):
        match entry.payload:
            case EntryCorrected(target=target) if target == event_id:
                return entry.event_id
            case DerivedFactWithdrawn(fact=fact) if fact == event_id:
                return entry.event_id
            case _:
                pass
    return event_id


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
