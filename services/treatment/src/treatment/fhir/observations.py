"""One Observation: a total, a panel that holds a form together, or the answer to one item."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from casetrail_contracts.scalars import Moment
from treatment.fhir.references import References, key
from treatment.fhir.resources import Found
from treatment.fhir.values import NOTHING, Node, moment, not_coded, number, part, parts, text
from treatment.fhir.vocabulary import FormCodes, Vocabulary
from treatment.imports.form import Unreadable, checked_total

COUNTING = ("final", "amended", "corrected")
STATUSES = frozenset({*COUNTING, "registered", "preliminary", "cancelled", "entered-in-error", "unknown"})


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
    subject: str
    taken_at: Moment
    value: int | None
    """None: absent, as the sender says, or a panel that only holds together."""
    components: tuple[tuple[str, int | None], ...]
    """Items within the panel or total itself."""
    young: FormCodes | None
    """What the form is, if it is a minor's and named by a code of the version for the young."""
    links: frozenset[str]
    """What it is made of, or derived from."""

    @property
    def response(self) -> str:
        """The one QuestionnaireResponse that it was derived from, or none."""
        found = [link for link in self.links if link.startswith("QuestionnaireResponse/")]
        return found[0] if len(found) == 1 else ""


def read_observation(found: Found, references: References, words: Vocabulary) -> Observed | None:
    """The Observation; None when it is about something else. Raises `Unreadable`."""
    resource = found.resource
    named = words.codes(part(resource, "code"))
    codes, kind = _meaning(named, words)
    item = next((code for code in named if code in words.items), "") if codes is None else ""
    if codes is None and not item:
        return None
    counts(text(resource, "status"), COUNTING, STATUSES)
    taken_at = _taken_at(resource)
    young = next((words.young[code] for code in named if code in words.young), None)
    return Observed(
        place=found.place,
        key=key(found),
        kind=kind,
        codes=codes,
        item=item,
        subject=references.patient(resource),
        taken_at=taken_at,
        value=_value(resource, partial(words.worth, item) if item else not_coded, codes),
        components=_components(resource, codes, words),
        young=young if references.was_minor(resource, taken_at) else None,
        links=references.keys(resource, "hasMember") | references.keys(resource, "derivedFrom"),
    )


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


def _value(of: Node, worth: Callable[[str], int | None], codes: FormCodes | None) -> int | None:
    """The value; a total is checked here, so that its items can still stand by themselves."""
    value = number(of, worth)
    if value is not None and part(of, "dataAbsentReason") != NOTHING:
        raise Unreadable("there is a value and a reason why there is none")
    return value if value is None or codes is None else checked_total(codes.instrument, value)


def _components(
    resource: Node, codes: FormCodes | None, words: Vocabulary
) -> tuple[tuple[str, int | None], ...]:
    if codes is None:
        return ()
    found = []
    for component in parts(resource, "component"):
        for code in words.codes(part(component, "code")):
            if code in codes.numbers:
                found.append((code, _value(component, partial(codes.worth, code), None)))
                break
    return tuple(found)
