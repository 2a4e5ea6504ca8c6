"""From totals to forms: answers that add up, and what goes wrong with some of them."""

from collections.abc import Sequence
from math import erf, exp, sqrt
from random import Random
from statistics import NormalDist

from treatment.simulator.drawn import Answers, Form, Mishap, Scores
from treatment.simulator.parameters import Figures
from treatment.simulator.scores import GAD, MOST, PHQ, whole_within
from treatment.simulator.shapes import ItemFigures, QualityFigures, SelfHarm

STANDARD = NormalDist()
SQRT_2 = sqrt(2)
HIGHEST = 3
OUT_OF_RANGE = 4
FEWEST_FOR_LATENT = 0.01


def forms(chance: Random, figures: Figures, scores: Scores, propensity: float) -> tuple[Form, ...]:
    """Both forms of one moment. `propensity` is the person's own standard normal for item 9."""
    self_harm = _self_harm(chance, figures.items.self_harm, scores.phq, propensity)
    phq = _filled_in(
        chance, figures.items, figures.items.phq_slopes, figures.items.phq_shifts, scores.phq - self_harm
    )
    gad = _filled_in(chance, figures.items, figures.items.gad_slopes, figures.items.gad_shifts, scores.gad)
    return (
        _sent(chance, figures.quality, PHQ, (*phq, self_harm)),
        _sent(chance, figures.quality, GAD, tuple(gad)),
    )


def _self_harm(chance: Random, figures: SelfHarm, total: int, propensity: float) -> int:
    """Item 9, as likely as the total says; who answered it once tends to do so again."""
    own = figures.persistence * propensity + sqrt(1 - figures.persistence**2) * chance.gauss(0, 1)
    least = max(0, total - HIGHEST * (MOST[PHQ] // HIGHEST - 1))
    positive = _phi(own) < 1 / (1 + exp(-figures.intercept - figures.slope * total))
    level = chance.choices((1, 2, 3), figures.levels)[0] if positive else 0
    return max(least, min(level, total))


def _phi(x: float) -> float:
    """The standard normal distribution; `statistics` takes twice as long."""
    return 0.5 * (1 + erf(x / SQRT_2))


def _filled_in(
    chance: Random, figures: ItemFigures, slopes: Sequence[float], shifts: Sequence[float], total: int
) -> list[int]:
    """Answers of a latent severity, moved one point at a time until they add up to the total."""
    share = min(1 - FEWEST_FOR_LATENT, max(FEWEST_FOR_LATENT, total / (HIGHEST * len(slopes))))
    latent = STANDARD.inv_cdf(share) + chance.gauss(0, figures.latent_sd)
    answers = [
        round(HIGHEST * _phi(slope * latent + shift)) for slope, shift in zip(slopes, shifts, strict=True)
    ]
    while (over := sum(answers) - total) != 0:
        step = -1 if over > 0 else 1
        movable = [place for place, answer in enumerate(answers) if 0 <= answer + step <= HIGHEST]
        answers[chance.choice(movable)] += step
    return answers


def _sent(chance: Random, figures: QualityFigures, instrument: str, items: Answers) -> Form:
    """The form, with a few answers left out or with a mishap on its way; seldom both."""
    if chance.random() < figures.partial:
        items = _left_out(chance, items, whole_within(chance, figures.partial_items))
    mishap = _mishap(chance, figures)
    match mishap:
        case Mishap.LATE:
            return Form(
                instrument=instrument,
                items=items,
                mishap=mishap,
                days=whole_within(chance, figures.late_days),
            )
        case Mishap.CORRECTED:
            return Form(
                instrument=instrument,
                items=items,
                mishap=mishap,
                entered=_mistaken(chance, items),
                days=whole_within(chance, figures.corrected_days),
            )
        case Mishap.OUT_OF_RANGE:
            return Form(instrument=instrument, items=items, mishap=mishap, entered=(OUT_OF_RANGE, *items[1:]))
        case _:
            return Form(instrument=instrument, items=items, mishap=mishap)


def _mishap(chance: Random, figures: QualityFigures) -> Mishap:
    shares = {
        Mishap.LATE: figures.late,
        Mishap.DUPLICATE: figures.duplicate,
        Mishap.CORRECTED: figures.corrected,
        Mishap.OUT_OF_RANGE: figures.out_of_range,
    }
    drawn = chance.random()
    for mishap, share in shares.items():
        if drawn < share:
            return mishap
        drawn -= share
    return Mishap.NONE


def _left_out(chance: Random, items: Answers, how_many: int) -> Answers:
    left_out = set(chance.sample(range(len(items)), how_many))
    return tuple(None if place in left_out else answer for place, answer in enumerate(items))


def _mistaken(chance: Random, items: Answers) -> Answers:
    """One answer of the first seven is entered as another one: item 9 is read with care."""
    place = chance.randrange(len(items) - 2)
    was = items[place]
    wrong = chance.choice([answer for answer in range(HIGHEST + 1) if answer != was])
    return (*items[:place], wrong, *items[place + 1 :])
