"""What became of an import: the rest goes in, and whatever did not is listed."""

from dataclasses import replace

from tests.unit.treatment.imports.fhir import form

from treatment.domain.refusals import AlreadyRecorded, Refusal
from treatment.imports.form import ImportedForm, Reading, Rejected
from treatment.imports.report import ImportReport, Outcome, import_forms, together

NOT_READ = Rejected(place="line 9", reason="not JSON")
REFUSED = Rejected(place="line 3", reason="said otherwise")


class Cases:
    """Keeps forms as a case does: the same again is known, the same with another total is refused."""

    def __init__(self) -> None:
        self.kept: dict[str, ImportedForm] = {}

    def send(self, sent: ImportedForm) -> Outcome:
        known = self.kept.setdefault(sent.assessment_id, sent)
        if known.reported_total != sent.reported_total:
            raise AlreadyRecorded("assessment", sent.assessment_id)
        return "added" if known is sent else "known"


def words(refusal: Refusal) -> str:
    assert isinstance(refusal, AlreadyRecorded)
    return "said otherwise"


READING = Reading(
    forms=(
        form(place="line 1", reported_total=5),
        form(place="line 2", reported_total=6, source="fhir|Observation/o-2"),
        form(place="line 3", reported_total=7),
    ),
    rejected=(NOT_READ,),
    passed_over=4,
)


def test_a_refused_form_is_listed_and_the_rest_goes_in() -> None:
    report = import_forms(READING, Cases().send, words)
    assert report == ImportReport(added=2, known=0, rejected=(NOT_READ, REFUSED), passed_over=4)


def test_the_same_file_twice_adds_nothing() -> None:
    cases = Cases()
    import_forms(READING, cases.send, words)
    again = Reading(forms=tuple(replace(one, place="elsewhere") for one in READING.forms[:2]))
    assert import_forms(again, cases.send, words) == ImportReport(known=2)


def test_several_files_are_one_report_in_which_places_name_the_file() -> None:
    first = ImportReport(added=2, known=1, rejected=(NOT_READ,), passed_over=4)
    second = ImportReport(added=1, rejected=(REFUSED,), passed_over=1)
    assert together([("a.json", first), ("b.csv", second)]) == ImportReport(
        added=3,
        known=1,
        rejected=(
            Rejected(place="a.json: line 9", reason="not JSON"),
            Rejected(place="b.csv: line 3", reason="said otherwise"),
        ),
        passed_over=5,
    )
