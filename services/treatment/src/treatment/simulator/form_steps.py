"""Forms as commands, with everything that goes wrong with some of them on their way."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from casetrail_contracts.scalars import Moment
from treatment.domain.commands import CorrectAssessment, ScoreAssessment
from treatment.simulator.drawn import Answers, Form, Mishap
from treatment.simulator.risk_steps import risk_steps, self_harm
from treatment.simulator.step import Step, Telling


def form_steps(telling: Telling, forms: Sequence[Form], at: datetime, session: int | None) -> Iterator[Step]:
    """The forms of a moment. `session` is the number of the session that they belong to, if to one."""
    for form in forms:
        key = form_key(form, session)
        right = _scoring(telling, form, form.items, at, session)
        match form.mishap:
            case Mishap.NONE:
                yield _sent(key, at, right)
            case Mishap.LATE:
                entered = at + timedelta(days=form.days)
                yield _sent(key, entered, right)
                yield from risk_steps(f"{key}-late", entered, self_harm((form,)), None)
            case Mishap.DUPLICATE:
                yield _sent(key, at, right)
                yield _sent(f"{key}-again", at, right)
            case Mishap.CORRECTED:
                yield _sent(key, at, _scoring(telling, form, form.entered, at, session))
                yield _corrected(key, at + timedelta(days=form.days), right)
            case Mishap.OUT_OF_RANGE:
                wrong = _scoring(telling, form, form.entered, at, session)
                yield _sent(f"{key}-mistaken", at, wrong, is_mistake=True)
                yield _sent(key, at, right)


def form_key(form: Form, session: int | None) -> str:
    """The sender's own id of a form; 0 is the baseline."""
    return f"{form.instrument.lower()}-{session or 0}"


def _scoring(
    telling: Telling, form: Form, items: Answers, at: datetime, session: int | None
) -> ScoreAssessment:
    return ScoreAssessment(
        assessment_id=form_key(form, session),
        instrument=telling.instruments[form.instrument],
        taken_at=Moment(at),
        setting="inSession",
        respondent="patient",
        input_mode="screen",
        session_id=None if session is None else f"session-{session}",
        items=items,
    )


def _sent(key: str, at: datetime, scoring: ScoreAssessment, *, is_mistake: bool = False) -> Step:
    return Step(key=key, name="score-assessment", at=at, command=lambda _: scoring, is_mistake=is_mistake)


def _corrected(key: str, at: datetime, right: ScoreAssessment) -> Step:
    correction = CorrectAssessment(form=right, reason="entryMistake", at=Moment(at))
    return Step(key=f"{key}-corrected", name="correct-assessment", at=at, command=lambda _: correction)
