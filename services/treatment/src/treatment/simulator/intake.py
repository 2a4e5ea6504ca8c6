"""Before the first session: the case is opened, consented to, advised on, measured and activated."""

from collections.abc import Iterator
from datetime import timedelta

from casetrail_contracts import Personal
from casetrail_contracts.events.case import CaseActivated, CaseOpened, ReferralSource
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.formulation import CodedTerm, DiagnosisRecorded
from casetrail_contracts.events.medication import MedicationRecorded
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import AssignProtocol
from treatment.simulator.form_steps import form_steps
from treatment.simulator.risk_steps import risk_steps, self_harm
from treatment.simulator.step import Step, Telling, entry

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
MEDICATION = "antidepressant"


def intake_steps(telling: Telling) -> Iterator[Step]:
    """Everything that a therapy needs before it begins, with the baseline."""
    course, staff = telling.course, telling.staff
    at = course.intake_at
    opened = CaseOpened(
        patient_ref=Personal.plain(f"simulated-{telling.seed}-{course.number}"),
        therapist_id=staff.therapist,
        supervisor_id=staff.supervisor,
        team_id=staff.team,
        referral_source=ReferralSource.PRIMARY_CARE,
        referred_on=course.referred_at.date(),
    )
    yield entry("open", "open-case", at - timedelta(minutes=10), opened)
    yield entry("consent", "record-consent", at, ConsentRecorded(scope="treatment"))
    yield from form_steps(telling, course.baseline, at, None)
    yield from risk_steps("intake", at, self_harm(course.baseline), None)
    yield from _advice(telling)
    yield Step(
        key="protocol",
        name="assign-protocol",
        at=at + timedelta(minutes=30),
        command=lambda _: AssignProtocol(protocol=telling.protocol, at=Moment(at + timedelta(minutes=30))),
    )
    yield entry("activate", "activate", at + timedelta(minutes=30), CaseActivated())


def _advice(telling: Telling) -> Iterator[Step]:
    course = telling.course
    at = course.intake_at + timedelta(minutes=20)
    diagnosis = DiagnosisRecorded(
        diagnosis=CodedTerm(system=ICD_10, code="F32.9"), diagnosed_by=telling.staff.doctor
    )
    yield entry("diagnosis", "record-diagnosis", at, diagnosis, "doctor")
    medication = MedicationRecorded(entry_id="none", kind="none", source="selfReport")
    if course.medication:
        medication = taken(MEDICATION)
    yield entry("medication", "record-medication", at, medication, "doctor")
    advised = SuitabilityAdvised(
        outcome="suitableWithCombination" if course.medication else "suitable",
        combination="iptPlusMedication" if course.medication else "iptAlone",
        advised_by=telling.staff.doctor,
    )
    yield entry("suitability", "advise-suitability", at, advised, "doctor")


def taken(entry_id: str) -> MedicationRecorded:
    """A medicine that somebody takes."""
    return MedicationRecorded(
        entry_id=entry_id,
        kind="antidepressant",
        name=Personal.plain("An antidepressant"),
        prescriber_role="familyDoctor",
        source="selfReport",
    )
