"""What came of a course, computed when it is closed."""

from casetrail_contracts.events.case import CaseClosed, ClosureReason, Onward
from casetrail_contracts.events.outcome import MeasureOutcome, OutcomeSummarised
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.circumstances import Circumstances
from treatment.domain.outcomes.series import ScoreSeries
from treatment.domain.outcomes.talking_therapies import Change, finished, of_course
from treatment.domain.policy.scores import event_of, scores, series_of

END_CODES: dict[ClosureReason, tuple[str, str]] = {
    ClosureReason.COMPLETED: ("46", "46"),
    ClosureReason.DROPPED_OUT: ("47", "47"),
    ClosureReason.ENDED_BY_SERVICE: ("48", "48"),
    ClosureReason.DECEASED: ("49", "17"),
    ClosureReason.NOT_SUITABLE: ("10", "10"),
    ClosureReason.ADVICE_ONLY: ("12", "12"),
    ClosureReason.REFERRED_ON: ("13", "13"),
    ClosureReason.DECLINED: ("14", "14"),
    ClosureReason.ASSESSMENT_INCOMPLETE: ("16", "16"),
    ClosureReason.NOT_ASSESSED: ("50", "50"),
    ClosureReason.TRANSFERRED: ("44", "44"),
    ClosureReason.UNKNOWN: ("96", "95"),
}
"""NHS Talking Therapies end codes: when treated, and when only seen (domain reference 1.8)."""
ONWARD_CODES: dict[Onward, str] = {
    "signposted": "11",
    "steppedUp": "40",
    "steppedDown": "41",
    "referredOutside": "44",
}
"""Where the patient went on to decides, where the closing says it."""


def end_code(closing: CaseClosed, *, attended: int) -> str:
    """The code of this closing. Treated is who attended a treatment session; an assessment alone is none."""
    if closing.onward is not None:
        return ONWARD_CODES[closing.onward]
    treated, seen = END_CODES[closing.reason]
    return treated if attended else seen


def outcome_summary(
    case: Case, closing: CaseClosed, circumstances: Circumstances, closed: Moment
) -> OutcomeSummarised:
    """The outcome by the NHS Talking Therapies rules (domain reference 4.1), with each measure's scores.

    Scores count up to the day on which the case was closed.
    """
    rules = circumstances.definitions.outcomes
    measures = []
    series: dict[str, ScoreSeries] = {}
    for code in sorted({form.instrument for form in case.assessments.values()} & set(rules.measures)):
        told = tuple(one for one in scores(case, code) if one.point.taken_at.date() <= closed.at.date())
        series[code] = series_of(rules.measures[code], told)
        if series[code].points:
            first, last = series[code].points[0], series[code].points[-1]
            measures.append(
                MeasureOutcome(
                    instrument=code,
                    first=series[code].totals[0],
                    last=series[code].totals[-1],
                    forms=len(series[code].points),
                    evidence=tuple(dict.fromkeys((event_of(told, first), event_of(told, last)))),
                )
            )
    first_session = min((session.started_at for session in case.attended.values()), default=None)
    found = of_course(rules, series, first_session.date() if first_session is not None else None)
    attended = len(case.attended)
    return OutcomeSummarised(
        rules=rules.reference,
        end_code=end_code(closing, attended=attended),
        attended_sessions=attended,
        finished_course=finished(rules.talking_therapies, ended=True, attended=attended),
        measures=tuple(measures[:10]),
        caseness_at_start=found.caseness,
        recovered=found.recovered,
        reliably_improved=None if found.change is None else found.change is Change.IMPROVED,
        reliably_deteriorated=None if found.change is None else found.change is Change.DETERIORATED,
        reliably_recovered=found.reliably_recovered,
        final_measures=case.has_final_measures,
    )
