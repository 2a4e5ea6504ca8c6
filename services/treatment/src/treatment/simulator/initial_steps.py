"""What the initial phase records: patient role, timeline, inventory, then focus, contract and goals."""

from collections.abc import Iterator
from datetime import timedelta

from casetrail_contracts import Personal
from casetrail_contracts.events.adaptation import Because, ReasonCode
from casetrail_contracts.events.formulation import (
    ContractAgreed,
    FormulationAgreed,
    SickRoleGiven,
    TimelineEntry,
    TimelineRecorded,
)
from casetrail_contracts.events.inventory import InventoryPerson, InventoryRecorded
from casetrail_contracts.events.plan import GoalAdded, GoalsRevised
from casetrail_contracts.events.problem_area import (
    Area,
    Focus,
    Grief,
    InterpersonalDeficits,
    ProblemAreaSelected,
    RoleDispute,
    RoleTransition,
)
from treatment.simulator.drawn import DrawnPerson
from treatment.simulator.people import FIRST, MOURNED
from treatment.simulator.step import Seen, Step, Telling, entry, entry_when

GOAL = "goal-1"
WEEKS_TO_REVIEW = 4


def initial_steps(telling: Telling, number: int) -> Iterator[Step]:
    """What is recorded after session `number`, if it is one of these."""
    if number == 1:
        yield from _first_session(telling)
    if number == telling.last_of_initial_phase:
        yield from _focus(telling, number)


def _first_session(telling: Telling) -> Iterator[Step]:
    course, at = telling.course, telling.end_of(1)
    began = course.referred_at.date().isoformat()[:7]
    timeline = TimelineRecorded(entries=(TimelineEntry(on=began, kind="symptomOnset"),), onset=began)
    people = tuple(_person(person) for person in course.people)
    yield entry("sick-role", "give-sick-role", at, SickRoleGiven())
    yield entry("timeline", "record-timeline", at, timeline)
    yield entry("inventory", "record-inventory", at, InventoryRecorded(people=people))


def _person(drawn: DrawnPerson) -> InventoryPerson:
    return InventoryPerson(
        person_id=drawn.person_id,
        alias=Personal.plain(drawn.person_id),
        relationship=drawn.relationship,
        temporal="past" if drawn.person_id == MOURNED else "present",
        living_status=drawn.living,
        closeness_ring=drawn.ring,
        link_to_onset=drawn.link,
    )


def _focus(telling: Telling, number: int) -> Iterator[Step]:
    course, at = telling.course, telling.end_of(number)
    formulation = FormulationAgreed(
        kind="problemArea",
        area=course.area,
        statement=Personal.plain("What happened, and how the mood followed."),
        agreed_on=at.date(),
    )
    selected = ProblemAreaSelected(rank="primary", focus=_area(course.area), agreed_on=at.date())
    contract = ContractAgreed(
        sessions=course.planned,
        cadence_days=telling.protocol.cadence.target,
        absence_rule="rescheduled",
        session_minutes=telling.minutes,
    )
    yield entry("formulation", "agree-formulation", at, formulation)
    yield entry("problem-area", "select-problem-area", at, selected)
    yield entry("contract", "agree-contract", at, contract)

    def goals(seen: Seen) -> GoalsRevised:
        because = Because(
            reason_code=ReasonCode.THERAPIST_REVIEW,
            evidence=(seen.ids["problem-area"],),
            decided_by=telling.staff.therapist,
            review_on=(at + timedelta(weeks=WEEKS_TO_REVIEW)).date(),
        )
        goal = GoalAdded(
            goal_id=GOAL, text=Personal.plain("What is to be better at the end."), problem_area=course.area
        )
        return GoalsRevised(because=because, added=(goal,))

    yield entry_when("goals", "revise-goals", at, goals)


def _area(area: Area) -> Focus:
    match area:
        case Area.GRIEF:
            return Grief(deceased_person_id=MOURNED, grief_pattern="typical")
        case Area.ROLE_DISPUTE:
            return RoleDispute(other_party_id=FIRST, stage="renegotiation")
        case Area.ROLE_TRANSITION:
            return RoleTransition(
                transition_type="other",
                old_role=Personal.plain("The old role"),
                new_role=Personal.plain("The new role"),
            )
        case Area.INTERPERSONAL_DEFICITS:
            return InterpersonalDeficits(form="isolation")
