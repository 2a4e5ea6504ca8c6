"""What the domain itself keeps to a role or to another person: extending a fixed course, and erasure."""

import pytest
from tests.builders import because
from tests.unit.treatment.course import Course
from tests.unit.treatment.given_when_then import AT, CASE, circumstances
from tests.unit.treatment.rich_case import RICH_CASE, number

from casetrail_contracts import event_id
from casetrail_contracts.events.erasure import (
    PersonalDataErased,
    PersonalDataErasureRefused,
    PersonalDataErasureRequested,
)
from casetrail_contracts.events.formulation import ContractAgreed
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.identity import Role
from treatment.domain.commands import ApproveErasure, Entry, Record
from treatment.domain.refusals import NeedsAnother, NeedsRole, NotFound

EXTENDED = TacticAdapted(because=because(), kind="extendSessions", trigger="supervision", sessions=20)
HIDDEN = EXTENDED.model_copy(update={"kind": "changeCadence", "cadence_days": 14})
SHORTENED = EXTENDED.model_copy(update={"kind": "shortenCourse", "sessions": 12})
LONG = ContractAgreed(sessions=20, cadence_days=7, absence_rule="rescheduled")
REQUEST = number(PersonalDataErasureRequested)
REQUESTER = "therapist-1"
"""Who recorded every event of the rich case."""


@pytest.mark.parametrize("entry", [EXTENDED, HIDDEN, LONG], ids=["tactic", "hidden", "contract"])
def test_invariant_10_only_a_supervisor_extends_a_course_whose_ending_is_fixed(entry: Entry) -> None:
    course = Course("DIT-16")
    with pytest.raises(NeedsRole) as refused:
        course.record(entry, 0, Role.THERAPIST)
    assert refused.value == NeedsRole("supervisor", "extending a course by DIT-16")
    # Who is both: alone, a supervisor tells no other tactic, and a therapist extends nothing.
    course.record(entry, 0, Role.THERAPIST, Role.SUPERVISOR)
    assert course.told[-1][1] == entry


@pytest.mark.parametrize("entry", [HIDDEN, SHORTENED], ids=["cadence", "shorter"])
def test_a_supervisor_extends_a_course_and_leaves_every_other_tactic_to_its_therapist(entry: Entry) -> None:
    course = Course("DIT-16")
    with pytest.raises(NeedsRole) as refused:
        course.record(entry, 0, Role.SUPERVISOR)
    assert refused.value == NeedsRole("therapist", "adapting a tactic other than by extending the course")
    course.record(EXTENDED, 0, Role.SUPERVISOR)
    assert course.told[-1][1] == EXTENDED


@pytest.mark.parametrize(
    ("protocol", "entry"),
    [("DIT-16", SHORTENED), ("DIT-16", LONG.model_copy(update={"sessions": 16})), ("IPT-16", EXTENDED)],
    ids=["DIT shortened", "DIT as planned", "IPT extended"],
)
def test_a_therapist_decides_about_every_other_length(protocol: str, entry: Entry) -> None:
    course = Course(protocol)
    course.record(entry, 0, Role.THERAPIST)
    assert course.told[-1][1] == entry


def test_the_approver_of_an_erasure_is_not_its_requester() -> None:
    approval = ApproveErasure(request=REQUEST, at=AT)
    RICH_CASE.when(approval, circumstances(REQUESTER)).then_refused(NeedsAnother("approve the erasure"))
    decided = RICH_CASE.when(approval, circumstances("admin-1")).facts
    assert [(fact.payload, fact.caused_by) for fact in decided] == [
        (PersonalDataErased(request=REQUEST, subject="person", person_id="p-2"), REQUEST)
    ]


def test_who_refuses_an_erasure_is_not_its_requester() -> None:
    refusal = Record(entry=PersonalDataErasureRefused(request=REQUEST, legal_basis="retentionDuty"), at=AT)
    RICH_CASE.when(refusal, circumstances(REQUESTER)).then_refused(NeedsAnother("refuse the erasure"))
    RICH_CASE.when(refusal, circumstances("admin-1")).then(refusal.entry)


@pytest.mark.parametrize(
    "answer",
    [
        PersonalDataErased(request=REQUEST, subject="person", person_id="p-2"),
        PersonalDataErasureRefused(request=REQUEST, legal_basis="other"),
    ],
    ids=["approved", "refused"],
)
def test_a_request_is_answered_once_and_can_be_made_again(
    answer: PersonalDataErased | PersonalDataErasureRefused,
) -> None:
    answered = RICH_CASE.also(answer)
    answered.when(ApproveErasure(request=REQUEST, at=AT)).then_refused(
        NotFound("open request for erasure", REQUEST, "request")
    )
    again = PersonalDataErasureRequested(subject="person", person_id="p-2", legal_basis="courtOrder")
    answered.when(Record(entry=again, at=AT)).then(again)


def test_a_person_and_the_patient_are_two_requests_and_each_is_one() -> None:
    for_patient = PersonalDataErasureRequested(subject="patient", legal_basis="gdprArticle17")
    RICH_CASE.when(Record(entry=for_patient, at=AT)).then(for_patient)
    both = RICH_CASE.also(for_patient)
    assert set(both.case.erasures) == {REQUEST, event_id(CASE, both.case.version)}
    both.when(Record(entry=for_patient, at=AT)).then()
