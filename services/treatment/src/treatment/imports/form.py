"""What a reader yields: forms, and what cannot be taken, with its place and the reason."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from casetrail_contracts.events.measure import AnswerMode
from casetrail_contracts.scalars import Moment
from treatment.domain.instruments import Instrument

LONGEST_SUBJECT = 64
"""Letters of a reference to a patient: what opening a case accepts."""


class Unreadable(ValueError):
    """One part of what was sent cannot be taken. The message says why, and quotes no value."""

    def __init__(self, reason: str, place: str | None = None) -> None:
        super().__init__(reason)
        self.place = place
        """Where exactly, if that is nearer than the row or the resource."""

    def at(self, place: str) -> "Rejected":
        """What to report; `place` is that of the row or the resource."""
        return Rejected(place=self.place or place, reason=str(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedForm:
    """One form of one patient, as it was sent: not scored, and checked only for what no form can hold."""

    subject: str
    """The patient in the sender's system: personal, so never in a log or a report."""
    instrument: str
    taken_at: Moment
    source: str
    """Where the form came from, `<system>|<resource or occasion>|<instrument>`: the same when sent again."""
    place: str
    """Where it stands in what was read, such as `entry[3]` or `line 4`."""
    items: tuple[int | None, ...] | None = None
    reported_total: int | None = None
    items_sent: bool = False
    """Answers were sent, also if the instrument is taken by its total only and has no use for them."""
    answer_mode: AnswerMode | None = None
    """How the answers are meant, where the sender says."""

    @property
    def assessment_id(self) -> str:
        """The identity of the form within its case. A digest: what senders call a form may name a person."""
        known_as = hashlib.sha256(self.source.encode("utf-8", "surrogatepass")).digest()
        return str(UUID(bytes=known_as[:16]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Something that was meant as a form and is not taken."""

    place: str
    reason: str
    """A sentence of ours. It names columns, items and ranges, never what stood there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that was found in one file or message."""

    forms: tuple[ImportedForm, ...] = ()
    """Oldest first, so that each case gets its series in order."""
    rejected: tuple[Rejected, ...] = ()
    passed_over: int = 0
    """How many resources had nothing to do with forms, or said the same again."""


def gathered(found: Iterable[ImportedForm | Rejected], passed_over: int = 0) -> Reading:
    """What a reader found, put in order: forms of one moment stay as they were sent."""
    forms: list[ImportedForm] = []
    rejected: list[Rejected] = []
    for one in found:
        match one:
            case ImportedForm():
                forms.append(one)
            case Rejected():
                rejected.append(one)
            case _:
                assert_never(one)
    forms.sort(key=lambda form: form.taken_at.at)
    return Reading(forms=tuple(forms), rejected=tuple(rejected), passed_over=passed_over)


def checked_subject(text: str) -> str:
    """The patient's reference without white space around it. Raises `Unreadable`."""
    subject = text.strip()
    if not subject:
        raise Unreadable("no patient is named")
    if len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise Unreadable(f"the patient's reference is not 1 to {LONGEST_SUBJECT} printable letters")
    return subject


def checked_total(instrument: Instrument, total: int) -> int:
    """A total that such a form can have. Raises `Unreadable` (domain reference 3.11)."""
    if not instrument.lowest <= total <= instrument.highest:
        raise Unreadable(
            f"the total of {instrument.code} is outside {instrument.lowest} to {instrument.highest}"
        )
    return total


def checked_items(
    instrument: Instrument, answers: Mapping[int, int | None], mode: AnswerMode | None
) -> tuple[int | None, ...] | None:
    """Answers by number, in the order of the form: unscored items only where one was answered.

    None for an instrument that has no use for them: it is taken by its total only, or `mode` does not
    say how they are meant although there is a choice. Raises `Unreadable`.
    """
    rule = instrument.items
    if rule is None or (mode is None and len(rule.answer_modes) > 1):
        return None
    if mode is not None and mode not in rule.answer_modes:
        raise Unreadable(f"answers of {instrument.code} are sent as {' or '.join(rule.answer_modes)}")
    ranges = dict.fromkeys(range(1, rule.count + 1), (rule.lowest, rule.highest))
    ranges |= {item.number: (item.lowest, item.highest) for item in rule.unscored}
    for number, answer in sorted(answers.items()):
        if number not in ranges:
            raise Unreadable(f"{instrument.code} has {len(ranges)} items; an answer stands beyond them")
        lowest, highest = ranges[number]
        if answer is not None and not lowest <= answer <= highest:
            raise Unreadable(f"item {number} of {instrument.code} is outside {lowest} to {highest}")
    last = rule.count if max(answers, default=0) <= rule.count else len(ranges)
    return tuple(answers.get(number) for number in range(1, last + 1))
