"""What the initial phase should have brought, and changes of focus that come after it."""

from collections.abc import Iterator

from casetrail_contracts.events.protocol import DeviationRule
from treatment.domain.deviations.course import Course, Placed
from treatment.domain.deviations.deviation import Deviation

EARLY = ("preparation", "initial")
FORMULATIONS = ("formulation", "ipaf", "schemaFormulation", "socialRhythm")


def focus_missing(course: Course) -> Iterator[Deviation]:
    """No problem area by the last session of the initial phase, where the protocol chooses one."""
    if course.protocol.focus == "problemArea":
        yield from _missing(course, "focusMissing", ("problemArea",))


def formulation_missing(course: Course) -> Iterator[Deviation]:
    """Likewise the formulation that the protocol asks for."""
    yield from _missing(course, "formulationMissing", _asked(course, FORMULATIONS))


def inventory_incomplete(course: Course) -> Iterator[Deviation]:
    """The initial phase ended and the inventory, where the protocol asks for it, was not complete."""
    yield from _missing(course, "inventoryIncomplete", _asked(course, ("inventory",)))


def focus_changed_late(course: Course) -> Iterator[Deviation]:
    """The area was changed after the first session of the middle phase (domain reference 1.3)."""
    first_late = next((one.rank for one in course.placed if one.phase.kind not in EARLY), None)
    if first_late is None:
        return
    for change in course.record.focus_changes:
        if change.after_session >= max(first_late, course.record.protocol_since + 1):
            yield course.deviation("focusChangedLate", change.event_id, change.event_id)


def _asked(course: Course, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Those that the protocol asks for before or in its initial phase."""
    return tuple(
        required.artifact
        for phase in course.protocol.phases
        if phase.kind in EARLY
        for required in phase.required
        if required.artifact in wanted
    )


def _missing(course: Course, rule: DeviationRule, artifacts: tuple[str, ...]) -> Iterator[Deviation]:
    last = _last_initial(course, rule)
    if last is None or not artifacts:
        return
    recorded = course.record.artifacts
    if any(recorded.get(artifact, last.rank + 1) > last.rank for artifact in artifacts):
        yield course.deviation(rule, course.protocol.code, last.session.event_id)


def _last_initial(course: Course, rule: DeviationRule) -> Placed | None:
    """The session that ended the initial phase; None while it goes on, or where there is none."""
    for one in course.judged(rule):
        if one.phase.kind == "initial" and course.phase_of(one.number + 1).kind not in EARLY:
            return one
    return None
