"""QuestionnaireResponses as real senders write them (domain reference 3.1, 3.3, 3.11, 6.2, 8.3)."""

import json
from collections.abc import Callable

import pytest
from tests.unit.treatment.imports.fhir import (
    DATA,
    INSTRUMENTS,
    PHQ9_ITEMS,
    Resource,
    coded,
    form,
    item,
    read,
    rejection,
    response,
)

from treatment.fhir.links import read_links
from treatment.fhir.reader import read_bundle
from treatment.fhir.responses import NOT_RECOGNISED
from treatment.fhir.vocabulary import vocabulary
from treatment.imports.form import Reading, TakenBack
from treatment.imports.mapping import MappingFaulty

ANSWERS = (0, 0, 0, 1, 2, 1, 3, 2, 1)
RESPONSE = "QuestionnaireResponse/q-1"
PLACE = "the file (QuestionnaireResponse)"


def whole(link: Callable[[int, str], str], *, definition: bool = False) -> list[Resource]:
    """All nine items, coded, with linkIds or definitions of this kind."""
    return [
        item(f"a{number}", coded(answer), definition=link(number, code))
        if definition
        else item(link(number, code), coded(answer))
        for number, (code, answer) in enumerate(zip(PHQ9_ITEMS, ANSWERS, strict=True), start=1)
    ]


@pytest.mark.parametrize(
    "sent",
    [
        whole(lambda _, code: code),
        whole(lambda _, code: f"/{code}"),
        whole(lambda _, code: f"/44249-1/{code}"),
        whole(lambda _, code: f"loinc_{code}"),
        whole(lambda number, _: f"phq9.{number}"),
        whole(lambda number, _: f"PHQ-9.{number}"),
        whole(lambda _, code: f"http://loinc.org/{code}", definition=True),
        whole(lambda number, _: f"https://clinic.example/Questionnaire/x#phq9.{number}", definition=True),
        whole(lambda _, code: code)[::-1],
        [{"linkId": "g", "item": [{"linkId": "h", "item": whole(lambda _, code: code)}]}],
        [item("intro", {"valueBoolean": True, "item": whole(lambda _, code: code)})],
    ],
    ids=[
        "LOINC",
        "/LOINC",
        "path of LOINC codes",
        "prefix and LOINC",
        "our keys",
        "our keys, written otherwise",
        "definition with LOINC",
        "definition with our key",
        "in another order",
        "in groups",
        "within an answer",
    ],
)
def test_an_item_is_recognised_by_its_code_or_key(sent: list[Resource]) -> None:
    expected = form(source=RESPONSE, place=PLACE, items=ANSWERS, items_sent=True)
    assert read(response(*sent)).forms == (expected,)


@pytest.mark.parametrize(
    "answer",
    [
        {"valueInteger": 2},
        {"valueDecimal": 2.0},
        {"valueString": "2"},
        {"valueCoding": {"code": "LA6570-1"}},
        {"valueQuantity": {"value": 2}},
        coded(2)
        | {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}]},
    ],
    ids=str,
)
def test_an_answer_is_read_in_whatever_type_it_comes(answer: Resource) -> None:
    (found,) = read(response(item("phq9.9", answer))).forms
    assert found.items == (None,) * 8 + (2,)


@pytest.mark.parametrize(
    ("answer", "points"),
    [("LA6572-7", 0), ("LA6573-5", 1), ("LA6575-0", 2), ("LA6574-3", 3)],
)
def test_the_codes_of_difficulty_are_not_in_order(answer: str, points: int) -> None:
    """Domain reference 3.1."""
    (found,) = read(
        response(*whole(lambda _, code: code), item("69722-7", {"valueCoding": {"code": answer}}))
    ).forms
    assert found.items == (*ANSWERS, points)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"valueInteger": 4}, "item 9 of PHQ9 is outside 0 to 3"),
        ({"valueDecimal": 1.5}, "item 9 of PHQ9: the value is not a whole number"),
        ({"valueString": "often"}, "item 9 of PHQ9: the value is not a whole number"),
        ({"valueCoding": {"code": "2"}}, "item 9 of PHQ9: the answer's code is not in the table of answers"),
        (
            {"valueCoding": {"code": "LA6573-5"}},
            "item 9 of PHQ9: the answer's code is not in the table of answers",
        ),
        ({"valueDate": "2026-03-02"}, "item 9 of PHQ9: the value is of a type that no score has"),
    ],
    ids=["out of range", "half a point", "a word", "a local code", "a code of difficulty", "a date"],
)
def test_an_answer_that_is_none_is_rejected_with_its_item(answer: Resource, reason: str) -> None:
    assert rejection(response(item("44260-8", answer))) == reason


def test_an_item_has_one_answer() -> None:
    two = {"linkId": "44260-8", "answer": [coded(0), coded(3)]}
    assert rejection(response(two)) == "item 9 of PHQ9 has more than one answer"
    apart = [item("44260-8", coded(0)), item("phq9.9", coded(3))]
    assert rejection(response(*apart)) == "item 9 of PHQ9 is answered twice, differently"


