"""A row of the tables of refusals, and the entries that several of them need."""

from datetime import timedelta
from typing import NamedTuple

from tests.builders import sealed
from tests.unit.treatment.given_when_then import AT, CASE, NOW, because, held
from tests.unit.treatment.rich_case import FLAG, RICH_CASE
from tests.unit.treatment.samples import MAJOR

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events.appointments import (
    AppointmentScheduled,
    FollowUpRecorded,
    SessionMissed,
)
from casetrail_contracts.events.care import (
    RiskFlagResolved,
    RiskOutcome,
)
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from casetrail_contracts.events.formulation import DiagnosisRecorded, TimelineEntry, TimelineRecorded
from casetrail_contracts.events.homework import HomeworkAssigned, HomeworkReviewed
from casetrail_contracts.events.medication import MedicationStopped
from casetrail_contracts.events.session import Attendee, Modality
from casetrail_contracts.scalars import Moment
from treatment.domain.commands import (
    Command,
    Entry,
    Record,
)
from treatment.domain.refusals import (
    Refusal,
)

SOON = Moment(NOW + timedelta(minutes=6))
NOBODY = event_id(CASE, 99)
UNKNOWN = "00000000-0000-5000-8000-000000000000"
BECAUSE = because(event_id(CASE, 1))
PAST = event_id(CASE, 2)


class Row(NamedTuple):
    """A command on the rich case, with more facts where they are needed, and its refusal."""

    name: str
    entry: Entry | Command
    refusal: Refusal
    more: tuple[Payload, ...] = ()


def other(**changes: object) -> SessionMissed:
    whole = SessionMissed(appointment_id="ap-1", scheduled_at=AT.at, timezone="UTC", attendance="3")
    return whole.model_copy(update=changes)


def contact(**changes: object) -> FollowUpRecorded:
    whole = FollowUpRecorded(follow_up_id="f-1", at=AT, modality=Modality.PHONE, outcome="reached")
    return whole.model_copy(update=changes)


def planned(name: str, days: int) -> AppointmentScheduled:
    return AppointmentScheduled(
        appointment_id=name,
        starts_at=AT.at + timedelta(days=days),
        duration_minutes=50,
        timezone="Europe/London",
        modality=Modality.VIDEO,
    )


def homework(name: str, **links: str) -> HomeworkAssigned:
    return HomeworkAssigned.model_validate(
        {"homework_id": name, "title": sealed("homework"), "type": "diary", **links}
    )


def amended(target: str, **replacement: object) -> EntryCorrected:
    whole = Replacement.model_validate(replacement)
    return EntryCorrected(target=target, kind="amended", cause="entryMistake", replacement=whole)


def in_error(target: str) -> EntryCorrected:
    return EntryCorrected(target=target, kind="enteredInError", cause="duplicate")


RESOLVED = RiskFlagResolved(flag_id=FLAG, outcome=RiskOutcome.DUPLICATE)
STOPPED = MedicationStopped(because=BECAUSE, entry_id="m-1", stopped_on=AT.at.date())
COMPLETED = HomeworkReviewed(homework_id="h-1", status="completed")
MOVED = TimelineRecorded(entries=(TimelineEntry(on="2026", kind="loss", person_id="p-9"),))
WITH_OTHER = held("s-2", attendees=(Attendee(role="significantOther", person_id="p-9"),))
DIAGNOSIS = DiagnosisRecorded(diagnosis=MAJOR)


def check(row: Row) -> None:
    """The command is refused with exactly these facts."""
    command = Record(entry=row.entry, at=AT) if isinstance(row.entry, Entry) else row.entry
    case = RICH_CASE.also(*row.more) if row.more else RICH_CASE
    case.when(command).then_refused(row.refusal)
