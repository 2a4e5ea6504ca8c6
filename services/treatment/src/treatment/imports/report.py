"""What became of an import: how many forms went in, were known already, or were rejected, and why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from treatment.domain.refusals import Refusal
from treatment.imports.form import ImportedForm, Reading, Rejected

Outcome: TypeAlias = Literal["added", "known"]
"""`known`: the same form was there before, and nothing was stored."""
Send: TypeAlias = Callable[[ImportedForm], Outcome]
"""Brings one form into its case, or raises the domain's `Refusal`; then nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The counts of one import, and everything that was rejected. It holds no score and no patient."""

    added: int = 0
    known: int = 0
    rejected: tuple[Rejected, ...] = ()
    passed_over: int = 0

    def told(self) -> dict[str, int | list[dict[str, str]]]:
        """The report as JSON values."""
        return {
            "added": self.added,
            "known": self.known,
            "passedOver": self.passed_over,
            "rejected": [{"place": one.place, "reason": one.reason} for one in self.rejected],
        }


def import_forms(reading: Reading, send: Send, words: Callable[[Refusal], str]) -> ImportReport:
    """Send every form, oldest first. One that is refused is listed, in `words`, and the rest goes in.

    Any other exception ends the import; what was sent before it stays, and a repeat finds it known.
    """
    added = known = 0
    refused = []
    for form in reading.forms:
        try:
            outcome = send(form)
        except Refusal as refusal:
            refused.append(Rejected(place=form.place, reason=words(refusal)))
            continue
        match outcome:
            case "added":
                added += 1
            case "known":
                known += 1
            case _:
                assert_never(outcome)
    return ImportReport(
        added=added,
        known=known,
        rejected=(*reading.rejected, *refused),
        passed_over=reading.passed_over,
    )


def together(reports: Iterable[tuple[str, ImportReport]]) -> ImportReport:
    """One report of several files; each place begins with the name of its file."""
    added = known = passed_over = 0
    rejected: list[Rejected] = []
    for name, report in reports:
        added += report.added
        known += report.known
        passed_over += report.passed_over
        rejected += [Rejected(place=f"{name}: {one.place}", reason=one.reason) for one in report.rejected]
    return ImportReport(added=added, known=known, rejected=tuple(rejected), passed_over=passed_over)
