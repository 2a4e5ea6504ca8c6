"""From the answers of a form, as they were sent, to the points that count."""

from collections.abc import Sequence

from casetrail_contracts.events.measure import AnswerMode
from treatment.domain.instruments.definition import Instrument, Items
from treatment.domain.refusals import (
    AnsweredThoughNotApplicable,
    AnswerModeUnclear,
    ItemAlwaysApplies,
    ItemOutOfRange,
    WrongItemCount,
)


def points_of(
    instrument: Instrument,
    rule: Items,
    items: Sequence[int | None],
    mode: AnswerMode,
    not_applicable: frozenset[int],
) -> Sequence[int | None]:
    """The points of the items that count, reversed where the form asks for it; None where one is missing.

    Refuses another number of items, an answer out of range, and an answer to what does not apply.
    """
    counted = items
    if len(items) != rule.count:
        if len(items) != rule.count + len(rule.unscored):
            raise WrongItemCount(instrument.code, rule.count, len(items))
        counted = items[: rule.count]
        _check_unscored(instrument, rule, items)
    if not rule.allowed.issuperset(counted):
        _check_range(instrument, rule, counted)
    for number in not_applicable:
        if items[number - 1] is not None:
            raise AnsweredThoughNotApplicable(instrument.code, number)
    if mode == "score" or not rule.reverse:
        return counted
    turned = rule.lowest + rule.highest
    return tuple(
        turned - answer if answer is not None and number in rule.reverse else answer
        for number, answer in enumerate(counted, start=1)
    )


def check_applicable(instrument: Instrument, not_applicable: frozenset[int]) -> None:
    """Refuse to leave out an item that applies to everybody."""
    may = instrument.items.not_applicable if instrument.items else frozenset()
    for number in sorted(not_applicable - may):
        raise ItemAlwaysApplies(instrument.code, number)


def mode_of(instrument: Instrument, rule: Items, mode: AnswerMode | None) -> AnswerMode:
    """How the answers are meant: as the sender says, or in the only way that there is."""
    if mode is None and len(rule.answer_modes) == 1:
        return rule.answer_modes[0]
    if mode is None or mode not in rule.answer_modes:
        raise AnswerModeUnclear(instrument.code, rule.answer_modes)
    return mode


def _check_range(instrument: Instrument, rule: Items, counted: Sequence[int | None]) -> None:
    for number, answer in enumerate(counted, start=1):
        if answer is not None and answer not in rule.allowed:
            raise ItemOutOfRange(instrument.code, number, rule.lowest, rule.highest)


def _check_unscored(instrument: Instrument, rule: Items, items: Sequence[int | None]) -> None:
    for item in rule.unscored:
        answer = items[item.number - 1]
        if answer is not None and not item.lowest <= answer <= item.highest:
            raise ItemOutOfRange(instrument.code, item.number, item.lowest, item.highest)
