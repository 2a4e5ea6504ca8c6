"""What the commands about the life of a case are refused with, beyond its state."""

import pytest
from tests.unit.treatment.given_when_then import AT, because
from tests.unit.treatment.refusal import BECAUSE, NOBODY, SOON, Row, check
from tests.unit.treatment.rich_case import IPT16
from tests.unit.treatment.samples import DIT16

from casetrail_contracts.events.case import CaseActivated
from casetrail_contracts.events.consent import ConsentRecorded, ConsentWithdrawn, SuitabilityAdvised
from casetrail_contracts.events.erasure import PersonalDataErasureRequested
from treatment.domain.commands import (
    ApproveErasure,
    AssignProtocol,
    SwitchProtocol,
)
from treatment.domain.refusals import (
    AlreadyRecorded,
    EvidenceUnknown,
    InTheFuture,
    NotFound,
    PersonUnknown,
)

LIFE = (
    Row(
        "record-consent person",
        ConsentRecorded(scope="significantOther", person_id="p-9"),
        PersonUnknown("p-9", "personId"),
    ),
    Row("withdraw-consent", ConsentWithdrawn(scope="messages"), NotFound("consent", "messages", "scope")),
    Row(
        "advise-suitability evidence",
        SuitabilityAdvised(outcome="suitable", combination="iptAlone", advised_by="d-1", evidence=(NOBODY,)),
        EvidenceUnknown(NOBODY),
    ),
    Row("activate evidence", CaseActivated(evidence=(NOBODY,)), EvidenceUnknown(NOBODY)),
    Row(
        "assign-protocol another",
        AssignProtocol(protocol=DIT16, at=AT),
        AlreadyRecorded("protocol", "IPT-16@1"),
    ),
    Row("assign-protocol future", AssignProtocol(protocol=IPT16, at=SOON), InTheFuture("happenedAt")),
    Row(
        "switch-protocol evidence",
        SwitchProtocol(protocol=DIT16, because=because(NOBODY), at=AT),
        EvidenceUnknown(NOBODY),
    ),
    Row(
        "switch-protocol future",
        SwitchProtocol(protocol=DIT16, because=BECAUSE, at=SOON),
        InTheFuture("happenedAt"),
    ),
    Row(
        "request-erasure person",
        PersonalDataErasureRequested(subject="person", person_id="p-9", legal_basis="other"),
        PersonUnknown("p-9", "personId"),
    ),
    Row(
        "approve-erasure unknown",
        ApproveErasure(request=NOBODY, at=AT),
        NotFound("open request for erasure", NOBODY, "request"),
    ),
    Row("approve-erasure future", ApproveErasure(request=NOBODY, at=SOON), InTheFuture("happenedAt")),
)


@pytest.mark.parametrize("row", LIFE, ids=lambda row: row.name)
def test_a_command_about_the_case_is_refused_with_the_facts(row: Row) -> None:
    check(row)
