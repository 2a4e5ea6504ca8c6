"""The initial phase: diagnosis, sick role, timeline, inventory, formulation and contract."""

from datetime import date

from casetrail_contracts.events.formulation import (
    CodedTerm,
    ContractAgreed,
    DiagnosisRecorded,
    FormulationAgreed,
    SickRoleGiven,
    TimelineEntry,
    TimelineRecorded,
)
from casetrail_contracts.events.inventory import (
    Conflict,
    InventoryCompleted,
    InventoryPerson,
    InventoryPersonAdded,
    InventoryPersonMoved,
    InventoryPersonRevised,
    LinkToOnset,
    LivingStatus,
    PersonChange,
    PersonTexts,
    Relationship,
)
from casetrail_contracts.events.problem_area import Area
from casetrail_contracts.examples.story import DOCTOR, Story, at, sealed


def tell(story: Story) -> None:
    """What the first sessions of the protocol bring."""
    story.tell(_diagnosis(), at(32), DOCTOR)
    sick_role = SickRoleGiven(duties_relieved=("overtime", "hosting"), explained_to=("patient", "partner"))
    story.tell(sick_role, at(35))
    story.tell(_timeline(), at(35, 20))
    story.tell(InventoryPersonAdded(person=_mother(), texts=_of_mother()), at(42))
    story.tell(_mother_revised(), at(42, 10))
    moved = InventoryPersonMoved(
        person_id="p-1", closeness_ring=3, closeness_desired=1, reason=sealed("reason of the move")
    )
    story.tell(moved, at(42, 20))
    story.tell(InventoryCompleted(), at(42, 30))
    story.tell(_formulation(), at(49))
    story.tell(_contract(), at(49, 20))


def _diagnosis() -> DiagnosisRecorded:
    return DiagnosisRecorded(
        diagnosis=CodedTerm(system="http://hl7.org/fhir/sid/icd-10", code="F33.1"),
        severity="moderate",
        recurrent=True,
        episode_began="2025-11",
        diagnosed_by="doctor-1",
    )


def _timeline() -> TimelineRecorded:
    return TimelineRecorded(
        entries=(
            TimelineEntry(on="2019", kind="loss", person_id="p-2"),
            TimelineEntry(on="2025-10-04", kind="conflict", person_id="p-1", label=sealed("the dispute")),
            TimelineEntry(on="2025-11", kind="symptomOnset"),
        ),
        onset="2025-11",
    )


def _mother() -> InventoryPerson:
    return InventoryPerson(
        person_id="p-2",
        alias=sealed("alias of p-2"),
        relationship=Relationship.PARENT,
        temporal="past",
        living_status=LivingStatus.DECEASED,
        deceased_on="2019",
        closeness_ring=2,
        closeness_desired=2,
        contact_frequency="none",
        reciprocity="reciprocal",
        emotions_with_person=("sad", "calm"),
        conflict=Conflict(level="none"),
        knows_about_depression=False,
        support_provided=("emotional", "company"),
        link_to_onset=LinkToOnset.PROTECTIVE,
        candidate_problem_area=Area.GRIEF,
    )


def _of_mother() -> PersonTexts:
    return PersonTexts(
        person_id="p-2",
        shared_activities=sealed("activities with p-2"),
        can_talk_about=sealed("what can be talked about"),
        cannot_talk_about=sealed("what cannot be talked about"),
        expectations_of_them=sealed("what was expected of p-2"),
        expectations_of_me=sealed("what p-2 expected"),
        satisfying=sealed("what was good"),
        unsatisfying=sealed("what was missing"),
        desired_change=sealed("what should have been"),
        change_near_onset=sealed("what changed"),
    )


def _mother_revised() -> InventoryPersonRevised:
    """It was the grandmother who brought the patient up."""
    change = PersonChange(
        person_id="p-2",
        alias=sealed("another alias of p-2"),
        relationship=Relationship.OTHER_FAMILY,
        temporal="past",
        living_status=LivingStatus.DECEASED,
        deceased_on="2019-06",
        contact_frequency="none",
        contact_channels=("phone", "inPerson"),
        reciprocity="reciprocal",
        emotions_with_person=("sad",),
        conflict=Conflict(level="low", pattern="arguedResolved", recent=False),
        knows_about_depression=False,
        support_provided=("emotional",),
        link_to_onset=LinkToOnset.MAINTAINING,
        candidate_problem_area=Area.GRIEF,
        safety_concern=False,
    )
    texts = PersonTexts(person_id="p-2", satisfying=sealed("what was good, said anew"))
    return InventoryPersonRevised(reason="mistake", change=change, texts=texts)


def _formulation() -> FormulationAgreed:
    return FormulationAgreed(
        kind="problemArea",
        area=Area.ROLE_DISPUTE,
        statement=sealed("statement of the formulation"),
        agreed_on=date(2026, 4, 20),
    )


def _contract() -> ContractAgreed:
    return ContractAgreed(
        sessions=16,
        cadence_days=7,
        absence_rule="rescheduledOnce",
        session_minutes=50,
        planned_end=date(2026, 8, 10),
        summary=sealed("summary of the contract"),
    )
