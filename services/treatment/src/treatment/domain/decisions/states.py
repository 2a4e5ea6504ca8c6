"""Which state of a case allows which command (catalogue, States). No state refuses risk."""

from casetrail_contracts.events.appointments import FollowUpRecorded
from casetrail_contracts.events.care import (
    CrisisReferralMade,
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagResolved,
    SafetyPlanRecorded,
)
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CasePaused,
    CaseReopened,
    CaseResumed,
    CaseTransferred,
)
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.events.ending import LetterRecorded, MaintenanceDecided
from casetrail_contracts.events.erasure import PersonalDataErasureRefused, PersonalDataErasureRequested
from treatment.domain.case import Case, Status
from treatment.domain.commands import (
    ApproveErasure,
    Command,
    CorrectAssessment,
    Record,
    ReviewDue,
    ScoreAssessment,
)
from treatment.domain.refusals import NotInThisState

ALWAYS = (
    ConsentRecorded,
    ConsentWithdrawn,
    EntryCorrected,
    RiskChecked,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagResolved,
    SafetyPlanRecorded,
    CrisisReferralMade,
    PersonalDataErasureRequested,
    PersonalDataErasureRefused,
)
ALWAYS_COMMANDS = (ScoreAssessment, CorrectAssessment, ApproveErasure, ReviewDue)
"""A 422 on a form would mean that nothing was stored and no alert was raised."""
WHILE_PAUSED = (CaseResumed, CaseTransferred, CaseClosed, FollowUpRecorded)
WHILE_CLOSED = (CaseReopened, FollowUpRecorded, LetterRecorded, MaintenanceDecided)
NOT_WHILE_OPENED = (CasePaused, CaseResumed, CaseReopened)
NOT_WHILE_ACTIVE = (CaseActivated, CaseResumed, CaseReopened)


def needs_no_version(command: Command) -> bool:
    """Whether the command is accepted in every state, and whatever others recorded meanwhile."""
    return isinstance(command, ALWAYS_COMMANDS) or (
        isinstance(command, Record) and isinstance(command.entry, ALWAYS)
    )


def check_state(case: Case, command: Command) -> None:
    """Raise `NotInThisState` unless the case's state allows the command."""
    if needs_no_version(command) or _allowed(case.status, command):
        return
    name = type(command.entry if isinstance(command, Record) else command).__name__
    raise NotInThisState(case.status, name)


def _allowed(status: Status, command: Command) -> bool:
    entry = command.entry if isinstance(command, Record) else None
    match status:
        case Status.OPENED:
            return not isinstance(entry, NOT_WHILE_OPENED)
        case Status.ACTIVE:
            return not isinstance(entry, NOT_WHILE_ACTIVE)
        case Status.PAUSED:
            return isinstance(entry, WHILE_PAUSED)
        case Status.CLOSED:
            return isinstance(entry, WHILE_CLOSED)
        case Status.UNOPENED:
            return False
