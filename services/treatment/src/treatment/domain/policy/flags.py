"""Risk flags and their notes as facts: one open flag of a level, which gains evidence instead of a twin."""

from datetime import timedelta
from uuid import UUID, uuid5

from casetrail_contracts.events.care import (
    FlagRule,
    ReviewNeeded,
    RiskFlagRaised,
    RiskItemUnanswered,
    RiskLevel,
)
from casetrail_contracts.events.measure import AssessmentScored, Setting
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.facts import Fact
from treatment.domain.policy.situation import Situation

RULE_VERSION = "1"


def level_of(others: Case, form: AssessmentScored) -> tuple[RiskLevel | None, FlagRule]:
    """What the answers reach by themselves, or by having risen since the form that was taken before it."""
    if form.risk is not None:
        return form.risk, "riskItem"
    earlier = [
        known
        for known in others.assessments.values()
        if known.instrument == form.instrument
        and known.assessment_id != form.assessment_id
        and known.taken_at.at <= form.taken_at.at
    ]
    previous = max(earlier, key=lambda known: known.taken_at.at, default=None)
    if previous is None or previous.risk_points is None or form.risk_points is None:
        return None, "riskItem"
    return (RiskLevel.REVIEW if form.risk_points > previous.risk_points else None), "riskItemRise"


def raised(
    situation: Situation,
    entry: HistoryEntry,
    level: RiskLevel,
    rule: FlagRule,
    occurrence: str,
    form: AssessmentScored | None = None,
) -> Fact | None:
    """The flag that the entry causes; `occurrence` makes it the same flag however often it is derived.

    From imported history at most one flag is raised, and only for review (domain reference 5.2).
    """
    case = situation.after
    historical = form is not None and is_historical(situation, form)
    if historical and any(flag.historical for flag in situation.before.flags.values()):
        return None
    level = RiskLevel.REVIEW if historical else level
    late = situation.circumstances.now - entry.at.at > situation.circumstances.definitions.safety.late_entry
    payload = RiskFlagRaised(
        flag_id=_flag_id(case, level, f"{rule}/{RULE_VERSION}/{occurrence}"),
        level=level,
        rule=rule,
        definition=form.definition if form is not None else None,
        evidence=(entry.event_id,),
        setting=_setting(form),
        late_entry=late,
        historical=historical,
        therapist_id=case.therapist_id,
        supervisor_id=case.supervisor_id,
        team_id=case.team_id,
        rules=situation.circumstances.definitions.safety.reference,
    )
    return Fact(payload=payload, at=entry.at, caused_by=entry.event_id)


def unanswered(
    situation: Situation, entry: HistoryEntry, form: AssessmentScored
) -> RiskItemUnanswered | None:
    """The task to ask what the form left open; none for imported history."""
    if form.risk_item_answered not in ("no", "notAvailable") or is_historical(situation, form):
        return None
    return RiskItemUnanswered(
        assessment_id=form.assessment_id,
        definition=form.definition,
        known=form.risk_item_answered,
        evidence=(entry.event_id,),
        therapist_id=situation.after.therapist_id,
        rules=situation.circumstances.definitions.safety.reference,
    )


def note(situation: Situation, correction: HistoryEntry) -> Fact:
    """What was positive is so no more: its flag stays, and the correction is looked at."""
    payload = ReviewNeeded(
        rule="riskNoteAfterCorrection",
        about=correction.event_id,
        due_at=situation.review_due,
        therapist_id=situation.after.therapist_id,
        supervisor_id=situation.after.supervisor_id,
        rules=situation.circumstances.definitions.safety.reference,
    )
    return Fact(payload=payload, at=correction.at, caused_by=correction.event_id)


def is_historical(situation: Situation, form: AssessmentScored) -> bool:
    """Imported, and older than its recall period or not the newest of its instrument."""
    if not form.imported:
        return False
    instrument = situation.circumstances.definitions.instruments.get(form.definition)
    recall = timedelta(days=instrument.recall_days if instrument is not None else 0)
    newer = any(
        known.instrument == form.instrument
        and known.assessment_id != form.assessment_id
        and known.taken_at.at > form.taken_at.at
        for known in situation.before.assessments.values()
    )
    return newer or form.taken_at.at + recall < situation.circumstances.now


def _setting(form: AssessmentScored | None) -> Setting:
    return form.setting if form is not None else "inSession"


def _flag_id(case: Case, level: RiskLevel, occurrence: str) -> str:
    """An open flag of this level or a higher one gains the new evidence instead of a twin."""
    for flag_id, flag in case.open_flags.items():
        if flag.level is RiskLevel.URGENT or flag.level is level:
            return flag_id
    return str(uuid5(UUID(case.case_id), occurrence))
