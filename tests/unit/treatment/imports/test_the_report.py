"""What became of an import: the rest goes in, and whatever did not is listed."""

from dataclasses import replace

import pytest
from tests.unit.treatment.imports.fhir import form

from treatment.domain.refusals import (
    AlreadyRecorded,
    InTheFuture,
    ItemOutOfRange,
    ReasonMissing,
    Refusal,
    TotalOutOfRange,
    WrongKindOfTotal,
)
from treatment.imports.form import ImportedForm, Reading, Rejected, TakenBack
from treatment.imports.report import CaseOfForms, ImportReport, Sent, import_forms, together
from treatment.imports.words import in_words

NOT_READ = Rejected(place="line 9", reason="not JSON")
REFUSED = Rejected(
    place="line 3", reason="it is stored already with other content: correct the form in its case"
)


CASE = "case-1"


def in_case(forms: int, place: str, case_id: str = CASE) -> CaseOfForms:
    return CaseOfForms(case_id=case_id, forms=forms, place=place)


class Cases:
    """Keeps forms as a case does: the same again is known, the same with another total is refused."""

    def __init__(self) -> None:
        self.kept: dict[str, ImportedForm] = {}

    def send(self, sent: ImportedForm | TakenBack) -> Sent:
        if isinstance(sent, TakenBack):
            return Sent("takenBack" if self.kept.pop(sent.assessment_id, None) else "known", CASE)
        known = self.kept.setdefault(sent.assessment_id, sent)
        if known.reported_total != sent.reported_total:
            raise AlreadyRecorded("assessment", sent.assessment_id)
        return Sent("added" if known is sent else "known", CASE)


def words(refusal: Refusal) -> str:
    return f"the interface says {type(refusal).__name__}"


READING = Reading(
    forms=(
        form(place="line 1", reported_total=5),
        form(place="line 2", reported_total=6, source="Observation/o-2"),
        form(place="line 3", reported_total=7),
    ),
    rejected=(NOT_READ,),
    passed_over=4,
)


def test_a_refused_form_is_listed_and_the_rest_goes_in() -> None:
    report = import_forms(READING, Cases().send, words)
    assert report == ImportReport(
        added=2, known=0, rejected=(NOT_READ, REFUSED), passed_over=4, cases=(in_case(2, "line 1"),)
    )


def test_what_is_taken_back_goes_last_and_is_counted() -> None:
    sent = form(reported_total=5)
    back = TakenBack(subject=sent.subject, origin=sent.origin, place="line 1")
    report = import_forms(Reading(forms=(sent,), taken_back=(back, back)), Cases().send, words)
    assert report == ImportReport(added=1, taken_back=1, known=1, cases=(in_case(1, sent.place),))


def test_a_file_of_which_nothing_can_be_read_is_one_rejection() -> None:
    report = import_forms(Reading(unreadable="not JSON"), Cases().send, words)
    assert report == ImportReport(rejected=(Rejected(place="the file", reason="not JSON"),))


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (
            InTheFuture("takenAt"),
            "its date lies in the future: check the date, and the clock of this computer",
        ),
        (TotalOutOfRange("BDI", 0, 63), "the score of BDI is outside 0 to 63"),
        (ItemOutOfRange("PHQ9", 9, 0, 3), "item 9 of PHQ9 is outside 0 to 3"),
        (
            WrongKindOfTotal("MSPSS", "reportedMean"),
            "MSPSS is scored by the other kind of figure: a mean, or a whole total",
        ),
        (ReasonMissing("x"), "the interface says ReasonMissing"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_refusal_is_told_in_the_words_of_who_sends_files(refusal: Refusal, said: str) -> None:
    assert in_words(refusal, words) == said


def test_the_same_file_twice_adds_nothing() -> None:
    cases = Cases()
    import_forms(READING, cases.send, words)
    again = Reading(forms=tuple(replace(one, place="elsewhere") for one in READING.forms[:2]))
    assert import_forms(again, cases.send, words) == ImportReport(known=2, cases=(in_case(2, "elsewhere"),))


def test_several_files_are_one_report_in_which_places_name_the_file() -> None:
    first = ImportReport(added=2, known=1, rejected=(NOT_READ,), passed_over=4, cases=(in_case(3, "line 1"),))
    second = ImportReport(
        added=2,
        rejected=(REFUSED,),
        passed_over=1,
        cases=(in_case(1, "line 2", "case-2"), in_case(1, "line 5")),
    )
    assert together([("a.json", first), ("b.csv", second)]) == ImportReport(
        added=4,
        known=1,
        rejected=(
            Rejected(place="a.json: line 9", reason="not JSON"),
            Rejected(place="b.csv: line 3", reason=REFUSED.reason),
        ),
        passed_over=5,
        cases=(in_case(4, "a.json: line 1"), in_case(1, "b.csv: line 2", "case-2")),
    )


def test_a_case_that_a_dry_run_would_open_is_not_named() -> None:
    def send(_: ImportedForm | TakenBack) -> Sent:
        return Sent("added", None)

    report = import_forms(Reading(forms=READING.forms[:1]), send, words)
    assert report == ImportReport(added=1, cases=())
