"""What a reader yields: forms, and what cannot be taken, with its place and the reason."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias, assert_never
from uuid import UUID

from casetrail_contracts.events.measure import AnswerMode
from casetrail_contracts.scalars import Moment
from treatment.domain.instruments import Instrument

LONGEST_SUBJECT = 64
"""Letters of a reference to a patient: what opening a case accepts."""
FINEST_MEAN = Decimal("0.001")
"""Means are kept to three places."""
Standing: TypeAlias = Literal["said", "corrected"]
"""Whether the sender says a form, or says that it replaces what was said of it before."""
Score: TypeAlias = int | Decimal
"""A whole total, or the mean of an instrument that is scored by one."""


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
class Subject:
    """A patient as the sender names them: personal, so never in a log or a report."""

    reference: str
    within: str = ""
    """Where the reference is unique: the address of a FHIR server or the system of an identifier, if said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a form is to its sender: the same whenever it is sent again."""

    system: str
    """The sender, in whose cases and forms ids are unique."""
    source: str
    """The resource or the occasion, and the instrument: `Observation/o-1|PHQ9`."""

    @property
    def assessment_id(self) -> str:
        """The identity of the form within its case. A digest: what senders call a form may name a person."""
        # As JSON no two pairs look alike, whatever stands in them.
        known_as = hashlib.sha256(json.dumps([self.system, self.source]).encode()).digest()
        return str(UUID(bytes=known_as[:16]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedForm:
    """One form of one patient, as it was sent: not scored, and checked only for what no form can hold."""

    subject: Subject
    instrument: str
    taken_at: Moment
    origin: Origin
    place: str
    """Where it stands in what was read, such as `entry[3]` or `line 4`."""
    items: tuple[int | None, ...] | None = None
    reported_total: int | None = None
    reported_mean: Decimal | None = None
    """Instead of a total, of an instrument that is scored by a mean."""
    items_sent: bool = False
    """Answers were sent, also if the instrument is taken by its total only and has no use for them."""
    answer_mode: AnswerMode | None = None
    """How the answers are meant, where the sender says."""
    standing: Standing = "said"
    changed_at: Moment | None = None
    """When the sender changed it last, if that is said."""
    named: str = "the form"
    """What the sender calls it, for the sender's own report."""
    if_changed: str = ""
    """What to do where other content is stored under this identity."""

    @property
    def assessment_id(self) -> str:
        """The identity of the form within its case."""
        return self.origin.assessment_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """A form that the sender entered in error: it should never have been sent."""

    subject: Subject
    origin: Origin
    place: str
    changed_at: Moment | None = None
    """When the sender took it back, if that is said."""

    @property
    def assessment_id(self) -> str:
        """The identity of the form within its case."""
        return self.origin.assessment_id


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
    taken_back: tuple[TakenBack, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    passed_over: int = 0
    """How many resources had nothing to do with forms, or said the same again."""
    unreadable: str | None = None
    """Why nothing could be read at all; then everything else is empty."""


def gathered(found: Iterable[ImportedForm | TakenBack | Rejected], passed_over: int = 0) -> Reading:
    """What a reader found, put in order: forms of one moment stay as they were sent."""
    forms: list[ImportedForm] = []
    taken_back: list[TakenBack] = []
    rejected: list[Rejected] = []
    for one in found:
        match one:
            case ImportedForm():
                forms.append(one)
            case TakenBack():
                taken_back.append(one)
            case Rejected():
                rejected.append(one)
            case _:
                assert_never(one)
    forms.sort(key=lambda form: form.taken_at.at)
    return Reading(
        forms=tuple(forms),
        taken_back=tuple(taken_back),
        rejected=tuple(rejected),
        passed_over=passed_over,
    )


def checked_subject(text: str) -> str:
    """The patient's reference without white space around it. Raises `Unreadable`."""
    subject = text.strip()
    if not subject:
        raise Unreadable("no patient is named")
    if len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise Unreadable(f"the patient's reference is not 1 to {LONGEST_SUBJECT} printable letters")
    return subject


def checked_score(instrument: Instrument, score: Decimal) -> Score:
    """A total or mean that such a form can have. Raises `Unreadable` (domain reference 3.11)."""
    is_mean = instrument.formula == "mean"
    if not is_mean and score != int(score):
        raise Unreadable("not a whole number")
    if not instrument.lowest <= score <= instrument.highest:
        kind = "mean" if is_mean else "total"
        raise Unreadable(
            f"the {kind} of {instrument.code} is outside {instrument.lowest} to {instrument.highest}"
        )
    if not is_mean:
        return int(score)
    kept = score.quantize(FINEST_MEAN, ROUND_HALF_UP)
    # Where nothing is lost, as it was sent: it is compared with the answers at its own precision.
    return score if score == kept else kept


def total_of(score: Score | None) -> int | None:
    """The score, if it is a total."""
    return score if isinstance(score, int) else None


def mean_of(score: Score | None) -> Decimal | None:
    """The score, if it is a mean."""
    return score if isinstance(score, Decimal) else None


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
