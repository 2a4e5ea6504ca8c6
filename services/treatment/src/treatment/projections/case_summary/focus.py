"""The problem areas in focus, as they were revised last."""

from collections.abc import Iterable
from datetime import date

from casetrail_contracts.events.problem_area import Area, DisputeStage, Rank
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import EventId, Instant, Reference
from treatment.projections.case_summary.entry import Entry


class FocusCodes(Contract):
    """A focus in codes: its area, and the one code that says most beside it."""

    area: Area
    grief_pattern: str | None = None
    stage: str | None = None
    transition_type: str | None = None
    form: str | None = None

    @property
    def detail(self) -> str | None:
        """Grief pattern, dispute stage, kind of transition or form of deficits."""
        return self.grief_pattern or self.stage or self.transition_type or self.form


class Focused(Contract):
    """What is kept of a focus that was selected or revised."""

    rank: Rank
    focus: FocusCodes
    agreed_on: date | None = None
    session_id: Reference | None = None
    previous: Area | None = None


class StageMoved(Contract):
    """What is kept of a role dispute that moved to another stage."""

    rank: Rank
    stage: DisputeStage


class SelectedArea(Contract):
    """A problem area in focus."""

    rank: Rank
    area: Area
    detail: str | None
    """Grief pattern, dispute stage, kind of transition or form of deficits."""
    agreed_on: date | None
    selected_at: Instant
    event_id: EventId
    """The event that selected it, or revised it last."""
    session_id: Reference | None
    """The session in which it was revised last, where that was said; `sessions` has its number."""
    previous: Area | None
    """The area before it was revised last."""


def problem_areas(entries: Iterable[Entry]) -> tuple[SelectedArea, ...]:
    """The primary area, then the secondary one."""
    known: dict[str, SelectedArea] = {}
    for entry in entries:
        match entry.part:
            case Focused() as focused:
                known[focused.rank] = _selected(entry, focused)
            case StageMoved() as moved:
                area = known.get(moved.rank)
                if area is not None and area.area is Area.ROLE_DISPUTE:
                    known[moved.rank] = area.model_copy(update={"detail": moved.stage})
            case _:
                pass
    return tuple(known[rank] for rank in sorted(known))


def _selected(entry: Entry, focused: Focused) -> SelectedArea:
    return SelectedArea.model_validate(
        {
            "rank": focused.rank,
            "area": focused.focus.area,
            "detail": focused.focus.detail,
            "agreed_on": focused.agreed_on,
            "selected_at": entry.at,
            "event_id": entry.event_id,
            "session_id": focused.session_id,
            "previous": focused.previous,
        }
    )
