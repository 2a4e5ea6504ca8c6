"""What became of an import: how many forms went in, were known already, or were rejected, and why."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from treatment.domain.refusals import Refusal
from treatment.imports.form import ImportedForm, Reading, Rejected, TakenBack, Unreadable
from treatment.imports.words import in_words

Outcome: TypeAlias = Literal["added", "corrected", "takenBack", "known", "elsewhere"]
"""`known`: the same form was there before, and nothing was stored; `elsewhere`: in another
therapist's case."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one form."""

    outcome: Outcome
    case_id: str | None
    """The case in which it is; None where a dry run would open that case."""


Send: TypeAlias = Callable[[ImportedForm | TakenBack], Sent]
"""Brings one form into its case, or raises a `Refusal` or `Unreadable`; then nothing was stored of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOfForms:
    """One case of the import, and the forms that are in it: a case is one patient's."""

    case_id: str
    forms: int
    """How many of those that were sent: new, known, corrected or taken back."""
    place: str
    """Where the oldest of them stands in what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The counts of one import, its cases, and what was rejected. It holds no score and no patient."""

    added: int = 0
    corrected: int = 0
    taken_back: int = 0
    known: int = 0
    """The same form was there before."""
    elsewhere: int = 0
    """Of those that are known, how many are in the case of another therapist."""
    rejected: tuple[Rejected, ...] = ()
    passed_over: int = 0
    cases: tuple[CaseOfForms, ...] = ()
    """Where the forms are, in the order in which the cases came up."""

    def told(self) -> Mapping[str, int | Sequence[Mapping[str, str | int]]]:
        """The report as JSON values."""
        return {
            "added": self.added,
            "corrected": self.corrected,
            "takenBack": self.taken_back,
            "known": self.known,
            "elsewhere": self.elsewhere,
            "passedOver": self.passed_over,
            "rejected": [{"place": one.place, "reason": one.reason} for one in self.rejected],
            "cases": [{"caseId": one.case_id, "forms": one.forms, "place": one.place} for one in self.cases],
        }


def import_forms(reading: Reading, send: Send, words: Callable[[Refusal], str]) -> ImportReport:
    """Send every form, oldest first, then what is taken back. What is refused is listed, the rest goes in.

    `words` tells a refusal that no form should meet. Any other exception ends the import; what was sent
    before it stays, and a repeat finds it known.
    """
    counted: Counter[Outcome] = Counter()
    places: dict[str, dict[str, str]] = {}
    refused = []
    if reading.unreadable is not None:
        refused.append(Rejected(place="the file", reason=reading.unreadable))
    everything: tuple[ImportedForm | TakenBack, ...] = (*reading.forms, *reading.taken_back)
    for form in everything:
        try:
            sent = send(form)
        except Refusal as refusal:
            refused.append(Rejected(place=form.place, reason=in_words(refusal, words)))
        except Unreadable as error:
            refused.append(error.at(form.place))
        else:
            counted[sent.outcome] += 1
            if sent.case_id is not None:
                places.setdefault(sent.case_id, {}).setdefault(form.assessment_id, form.place)
    return ImportReport(
        added=counted["added"],
        corrected=counted["corrected"],
        taken_back=counted["takenBack"],
        known=counted["known"] + counted["elsewhere"],
        elsewhere=counted["elsewhere"],
        rejected=(*reading.rejected, *refused),
        passed_over=reading.passed_over,
        cases=tuple(
            CaseOfForms(case_id=case_id, forms=len(found), place=next(iter(found.values())))
            for case_id, found in places.items()
        ),
    )


def together(reports: Iterable[tuple[str, ImportReport]]) -> ImportReport:
    """One report of several files; each place begins with the name of its file."""
    named = list(reports)
    return ImportReport(
        added=sum(report.added for _, report in named),
        corrected=sum(report.corrected for _, report in named),
        taken_back=sum(report.taken_back for _, report in named),
        known=sum(report.known for _, report in named),
        elsewhere=sum(report.elsewhere for _, report in named),
        rejected=tuple(
            Rejected(place=f"{name}: {one.place}", reason=one.reason)
            for name, report in named
            for one in report.rejected
        ),
        passed_over=sum(report.passed_over for _, report in named),
        cases=_joined(
            replace(one, place=f"{name}: {one.place}") for name, report in named for one in report.cases
        ),
    )


def _joined(cases: Iterable[CaseOfForms]) -> tuple[CaseOfForms, ...]:
    """Each case once, though several files have forms of it."""
    joined: dict[str, CaseOfForms] = {}
    for one in cases:
        known = joined.get(one.case_id)
        joined[one.case_id] = one if known is None else replace(known, forms=known.forms + one.forms)
    return tuple(joined.values())
