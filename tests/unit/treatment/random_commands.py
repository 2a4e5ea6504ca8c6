"""Every command at random, about few people, sessions and forms, so that the commands hit each other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from tests.builders import because, sealed
from tests.unit.treatment.course import phq
from tests.unit.treatment.given_when_then import CASE, INSTALLED, form, held

from casetrail_contracts import event_id
from casetrail_contracts.events.adaptation import Because
from casetrail_contracts.events.care import RiskChecked
from casetrail_contracts.events.case import CaseClosed, ClosureReason
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn
from casetrail_contracts.events.ending import MaintenanceDecided
from casetrail_contracts.events.erasure import PersonalDataErasureRequested
from casetrail_contracts.events.formulation import ContractAgreed
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed, HomeworkWithdrawn
from casetrail_contracts.events.inventory import (
    InventoryPerson,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    InventoryRecorded,
    LivingStatus,
    PersonChange,
)
from casetrail_contracts.events.measure import InputMode
from casetrail_contracts.events.medication import MedicationRecorded, MedicationStopped
from casetrail_contracts.events.plan import GoalAdded, GoalClosed, GoalRated, GoalsRevised
from casetrail_contracts.events.problem_area import (
    DisputeStageChanged,
    Grief,
    InterpersonalDeficits,
    ProblemAreaRevised,
    ProblemAreaSelected,
    RoleDispute,
)
from casetrail_contracts.events.protocol import PhaseEntered
from casetrail_contracts.events.session import Attendee, Modality
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.model import Contract
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import (
    AssignProtocol,
    Command,
    CorrectAssessment,
    Entry,
    Record,
    ReviewDue,
    ScoreAssessment,
    SwitchProtocol,
)

Asked: TypeAlias = Callable[[datetime], Command]
"""A command, once it is known what time it is."""
Form: TypeAlias = Callable[[datetime], ScoreAssessment]
Model = TypeVar("Model", bound=Contract)
Fields: TypeAlias = SearchStrategy[object]


def make(model: type[Model], **fields: Fields) -> SearchStrategy[Model]:
    """A payload, or a part of one, of these fields."""
    return st.fixed_dictionaries(fields).map(model.model_validate)


def one_of(*values: object) -> Fields:
    """One of these values."""
    return st.sampled_from(values)


PEOPLE = one_of("p-1", "p-2", "p-3")
GOALS, PIECES, REASON = one_of("g-1", "g-2"), one_of("h-1", "h-2"), one_of(sealed("reason"))
LIVING, RANK, YES_OR_NO = one_of(*LivingStatus), one_of("primary", "secondary"), st.booleans()
BECAUSE = st.just(because()) | st.integers(1, 30).map(lambda number: because(event_id(CASE, number)))
FOCUS = (
    make(Grief, deceased_person_id=PEOPLE)
    | make(RoleDispute, other_party_id=PEOPLE, stage=one_of("impasse", "renegotiation"))
    | make(InterpersonalDeficits, form=one_of("isolation"))
)
PERSON = make(
    InventoryPerson,
    person_id=PEOPLE,
    alias=one_of(sealed("alias")),
    relationship=one_of("friend"),
    temporal=one_of("present", "past"),
    living_status=LIVING,
    closeness_ring=one_of(1, 2),
    link_to_onset=one_of("none"),
    safety_concern=YES_OR_NO,
)
CHANGE = make(PersonChange, person_id=PEOPLE, living_status=LIVING, safety_concern=YES_OR_NO)
GOAL = make(GoalAdded, goal_id=GOALS, text=one_of(sealed("goal")))
END = make(GoalClosed, goal_id=GOALS, status=one_of("dropped"))
LIFE: SearchStrategy[Entry] = st.one_of(
    make(ConsentRecorded, scope=one_of("significantOther"), person_id=PEOPLE),
    make(ConsentWithdrawn, scope=one_of("treatment", "messages")),
    make(CaseClosed, reason=one_of(*ClosureReason), open_risk_override=st.none() | REASON),
    make(
        PersonalDataErasureRequested, subject=one_of("person"), person_id=PEOPLE, legal_basis=one_of("other")
    ),
)
FORMULATION: SearchStrategy[Entry] = st.one_of(
    make(InventoryRecorded, people=st.lists(PERSON, max_size=3)),
    make(InventoryPersonAdded, person=PERSON),
    make(InventoryPersonMoved, person_id=PEOPLE, closeness_ring=one_of(1, 2)),
    make(InventoryPersonRevised, reason=one_of("mistake"), change=CHANGE),
    make(ProblemAreaSelected, rank=RANK, focus=FOCUS),
    make(ProblemAreaRevised, because=BECAUSE, rank=RANK, focus=FOCUS),
    make(DisputeStageChanged, rank=RANK, stage=one_of("impasse", "dissolution"), reason=REASON),
    make(
        ContractAgreed,
        sessions=one_of(8, 16, 20),
        cadence_days=one_of(7, 14),
        absence_rule=one_of("rescheduled"),
    ),
    make(
        PhaseEntered,
        phase=one_of("initial", "middle", "ending"),
        attended_sessions=one_of(0),
        reason=st.none() | REASON,
    ),
)
PLAN: SearchStrategy[Entry] = st.one_of(
    make(GoalsRevised, because=BECAUSE, added=st.tuples(GOAL)),
    make(GoalsRevised, because=BECAUSE, closed=st.tuples(END)),
    make(GoalRated, goal_id=GOALS, measurement=one_of("GBO", "GAS"), rating=one_of(0, 2)),
    make(HomeworkAssigned, homework_id=PIECES, title=one_of(sealed("title")), type=one_of("diary")),
    make(HomeworkReviewed, homework_id=PIECES, status=one_of("carriedOver", "completed")),
    make(HomeworkWithdrawn, homework_id=PIECES, reason=one_of("replaced")),
    make(
        TacticAdapted,
        because=BECAUSE,
        kind=one_of("extendSessions"),
        trigger=one_of("notOnTrack", "lifeEvent"),
        sessions=one_of(16, 20),
    ),
    make(
        TacticAdapted,
        because=BECAUSE,
        kind=one_of("requestSupervision"),
        trigger=one_of("notOnTrack", "lifeEvent"),
    ),
    make(
        MedicationRecorded,
        entry_id=one_of("m-1", "m-2"),
        kind=one_of("antidepressant", "none"),
        name=one_of(sealed("name")),
        source=one_of("record"),
    ),
    make(MedicationStopped, because=BECAUSE, entry_id=one_of("m-1", "m-2"), stopped_on=one_of("2026-03-02")),
    make(MaintenanceDecided, decision=one_of("accepted", "declined"), cadence_days=one_of(30)),
    make(
        RiskChecked, session_id=one_of("s-1", "s-2"), asked=st.just(value=True), level=one_of("low", "high")
    ),
)


def recorded(entry: Entry, ago: timedelta) -> Asked:
    return lambda now: Record(entry=entry, at=Moment(now - ago))


def session(name: str, ago: timedelta, other: str | None, modality: Modality) -> Asked:
    attendees = (Attendee(role="significantOther", person_id=other),) if other else ()
    whole = held(name, attendees=attendees, modality=modality)
    return lambda now: Record(entry=whole.model_copy(update={"started_at": _noon(now - ago)}), at=Moment(now))


def filled_in(name: str, total: int, item_9: int | None, ago: timedelta, source: InputMode) -> Form:
    items = (*phq(total)[:8], item_9)
    whole = replace(form(items, name=name), imported=source == "import", input_mode=source)
    return lambda now: replace(whole, taken_at=Moment(_noon(now - ago)))


def total_alone(name: str, code: str, total: int) -> Asked:
    return lambda now: replace(form(total=total, code=code, name=name), taken_at=Moment(_noon(now)))


def corrected(filled: Form) -> Asked:
    return lambda now: CorrectAssessment(form=filled(now), reason="entryMistake", at=Moment(now))


def _noon(at: datetime) -> datetime:
    """So that forms and sessions of one day meet."""
    return at.replace(hour=12)


def assigned(code: str) -> Asked:
    protocol = INSTALLED.protocol(code)
    return lambda now: AssignProtocol(protocol=protocol, at=Moment(now))


def switched(code: str, why: Because) -> Asked:
    protocol = INSTALLED.protocol(code)
    return lambda now: SwitchProtocol(protocol=protocol, because=why, at=Moment(now))


def overdue(_: datetime) -> Command:
    return ReviewDue()


AGO = st.sampled_from([0, 0, 1, 8, 20, -1]).map(lambda days: timedelta(days=days))
"""How long ago it happened; a day ahead is refused."""
FORMS = st.sampled_from([f"a-{number}" for number in range(1, 9)])
SESSIONS = st.sampled_from([f"s-{number}" for number in range(1, 9)])
PROTOCOLS = st.sampled_from(["IPT-16", "DIT-16", "IPT-M", "IPT-G8"])
SOURCES: SearchStrategy[InputMode] = st.sampled_from(["screen", "screen", "import"])
OTHERS = st.sampled_from([None, "p-1", "p-3"])
MODALITIES = st.sampled_from([Modality.VIDEO, Modality.GROUP])
TOTALS, ITEM_9 = st.sampled_from([3, 8, 10, 12, 17, 24]), st.sampled_from([0, 0, 0, 1, 2, None])
PHQ9 = st.builds(filled_in, FORMS, TOTALS, ITEM_9, AGO, SOURCES)
ASKED: SearchStrategy[Asked] = st.one_of(
    st.builds(recorded, LIFE | FORMULATION, AGO),
    st.builds(recorded, PLAN, AGO),
    st.builds(session, SESSIONS, AGO, OTHERS, MODALITIES),
    PHQ9,
    PHQ9.map(corrected),
    st.builds(total_alone, FORMS, st.sampled_from(["PHQ9", "GAD7", "WSAS"]), st.sampled_from([4, 12, 300])),
    st.builds(assigned, PROTOCOLS),
    st.builds(switched, PROTOCOLS, BECAUSE),
    st.just(overdue),
)
"""Whatever does not depend on what happened before."""
