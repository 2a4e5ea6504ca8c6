"""One QuestionnaireResponse: the forms in it, found by the codes and keys of their items.

A sender's linkIds need not be those of anyone's questionnaire. An item is recognised by a LOINC code
or one of our keys at the end of its linkId or definition, never by its place in the list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from casetrail_contracts.scalars import Moment
from treatment.fhir.draft import Draft, numbered
from treatment.fhir.observations import IN_ERROR, InError, checked_figure, counts
from treatment.fhir.references import References
from treatment.fhir.resources import Found
from treatment.fhir.values import Node, figure, last_changed, moment, number, part, parts, text
from treatment.fhir.vocabulary import FormCodes, Vocabulary, key_at_the_end
from treatment.imports.form import Rejected, Score, Standing, Subject, Unreadable

COUNTING = ("completed", "amended")
STATUSES = frozenset({*COUNTING, "in-progress", IN_ERROR, "stopped"})
NOT_RECOGNISED = (
    "answers whose question is not recognised: write a LOINC code or a key such as phq9.1 "
    "at the end of each linkId or definition, or say in a table of links which linkId is what"
)
_FIGURES = ("valueInteger", "valueDecimal", "valueQuantity", "valueCoding", "valueCodeableConcept")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """The answered questions of a response."""

    known: Mapping[str, tuple[Node, ...]]
    """By the key of the question: every answer to it."""
    unknown: int
    """Answers to questions that are not recognised, which may be answers to a form: from our table of codes,
    or where the questionnaire has the name of a form, any number or code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What is the same for all forms of a response."""

    place: str
    key: str
    subject: Subject
    taken_at: Moment
    standing: Standing
    changed_at: Moment | None
    young: Mapping[str, FormCodes]
    """By code of a total, what the form is if the patient was a minor; empty if not."""


def read_response(
    found: Found, references: References, words: Vocabulary
) -> list[Draft | InError | Rejected]:
    """The forms of a response; none when it is about something else. Raises `Unreadable`."""
    resource = found.resource
    questionnaire = text(resource, "questionnaire")
    named = words.named_by(questionnaire)
    answers = _answers(resource, words, words.links_of(questionnaire), named=bool(named))
    if not (named or answers.known or answers.unknown):
        return []
    if text(resource, "status") == IN_ERROR:
        return [_in_error(found, references, answers, named, words)]
    counts(text(resource, "status"), COUNTING, STATUSES)
    if not answers.known:
        raise Unreadable(NOT_RECOGNISED if answers.unknown else "no answer to any question of the form")
    if not text(resource, "authored"):
        raise Unreadable("it is not said when the form was taken (authored)")
    taken_at = moment(text(resource, "authored"))
    head = _Head(
        place=found.place,
        key=references.own(found),
        subject=references.patient(found),
        taken_at=taken_at,
        standing="corrected" if text(resource, "status") == "amended" else "said",
        changed_at=last_changed(resource),
        young=words.young if references.was_minor(found, taken_at) else {},
    )
    return [_form(head, codes, answers) for codes in _forms(answers, named, words)]


def _in_error(
    found: Found, references: References, answers: _Answers, named: frozenset[str], words: Vocabulary
) -> InError:
    """What its answers say that it was, or where they were removed, its name."""
    forms = _forms(answers, named, words) or [form for form in words.forms if form.instrument.code in named]
    if not forms:
        raise Unreadable("it was entered in error, and does not say which form it was")
    return InError(
        place=found.place,
        key=references.own(found),
        subject=references.patient(found),
        codes=tuple(forms),
        changed_at=last_changed(found.resource),
    )


def _answers(resource: Node, words: Vocabulary, links: Mapping[str, str], *, named: bool) -> _Answers:
    totals = {total for form in words.forms for total in form.totals}
    known: dict[str, tuple[Node, ...]] = {}
    unknown = 0
    for item in _items(resource):
        given = tuple(parts(item, "answer"))
        if not given:
            continue
        question = _question(item, words.items | totals, links)
        if question:
            known[question] = (*known.get(question, ()), *given)
        elif any(_may_be_of_a_form(answer, words, named=named) for answer in given):
            unknown += 1
    return _Answers(known=known, unknown=unknown)


def _items(resource: Node) -> Iterator[Node]:
    """All items in their order, also those within items and within answers."""
    waiting = parts(resource, "item")[::-1]
    while waiting:
        item = waiting.pop()
        yield item
        inner = parts(item, "item") + [
            one for answer in parts(item, "answer") for one in parts(answer, "item")
        ]
        waiting += inner[::-1]


def _may_be_of_a_form(answer: Node, words: Vocabulary, *, named: bool) -> bool:
    if named and any(name in answer for name in _FIGURES):
        return True
    return text(part(answer, "valueCoding"), "code") in words.scale_answers


def _question(item: Node, known: frozenset[str] | set[str], links: Mapping[str, str]) -> str:
    """The key of the item's question; none when neither linkId nor definition has one that we know."""
    linked = links.get(text(item, "linkId"))
    if linked is not None:
        return linked
    addresses = (text(item, "linkId"), text(item, "definition"))
    return next((key for one in addresses if (key := key_at_the_end(one)) in known), "")


def _forms(answers: _Answers, named: frozenset[str], words: Vocabulary) -> list[FormCodes]:
    """The forms with answered items, then those of which only the total is there."""
    items = answers.known.keys() & words.items
    by_total = [form for form in words.forms if form.totals & answers.known.keys()]
    whole = words.covering(items, named | {form.instrument.code for form in by_total})
    # The total of a form whose items another form has is a part of that one: PHQ-2 within PHQ-9.
    alone = [form for form in by_total if form not in whole and not items & form.numbers.keys()]
    return whole + alone


def _form(head: _Head, codes: FormCodes, answers: _Answers) -> Draft | Rejected:
    try:
        return Draft(
            place=head.place,
            key=head.key,
            subject=head.subject,
            codes=codes,
            taken_at=head.taken_at,
            standing=head.standing,
            changed_at=head.changed_at,
            answers=_by_number(codes, answers),
            total=_total(codes, answers),
            young=next(
                (head.young[one] for one in codes.totals & answers.known.keys() & head.young.keys()), None
            ),
        )
    except Unreadable as error:
        return error.at(head.place)


def _by_number(codes: FormCodes, answers: _Answers) -> dict[int, int | None]:
    """The answers. An item must not count as missing while an answer is there that nobody understood."""
    own = [(question, given) for question, given in answers.known.items() if question in codes.numbers]
    read = numbered(codes, ((question, _answer(given, codes, question)) for question, given in own))
    if (
        answers.unknown
        and codes.instrument.codes.answers
        and not read.keys() >= set(range(1, codes.scored + 1))
    ):
        raise Unreadable(NOT_RECOGNISED)
    return read


def _answer(given: tuple[Node, ...], codes: FormCodes, question: str) -> int | None:
    item = codes.numbers[question]
    if len(given) > 1:
        raise Unreadable(f"item {item} of {codes.instrument.code} has more than one answer")
    try:
        return number(given[0], partial(codes.worth, question))
    except Unreadable as error:
        raise Unreadable(f"item {item} of {codes.instrument.code}: {error}") from error


def _total(codes: FormCodes, answers: _Answers) -> Score | None:
    said = [answer for total in sorted(codes.totals) for answer in answers.known.get(total, ())]
    totals = {total for answer in said if (total := figure(answer)) is not None}
    if len(totals) > 1:
        raise Unreadable("several totals are said")
    return checked_figure(codes, totals.pop()) if totals else None