def test_item_9_skipped_is_missing_and_not_zero() -> None:
    """Domain reference 8.3: PHQ-9 by phone with item 9 skipped."""
    (found,) = read(response(*whole(lambda _, code: code)[:8])).forms
    assert found.items == (*ANSWERS[:8], None)


@pytest.mark.parametrize("link", ["44261-6", "/44261-6", "phq9.total"])
def test_a_total_that_disagrees_with_its_items_is_kept_as_reported(link: str) -> None:
    """Domain reference 3.11."""
    (found,) = read(response(*whole(lambda _, code: code), item(link, {"valueDecimal": 12.0}))).forms
    assert (found.items, found.reported_total) == (ANSWERS, 12)


def test_one_response_can_hold_two_questionnaires() -> None:
    """The free text beside them is no answer, and nowhere in what was read."""
    content = (DATA / "response-of-two-questionnaires.json").read_bytes()
    reading = read_bundle(content, INSTRUMENTS)
    assert {(one.instrument, one.items, one.reported_total) for one in reading.forms} == {
        ("PHQ9", (*ANSWERS, 2), 12),
        ("GAD7", (0, 0, 1, 1, 0, 3, 0), None),
    }
    assert len({one.assessment_id for one in reading.forms}) == 2
    assert "stays outside" not in repr(reading)


def test_items_of_an_instrument_that_is_taken_by_its_total_are_known_to_have_been_there() -> None:
    """Domain reference 3.6: points and positions of EPDS differ, and FHIR does not say which these are."""
    items = [item(f"epds.{number}", {"valueInteger": 1}) for number in range(1, 11)]
    (found,) = read(response(*items, item("99046-5", {"valueInteger": 10}))).forms
    assert (found.items, found.items_sent, found.reported_total) == (None, True, 10)
    assert rejection(response(*items)) == "EPDS: its answers cannot be used, and no total was sent"


@pytest.mark.parametrize(
    "canonical",
    [
        "http://loinc.org/q/44249-1",
        "https://clinic.example/fhir/Questionnaire/44249-1|2.1",
        "https://clinic.example/fhir/Questionnaire/phq-9",
        "PHQ9",
    ],
)
def test_the_questionnaire_tells_two_items_of_phq_9_from_phq_2(canonical: str) -> None:
    sent = response(item("44250-9", coded(1)), item("44255-8", coded(2)), questionnaire=canonical)
    (found,) = read(sent).forms
    assert (found.instrument, found.items) == ("PHQ9", (1, 2, *(None,) * 7))


@pytest.mark.parametrize(
    ("sent", "instrument"),
    [
        (
            response(
                *whole(lambda _, code: code)[:8], questionnaire="https://clinic.example/Questionnaire/phq-8"
            ),
            "PHQ8",
        ),
        (response(*[item(f"phq8.{number}", coded(1)) for number in range(1, 9)]), "PHQ8"),
        (response(*whole(lambda _, code: code)[:8]), "PHQ9"),
    ],
    ids=["the questionnaire says so", "the keys say so", "nothing says so"],
)
def test_phq_8_is_taken_only_where_it_is_named(sent: Resource, instrument: str) -> None:
    """Domain reference 3.2: it is no way around the question about risk."""
    assert [one.instrument for one in read(sent).forms] == [instrument]


def test_the_form_of_a_minor_keeps_its_answers() -> None:
    """Domain reference 6.2: the total of the teenagers' version beside the items of PHQ-9."""
    minor = {"resourceType": "Patient", "id": "p-1", "birthDate": "2010-01-01"}
    difficulty = item("69722-7", {"valueCoding": {"code": "LA6573-5"}})
    sent = response(*whole(lambda _, code: code), difficulty, item("89204-2", {"valueInteger": 10}))
    (found,) = read(sent, minor).forms
    assert (found.instrument, found.items, found.reported_total) == ("PHQ9A", ANSWERS, 10)


def test_the_total_of_phq_2_within_phq_9_is_no_form_of_its_own() -> None:
    (found,) = read(response(*whole(lambda _, code: code), item("55758-7", {"valueInteger": 0}))).forms
    assert (found.instrument, found.items, found.reported_total) == ("PHQ9", ANSWERS, None)


@pytest.mark.parametrize("questionnaire", [None, "http://loinc.org/q/44249-1"])
def test_linkids_that_say_nothing_are_not_guessed_by_their_place(questionnaire: str | None) -> None:
    """Domain reference 8.3, linkId mismatch: the codes are not in the order of their numbers."""
    unnamed = whole(lambda number, _: str(number))
    assert rejection(response(*unnamed, questionnaire=questionnaire)) == NOT_RECOGNISED


def test_an_item_does_not_count_as_missing_while_its_answer_is_not_understood() -> None:
    sent = [*whole(lambda _, code: code)[:8], item("the-ninth", coded(3))]
    assert rejection(response(*sent)) == NOT_RECOGNISED


