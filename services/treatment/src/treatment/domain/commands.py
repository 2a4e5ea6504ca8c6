"""What a case can be asked to do."""

from dataclasses import dataclass
from typing import TypeAlias

from casetrail_contracts.events.case import CaseClosed, CaseOpened
from casetrail_contracts.events.formulation import InventoryRecorded, ProblemAreaSelected
from casetrail_contracts.events.measure import InputMode, Respondent, Setting
from casetrail_contracts.events.plan import GoalsRevised
from casetrail_contracts.events.session import SessionHeld
from casetrail_contracts.scalars import Moment
from treatment.domain.instruments import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Open a course of therapy."""

    case: CaseOpened
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInventory:
    """Record the interpersonal inventory. A later one replaces the earlier in the case's state."""

    inventory: InventoryRecorded
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectProblemArea:
    """Choose the focus of the therapy."""

    selection: ProblemAreaSelected
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSession:
    """Record a session that took place. It happened when it started."""

    session: SessionHeld


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAssessment:
    """Score a form: items where the instrument has them, or the total alone."""

    assessment_id: str
    instrument: Instrument
    taken_at: Moment
    setting: Setting
    respondent: Respondent
    input_mode: InputMode
    session_id: str | None = None
    items: tuple[int | None, ...] | None = None
    reported_total: int | None = None
    imported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseGoals:
    """Set, change or close goals, and say why."""

    revision: GoalsRevised
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """End the course."""

    closure: CaseClosed
    at: Moment


Command: TypeAlias = (
    OpenCase | RecordInventory | SelectProblemArea | HoldSession | ScoreAssessment | ReviseGoals | CloseCase
)
