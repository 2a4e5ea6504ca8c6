"""What a form that comes again asks of its case (domain reference 4.2): nothing, a correction, an end."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.treatment.given_when_then import CASE, INSTRUMENTS, circumstances, opened
from tests.unit.treatment.imports.fhir import form

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events.correction import EntryCorrected
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.commands import Command, CorrectAssessment, Record, ScoreAssessment
from treatment.domain.decisions import decide
from treatment.domain.folding import extend
from treatment.imports.again import NEVER_STORED, scoring, taking_back
from treatment.imports.form import ImportedForm, TakenBack, Unreadable

NOW = Moment(datetime(2026, 4, 1, tzinfo=UTC))
PLACE = "entry[0] (Observation)"


def said(total: int) -> ImportedForm:
    return form(reported_total=total)


def corrected(total: int, day: int | None = None) -> ImportedForm:
    changed_at = None if day is None else Moment(datetime(2026, 3, day, tzinfo=UTC))
    return form(reported_total=total, standing="corrected", changed_at=changed_at)


def in_error() -> TakenBack:
    return TakenBack(subject=said(0).subject, origin=said(0).origin, place=PLACE)


def scored(sent: ImportedForm) -> ScoreAssessment:
    return ScoreAssessment(
        assessment_id=sent.assessment_id,
        instrument=INSTRUMENTS.get(sent.instrument),
        taken_at=sent.taken_at,
        setting="remote",
        respondent="patient",
        input_mode="import",
        reported_total=sent.reported_total,
        imported=True,
    )


def asked(case: Case, sent: ImportedForm | TakenBack) -> Command | None:
    if isinstance(sent, TakenBack):
        return taking_back(case, sent, NOW)
    return scoring(case, sent, scored(sent), NOW)


def after(*sent: ImportedForm | TakenBack) -> Case:
    """A case to which these forms were sent, one after the other."""
    commands = circumstances(now=NOW.at)
    case = with_fact(Case(case_id=CASE), opened)
    for one in sent:
        command = asked(case, one)
        for fact in decide(case, command, commands) if command is not None else ():
            case = with_fact(case, fact.payload, fact.at)
    return case


def with_fact(case: Case, payload: Payload, at: Moment = NOW) -> Case:
    entry = HistoryEntry(
        event_id=event_id(case.case_id, case.version + 1), at=at, payload=payload, holds=payload, actor="t-1"
    )
    return extend(case, entry)


def total(case: Case) -> int | None:
    return case.assessments[said(0).assessment_id].total


def test_a_new_form_is_scored() -> None:
    assert asked(after(), said(12)) == scored(said(12))
    assert asked(after(), corrected(12)) == scored(said(12))


@pytest.mark.parametrize(
    ("before", "sent"),
    [
        ([said(12)], said(12)),
        ([said(12)], corrected(12)),
        ([said(12), corrected(13)], corrected(13)),
        ([said(12), corrected(13)], said(12)),
        ([said(12), corrected(13, 5), corrected(14, 7)], corrected(13, 5)),
        ([said(12), in_error()], said(12)),
        ([said(12), in_error()], in_error()),
    ],
    ids=[
        "the same",
        "amended in nothing that counts",
        "the correction again",
        "what was said before it was corrected",
        "an older correction after a newer one",
        "what was taken back",
        "taken back again",
    ],
)
def test_what_was_sent_before_asks_nothing(
    before: list[ImportedForm | TakenBack], sent: ImportedForm | TakenBack
) -> None:
    assert asked(after(*before), sent) is None


@pytest.mark.parametrize(
    ("sent", "at"),
    [(corrected(13), NOW), (corrected(13, 5), Moment(datetime(2026, 3, 5, tzinfo=UTC)))],
    ids=["now, where the sender says no time", "when the sender changed it"],
)
def test_a_corrected_form_corrects_what_was_said(sent: ImportedForm, at: Moment) -> None:
    """The correction of the form, not a form of its own: the wrong score counts no more."""
    command = CorrectAssessment(form=scored(sent), reason="sourceCorrected", at=at)
    assert asked(after(said(12)), sent) == command
    assert total(after(said(12), sent)) == 13


def test_a_later_correction_may_say_what_was_said_first() -> None:
    assert total(after(said(12), corrected(13, 5), corrected(12, 7))) == 12


def test_a_form_that_was_entered_in_error_is_taken_back() -> None:
    case = after(said(12))
    stored = next(
        entry.event_id for entry in case.history if entry.payload == case.assessments[said(0).assessment_id]
    )
    correction = EntryCorrected(target=stored, kind="enteredInError", cause="entryMistake")
    assert asked(case, in_error()) == Record(entry=correction, at=NOW)
    assert after(said(12), in_error()).assessments == {}


@pytest.mark.parametrize(
    ("before", "sent", "reason"),
    [
        (
            [said(12)],
            said(13),
            (
                "Observation/o-1 is stored already with other content: send it with the status amended or "
                "corrected if it was, or correct the form in its case"
            ),
        ),
        (
            [said(12), corrected(13), corrected(14)],
            corrected(13),
            (
                "Observation/o-1 was corrected since it said this, and it is not said which version is newer"
                ": correct the form in its case"
            ),
        ),
        (
            [said(12), in_error()],
            said(13),
            "Observation/o-1 was taken back before: send it under an id of its own",
        ),
        ([], in_error(), NEVER_STORED),
    ],
    ids=["other content", "an old correction without its time", "after it was taken back", "never stored"],
)
def test_what_cannot_be_taken_is_told_with_the_senders_own_id_and_the_cure(
    before: list[ImportedForm | TakenBack], sent: ImportedForm | TakenBack, reason: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        asked(after(*before), sent)
    assert str(refused.value) == reason


def test_a_correction_from_the_past_does_not_undo_one_that_was_made_by_hand() -> None:
    by_hand = CorrectAssessment(form=scored(said(14)), reason="entryMistake", at=NOW)
    case = after(said(12))
    for fact in decide(case, by_hand, circumstances(now=NOW.at + timedelta(hours=1))):
        case = with_fact(case, fact.payload, fact.at)
    assert asked(case, corrected(13, 5)) is None
