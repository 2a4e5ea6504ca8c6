"""What became of an import: how many forms went in, were known already, or were rejected, and why."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from treatment.domain.refusals import Refusal
from treatment.imports.form import ImportedForm, Reading, Rejected, TakenBack, Unreadable
from treatment.imports.words import in_words

Outcome: TypeAlias = Literal["added", "corrected", "takenBack", "known", "elsewhere"]
"""`known`: the same form was there before, and nothing was stored; `elsewhere`: in another
therapist's case."""
Send: TypeAlias = Callable[[ImportedForm | TakenBack], Outcome]
"""Brings one form into its case, or raises a `Refusal` or `Unreadable`; then nothing was stored of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The counts of one import, and everything that was rejected. It holds no score and no patient."""

    added: int = 0
    corrected: int = 0
    taken_back: int = 0
    known: int = 0
    """The same form was there before."""
    elsewhere: int = 0
    """Of those that are known, how many are in the case of another therapist."""
    rejected: tuple[Rejected, ...] = ()
    passed_over: int = 0

    def told(self) -> dict[str, int | list[dict[str, str]]]:
        """The report as JSON values."""
        return {
            "added": self.added,
            "corrected": self.corrected,
            "takenBack": self.taken_back,
            "known": self.known,
            "elsewhere": self.elsewhere,
            "passedOver": self.passed_over,
            "rejected": [{"place": one.place, "reason": one.reason} for one in self.rejected],
        }


def import_forms(reading: Reading, send: Send, words: Callable[[Refusal], str]) -> ImportReport:
    """Send every form, oldest first, then what is taken back. What is refused is listed, the rest goes in.

    `words` tells a refusal that no form should meet. Any other exception ends the import; what was sent
    before it stays, and a repeat finds it known.
    """
    counted: Counter[Outcome] = Counter()
    refused = []
    if reading.unreadable is not None:
        refused.append(Rejected(place="the file", reason=reading.unreadable))
    everything: tuple[ImportedForm | TakenBack, ...] = (*reading.forms, *reading.taken_back)
    for form in everything:
        try:
            counted[send(form)] += 1
        except Refusal as refusal:
            refused.append(Rejected(place=form.place, reason=in_words(refusal, words)))
        except Unreadable as error:
            refused.append(error.at(form.place))
    return ImportReport(
        added=counted["added"],
        corrected=counted["corrected"],
        taken_back=counted["takenBack"],
        known=counted["known"] + counted["elsewhere"],
        elsewhere=counted["elsewhere"],
        rejected=(*reading.rejected, *refused),
        passed_over=reading.passed_over,
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
    )
