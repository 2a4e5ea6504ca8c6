"""A form as one or more resources tell it, before it is checked against its instrument."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casetrail_contracts.scalars import Moment
from treatment.fhir.vocabulary import FormCodes
from treatment.imports.form import Score, Standing, Subject, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was said of one form."""

    place: str
    key: str
    """The resource that identifies the form; none when nothing sent has an id."""
    subject: Subject
    codes: FormCodes
    taken_at: Moment
    answers: Mapping[int, int | None]
    """By item number; None where it is said that there is no answer."""
    total: Score | None
    young: FormCodes | None = None
    """What the form is, if it is a minor's and named by a code of the version for the young."""
    response: str = ""
    """The QuestionnaireResponse from which an Observation was derived."""
    standing: Standing = "said"
    changed_at: Moment | None = None

    @property
    def sum(self) -> int | None:
        """The sum of the answers that count, if there are any."""
        last = self.codes.scored or self.codes.size
        given = [answer for number, answer in self.answers.items() if answer is not None and number <= last]
        return sum(given) if given else None


def latest(moments: Iterable[Moment | None]) -> Moment | None:
    """The latest of those that are known."""
    return max((moment for moment in moments if moment is not None), key=lambda one: one.at, default=None)


def numbered(codes: FormCodes, answers: Iterable[tuple[str, int | None]]) -> dict[int, int | None]:
    """Answers by item number. Raises `Unreadable` when an item is answered twice, differently."""
    found: dict[int, int | None] = {}
    for key, answer in answers:
        number = codes.numbers[key]
        if found.setdefault(number, answer) != answer:
            raise Unreadable(f"item {number} of {codes.instrument.code} is answered twice, differently")
    return found
