"""Words for refusals about the case itself."""

from treatment.api.problems.words import Words, says
from treatment.domain.refusals import life as r

WORDS: dict[type[Exception], Words] = {
    r.CaseUnknown: Words(
        404,
        "case-unknown",
        "No such case",
        says("There is no such case, or it is not yours to see."),
        "Check the id and the tenant of your token.",
    ),
    r.NotInThisState: Words(
        409,
        "not-in-this-state",
        "Not possible in this state",
        says("The case is {e.state}; {e.command} is not possible then."),
        "Read the case and send what its state allows.",
    ),
    r.NotReady: Words(
        409,
        "not-ready",
        "The therapy cannot begin yet",
        lambda refusal: f"Missing: {'; '.join(refusal.missing)}.",
        "Record what is missing, then activate the case.",
    ),
    r.ClosureNotPossible: Words(
        409,
        "closure-not-possible",
        "Not possible in this state",
        says("A case that is {e.state} cannot be closed as {e.reason}: that needs an active case."),
        "Close it with the reason that holds, for example assessmentIncomplete or referredOn.",
    ),
    r.ClosedAsDeceased: Words(
        409,
        "closed-as-deceased",
        "The patient is recorded as deceased",
        says("The case was closed with the reason deceased, so it is not opened again."),
        "If that is wrong, amend the closing with `correct-entry` and `replacement.caseClosed`; then reopen.",
    ),
    r.UrgentRiskOpen: Words(
        409,
        "urgent-risk-open",
        "An urgent risk flag is open",
        says("{e.flags} urgent risk flag(s) are open."),
        "Look at the patient's risk first, or send `openRiskOverride` with the reason.",
    ),
    r.FinalMeasuresMissing: Words(
        409,
        "final-measures-missing",
        "No final score",
        says("No form was taken at the last session or later."),
        "Score a form first, or send `finalMeasuresAbsent` with the reason.",
    ),
}