@pytest.mark.parametrize(("status", "standing"), [("completed", "said"), ("amended", "corrected")])
def test_a_status_that_counts(status: str, standing: str) -> None:
    (found,) = read(response(item("phq9.9", coded(1)), status=status)).forms
    assert found.standing == standing


@pytest.mark.parametrize(
    "sent",
    [
        response(item("phq9.9", coded(1)), status="entered-in-error"),
        response(status="entered-in-error", questionnaire="https://clinic.example/Questionnaire/phq-9"),
    ],
    ids=["with its answers", "emptied, and known by its questionnaire"],
)
def test_a_response_that_was_entered_in_error_is_taken_back(sent: Resource) -> None:
    known = form(source=RESPONSE)
    assert read(sent) == Reading(
        taken_back=(TakenBack(subject=known.subject, origin=known.origin, place=PLACE),)
    )


QUESTIONS = [item("LittleInterest", {"valueInteger": 2}), item("TotalScore", {"valueInteger": 12})]


@pytest.mark.parametrize(
    ("name", "instrument"),
    [
        ("phq-9-questionnaire", "PHQ9"),
        ("PHQ9Questionnaire|2.0", "PHQ9"),
        ("clinic_phq9_v2", "PHQ9"),
        ("phq-9-a", "PHQ9A"),
        ("gad7.short", "GAD7"),
    ],
)
def test_a_longer_name_still_names_the_instrument(name: str, instrument: str) -> None:
    words = vocabulary(INSTRUMENTS)
    assert words.named_by(f"https://clinic.example/Questionnaire/{name}") == {instrument}


@pytest.mark.parametrize("name", ["phq-99", "kids-first", "questionnaire", ""])
def test_a_name_that_only_looks_alike_names_none(name: str) -> None:
    assert vocabulary(INSTRUMENTS).named_by(name) == frozenset()


def test_a_form_that_is_named_and_not_understood_is_rejected_and_not_passed_over() -> None:
    sent = response(*QUESTIONS, questionnaire="https://clinic.example/Questionnaire/phq-9-questionnaire")
    assert rejection(sent) == NOT_RECOGNISED


def test_an_item_of_a_named_form_is_not_missing_while_a_number_is_not_understood() -> None:
    sent = [*whole(lambda number, _: f"phq9.{number}")[:8], item("Suicidality", {"valueInteger": 2})]
    assert rejection(response(*sent, questionnaire="phq-9-questionnaire")) == NOT_RECOGNISED


LINKS = b"""
[[questionnaires]]
name = "phq-9-questionnaire"
[questionnaires.links]
LittleInterest = "PHQ-9.1"
TotalScore = "44261-6"
"""


def test_a_table_of_links_says_which_linkid_is_which_item() -> None:
    links = read_links("links.toml", LINKS, INSTRUMENTS)
    sent = json.dumps(
        response(*QUESTIONS, questionnaire="https://clinic.example/phq-9-questionnaire|3")
    ).encode()
    (found,) = read_bundle(sent, INSTRUMENTS, links=links).forms
    assert (found.items, found.reported_total) == ((2, *(None,) * 8), 12)
    other = json.dumps(response(*QUESTIONS, questionnaire="https://clinic.example/phq-9")).encode()
    assert [one.reason for one in read_bundle(other, INSTRUMENTS, links=links).rejected] == [NOT_RECOGNISED]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "links.toml: questionnaires: it is needed, and is missing"),
        (b"\xff", "links.toml: not UTF-8; save it again as UTF-8"),
        (b"x = ", "links.toml: not TOML: "),
        (LINKS.replace(b"44261-6", b"phq9.sum"), "TotalScore: no installed form has phq9.sum; write a key"),
        (LINKS + b"[other]\n", "links.toml: other: there is no such key"),
    ],
)
def test_a_faulty_table_of_links_is_told_with_its_place(content: bytes, said: str) -> None:
    with pytest.raises(MappingFaulty) as faulty:
        read_links("links.toml", content, INSTRUMENTS)
    assert said in str(faulty.value)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "in-progress"}, "status in-progress does not count, only completed, amended"),
        ({"status": "stopped"}, "status stopped does not count, only completed, amended"),
        ({"authored": None}, "it is not said when the form was taken (authored)"),
        ({"subject": None}, "no patient is named"),
        ({"item": [], "questionnaire": "PHQ9"}, "no answer to any question of the form"),
        ({"item": [{"linkId": "44260-8", "answer": [{}]}]}, "PHQ9: neither total nor answer"),
    ],
    ids=str,
)
def test_what_is_no_completed_form_is_rejected(fields: Resource, reason: str) -> None:
    assert rejection(response(**({"item": [item("phq9.9", coded(1))]} | fields))) == reason


def test_a_response_about_something_else_is_passed_over() -> None:
    reading = read(response(item("allergies", {"valueString": "none"}), status="in-progress"))
    assert (reading.forms, reading.rejected, reading.passed_over) == ((), (), 1)
