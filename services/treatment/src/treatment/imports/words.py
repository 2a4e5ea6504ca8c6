"""Refusals of imported forms in the words of whoever sends files: no field of the interface is named."""

from collections.abc import Callable

from treatment.domain import refusals as r


def in_words(refusal: r.Refusal, otherwise: Callable[[r.Refusal], str]) -> str:
    """Why a form was not taken, and what to do; `otherwise` has the words for what no form meets."""
    match refusal:
        case r.InTheFuture():
            return "its date lies in the future: check the date, and the clock of this computer"
        case r.AlreadyRecorded():
            return "it is stored already with other content: correct the form in its case"
        case r.NothingToScore():
            return f"{refusal.instrument}: neither an answer nor a total"
        case r.ItemsNotAccepted():
            return f"{refusal.instrument} is taken by its total only: leave out the answers"
        case r.WrongItemCount():
            return f"{refusal.instrument} has {refusal.expected} items, and {refusal.sent} came"
        case r.ItemOutOfRange():
            item = f"item {refusal.item} of {refusal.instrument}"
            return f"{item} is outside {refusal.lowest} to {refusal.highest}"
        case r.TotalOutOfRange():
            return f"the score of {refusal.instrument} is outside {refusal.lowest} to {refusal.highest}"
        case r.WrongKindOfTotal():
            return f"{refusal.instrument} is scored by the other kind of figure: a mean, or a whole total"
        case r.AnswerModeUnclear():
            return f"say how answers of {refusal.instrument} are meant: {' or '.join(refusal.modes)}"
        case r.CaseUnknown():
            return "there is no such case, or it is not yours to see"
        case _:
            return otherwise(refusal)
