"""Words for refusals of forms."""

from treatment.api.problems.words import Words, says
from treatment.domain.refusals import measures as r

WORDS: dict[type[Exception], Words] = {
    r.NothingToScore: Words(
        422,
        "nothing-to-score",
        "Nothing to score",
        says("Neither an answered item nor a total of {e.instrument} was sent."),
        "Send `items` or `reportedTotal`.",
    ),
    r.ItemsNotAccepted: Words(
        422,
        "items-not-accepted",
        "Totals only",
        says("{e.instrument} is stored by its total only."),
        "Send `reportedTotal` without `items`.",
    ),
    r.WrongItemCount: Words(
        422,
        "wrong-item-count",
        "Wrong number of items",
        says("{e.instrument} has {e.expected} items; {e.sent} were sent."),
        "Send one answer per item, null where one is missing.",
    ),
    r.ItemOutOfRange: Words(
        422,
        "item-out-of-range",
        "Answer out of range",
        says("{e.instrument} item {e.item} is outside {e.lowest} to {e.highest}. No alert was raised."),
        "Check the form and send it again.",
    ),
    r.TotalOutOfRange: Words(
        422,
        "total-out-of-range",
        "Total out of range",
        says("The total of {e.instrument} is outside {e.lowest} to {e.highest}. No alert was raised."),
        "Check the form and send it again.",
    ),
    r.WrongKindOfTotal: Words(
        422,
        "wrong-kind-of-total",
        "Another kind of total",
        says("The score of {e.instrument} belongs in `{e.field}`. No alert was raised."),
        "Send it there: `reportedMean` is for instruments that are scored by a mean.",
    ),
    r.AnswerModeUnclear: Words(
        422,
        "answer-mode-unclear",
        "It is not clear how the answers are meant",
        lambda refusal: (
            f"The answers of {refusal.instrument} are meant in one of these ways: {', '.join(refusal.modes)}."
        ),
        "Send `answerMode` with the one that holds.",
    ),
    r.ItemAlwaysApplies: Words(
        422,
        "item-always-applies",
        "This item applies to everybody",
        says("{e.instrument} item {e.item} cannot be left out as not applicable. No alert was raised."),
        "Send null in `items` if the answer is missing.",
    ),
    r.AnsweredThoughNotApplicable: Words(
        422,
        "answered-though-not-applicable",
        "An answer to what does not apply",
        says("{e.instrument} item {e.item} does not apply, and has an answer. No alert was raised."),
        "Send null for it in `items`, or leave it out of `notApplicable`.",
    ),
}
