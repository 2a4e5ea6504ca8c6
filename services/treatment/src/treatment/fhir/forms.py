"""Drafts to forms: one form where an Observation and a response say the same, checked by its instrument."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from treatment.fhir.draft import Draft, latest
from treatment.fhir.observations import InError
from treatment.fhir.references import lasting, parts_of
from treatment.imports.form import (
    ImportedForm,
    Origin,
    Rejected,
    Subject,
    TakenBack,
    Unreadable,
    checked_items,
    mean_of,
    total_of,
)

IF_CHANGED = "send it with the status amended or corrected if it was, or correct the form in its case"
"""What to do about other content of a resource that is known."""


def merged(responses: Sequence[Draft], observed: Sequence[Draft]) -> Iterator[Draft | Rejected]:
    """Each form once: an Observation that was derived from a response, or says its total, joins it."""
    forms: dict[tuple[Subject, str], list[Draft]] = defaultdict(list)
    for response in responses:
        forms[_whose(response)].append(response)
    for one in observed:
        candidates = forms[_whose(one)]
        place = next((place for place, form in enumerate(candidates) if _same(form, one)), None)
        if place is None:
            # Its response comes in another file, or came before: that is the form's identity.
            yield replace(one, key=one.response or one.key)
        elif _disagree(candidates[place], one):
            yield Rejected(
                place=one.place, reason="another total than the response from which it was derived"
            )
        else:
            form = candidates[place]
            total = one.total if form.total is None else form.total
            candidates[place] = replace(
                form,
                total=total,
                answers=form.answers or one.answers,
                standing="corrected" if "corrected" in (form.standing, one.standing) else "said",
                changed_at=latest((form.changed_at, one.changed_at)),
            )
    for candidates in forms.values():
        yield from candidates


def _whose(draft: Draft) -> tuple[Subject, str]:
    return draft.subject, draft.codes.instrument.code


def _same(form: Draft, one: Draft) -> bool:
    if one.response:
        return one.response == form.key
    said = one.sum if one.total is None else one.total
    return one.taken_at == form.taken_at and said is not None and said in (form.total, form.sum)


def _disagree(form: Draft, one: Draft) -> bool:
    return None not in (form.total, one.total) and form.total != one.total


def form_of(draft: Draft, system: str) -> ImportedForm:
    """The form of a draft. Raises `Unreadable`.

    Where answers may be points or positions, FHIR does not say which they are: only the total is taken.
    """
    # The identity names the adults' form: whether a file says the patient's age must not change it.
    known_as = draft.codes.instrument.code
    codes = draft.young or draft.codes
    instrument = codes.instrument
    # The version for the young has no item about difficulty.
    answers = {number: answer for number, answer in draft.answers.items() if number <= codes.size}
    items = checked_items(instrument, answers, None)
    answered = draft.sum is not None
    if draft.total is None and not (answered and items):
        reason = (
            "its answers cannot be used, and no total was sent" if answered else "neither total nor answer"
        )
        raise Unreadable(f"{instrument.code}: {reason}")
    return ImportedForm(
        subject=draft.subject,
        instrument=instrument.code,
        taken_at=draft.taken_at,
        origin=Origin(system=system, source=f"{lasting(draft.key) or _content(draft)}|{known_as}"),
        place=draft.place,
        items=items if answered else None,
        reported_total=total_of(draft.total),
        reported_mean=mean_of(draft.total),
        items_sent=answered,
        standing=draft.standing,
        changed_at=draft.changed_at,
        named="/".join(parts_of(draft.key)[1:]) if lasting(draft.key) else "the form",
        if_changed=IF_CHANGED,
    )


def taken_back(one: InError, system: str) -> Iterator[TakenBack | Rejected]:
    """The forms that a resource was, which should never have been sent."""
    if not lasting(one.key):
        yield Rejected(place=one.place, reason="it was entered in error, and has no id by which to find it")
        return
    for codes in one.codes:
        yield TakenBack(
            subject=one.subject,
            origin=Origin(system=system, source=f"{one.key}|{codes.instrument.code}"),
            place=one.place,
            changed_at=one.changed_at,
        )


def _content(draft: Draft) -> str:
    """What no sender gave an id is known by what it says. The patient is no part of it."""
    said = f"{draft.taken_at} {draft.total} {sorted(draft.answers.items())}"
    return f"content {hashlib.sha256(said.encode()).hexdigest()}"
