"""One Observation: a total, a panel that holds a form together, or the answer to one item."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal, TypeVar

from casetrail_contracts.scalars import Moment
from treatment.fhir.references import References, parts_of
from treatment.fhir.resources import Found
from treatment.fhir.values import NOTHING, Node, figure, last_changed, moment, number, part, parts, text
from treatment.fhir.vocabulary import FormCodes, Vocabulary
from treatment.imports.form import Score, Standing, Subject, Unreadable, checked_score

COUNTING = ("final", "amended", "corrected")
REPLACING = ("amended", "corrected")
IN_ERROR = "entered-in-error"
STATUSES = frozenset({*COUNTING, "registered", "preliminary", "cancelled", IN_ERROR, "unknown"})

Value = TypeVar("Value", int | None, Decimal | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An Observation that belongs to a form, on its own or as a part."""

    place: str
    key: str
    kind: Literal["panel", "total", "item"]
    codes: FormCodes | None
    """The form that a panel or total names; an item may belong to several."""
    item: str
    """The item's code; none for panels and totals."""
    subject: Subject
    taken_at: Moment
    value: Score | None
    """None: absent, as the sender says, or a panel that only holds together."""
    components: tuple[tuple[str, int | None], ...]
    """Items within the panel or total itself."""
    young: FormCodes | None
    """What the form is, if it is a minor's and named by a code of the version for the young."""
    links: frozenset[str]
    """What it is made of, or derived from."""
    standing: Standing
    changed_at: Moment | None

    @property
    def response(self) -> str:
        """The one QuestionnaireResponse that it was derived from, or none."""
        return _response(self.links)


@dataclass(frozen=True, slots=True, kw_only=True)
class InError:
    """A resource that should never have been sent, and the forms that it was."""

    place: str
    key: str
    subject: Subject
    codes: tuple[FormCodes, ...]
    changed_at: Moment | None


def read_observation(found: Found, references: References, words: Vocabulary) -> Observed | InError | None:
    """The Observation; None when it is about something else. Raises `Unreadable`."""
    resource = found.resource
    named = words.codes(part(resource, "code"))
    codes, kind = _meaning(named, words)
    if codes is not None and text(resource, "status") == IN_ERROR:
        return _in_error(found, references, codes)
    item = next((code for code in named if code in words.items), "") if codes is None else ""
    if codes is None and not item:
        return None
    counts(text(resource, "status"), COUNTING, STATUSES)
    taken_at = _taken_at(resource)
    young = next((words.young[code] for code in named if code in words.young), None)
    return Observed(
        place=found.place,
        key=references.own(found),
        kind=kind,
        codes=codes,
        item=item,
        subject=references.patient(found),
        taken_at=taken_at,
        value=number_of(resource, partial(words.worth, item)) if codes is None else total_of(resource, codes),
        components=_components(resource, codes, words),
        young=young if references.was_minor(found, taken_at) else None,
        links=references.keys(found, "hasMember") | references.keys(found, "derivedFrom"),
        standing="corrected" if text(resource, "status") in REPLACING else "said",
        changed_at=last_changed(resource),
    )


def _in_error(found: Found, references: References, codes: FormCodes) -> InError:
    if _response(references.keys(found, "derivedFrom")):
        raise Unreadable(
            "it was entered in error, but its form is that of the response from which it was derived: "
            "send that response as entered-in-error, or correct the form in its case"
        )
    return InError(
        place=found.place,
        key=references.own(found),
        subject=references.patient(found),
        codes=(codes,),
        changed_at=last_changed(found.resource),
    )


def _response(links: AbstractSet[str]) -> str:
    found = [link for link in links if parts_of(link).type == "QuestionnaireResponse"]
    return found[0] if len(found) == 1 else ""


def counts(status: str, counting: tuple[str, ...], known: frozenset[str]) -> None:
    """Raises `Unreadable` unless a resource of this status says something that holds."""
    if status not in counting:
        said = f"status {status}" if status in known else "a status that is missing or unknown to FHIR"
        raise Unreadable(f"{said} does not count, only {', '.join(counting)}")


def _meaning(
    named: list[str], words: Vocabulary
) -> tuple[FormCodes | None, Literal["panel", "total", "item"]]:
    totals = [form for form in words.forms if form.totals & set(named)]
    panels = [form for form in words.forms if form.panels & set(named)]
    if len(totals or panels) > 1:
        raise Unreadable("the code names several instruments")
    if totals:
        return totals[0], "total"
    return (panels[0], "panel") if panels else (None, "item")


def _taken_at(resource: Node) -> Moment:
    period = part(resource, "effectivePeriod")
    said = (
        text(resource, "effectiveDateTime")
        or text(resource, "effectiveInstant")
        or text(period, "end")
        or text(period, "start")
    )
    if not said:
        # `issued` says when it was published, which can be weeks later.
        raise Unreadable("it is not said when the form was taken (effectiveDateTime)")
    return moment(said)


def number_of(of: Node, worth: Callable[[str], int | None]) -> int | None:
    """The answer to an item. Raises `Unreadable`."""
    return _unless_absent(of, number(of, worth))


def total_of(of: Node, codes: FormCodes) -> Score | None:
    """The score; it is checked here, so that its items can still stand by themselves. Raises `Unreadable`."""
    found = _unless_absent(of, figure(of))
    return None if found is None else checked_figure(codes, found)


def checked_figure(codes: FormCodes, found: Decimal) -> Score:
    """The score that a figure is. Raises `Unreadable`."""
    if codes.instrument.formula != "mean" and found != int(found):
        raise Unreadable("the value is not a whole number")
    return checked_score(codes.instrument, found)


def _unless_absent(of: Node, value: Value) -> Value:
    if value is not None and part(of, "dataAbsentReason") != NOTHING:
        raise Unreadable("there is a value and a reason why there is none")
    return value


def _components(
    resource: Node, codes: FormCodes | None, words: Vocabulary
) -> tuple[tuple[str, int | None], ...]:
    if codes is None:
        return ()
    found = []
    for component in parts(resource, "component"):
        for code in words.codes(part(component, "code")):
            if code in codes.numbers:
                found.append((code, number_of(component, partial(codes.worth, code))))
                break
    return tuple(found)
