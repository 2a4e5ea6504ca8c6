"""The therapy begins: consent, the doctor's advice, what else is taken, and the protocol."""

from datetime import date
from decimal import Decimal

from casetrail_contracts.events.care import SafetyPlanRecorded
from casetrail_contracts.events.case import CaseActivated
from casetrail_contracts.events.consent import ConsentRecorded, SuitabilityAdvised
from casetrail_contracts.events.formulation import CodedTerm
from casetrail_contracts.events.measure import AssessmentScored
from casetrail_contracts.events.medication import Dose, MedicationRecorded
from casetrail_contracts.events.protocol import ProtocolAssigned
from casetrail_contracts.examples.story import DOCTOR, Story, at, definition, sealed
from casetrail_contracts.scalars import Moment

HYPNOTIC = CodedTerm(system="http://www.whocc.no/atc", code="N05CF01")
ACUTE = definition("IPT-16")


def tell(story: Story) -> None:
    """What has to be there before the first session of the protocol."""
    consent = ConsentRecorded(scope="treatment", given_how="electronic", expires_on=date(2027, 4, 1))
    story.tell(consent, at(31))
    story.tell(_advice(story), at(32), DOCTOR)
    story.tell(_medication(), Moment.parse("2026-02"), DOCTOR)
    story.tell(ProtocolAssigned(definition=ACUTE), at(33))
    needed = (ConsentRecorded, SuitabilityAdvised, ProtocolAssigned)
    activated = CaseActivated(evidence=tuple(story.id_of(kind) for kind in needed))
    story.tell(activated, at(34))


def _advice(story: Story) -> SuitabilityAdvised:
    return SuitabilityAdvised(
        outcome="suitableWithCombination",
        combination="iptPlusMedication",
        cautions=("acuteRisk",),
        declined=("groupTherapy",),
        advised_by="doctor-1",
        rationale=sealed("rationale of the advice"),
        evidence=(story.id_of(AssessmentScored), story.id_of(SafetyPlanRecorded)),
    )


def _medication() -> MedicationRecorded:
    """Known to the month, and recorded when the doctor was asked."""
    return MedicationRecorded(
        entry_id="m-1",
        kind="hypnotic",
        name=sealed("name of the medicine"),
        code=HYPNOTIC,
        dose=Dose(amount=Decimal("3.75"), unit="mg", frequency="atNight"),
        started_on="2026-02",
        prescriber_role="familyDoctor",
        adherence="full",
        side_effects=("dryMouth",),
        source="record",
    )
