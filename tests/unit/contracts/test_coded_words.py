"""Ids, codes and keys have one form each: what could carry prose, a name or an address is refused."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from casetrail_contracts.events.outcome import EndCode
from casetrail_contracts.events.session import TimeZoneName
from casetrail_contracts.scalars import (
    Code,
    CodeSystem,
    CodeValue,
    DefinitionRef,
    InstrumentCode,
    Reference,
    RuleKey,
    StaffId,
    Term,
)

SHA = "0" * 64
ACCEPTED: list[tuple[str, Any, str]] = [
    ("Code", Code, "depressedMood"),
    ("CodeSystem", CodeSystem, "http://snomed.info/sct"),
    ("CodeSystem", CodeSystem, "http://hl7.org/fhir/sid/icd-10"),
    ("CodeSystem", CodeSystem, "urn:oid:2.16.840.1.113883.6.96"),
    ("CodeValue", CodeValue, "F33.1"),
    ("CodeValue", CodeValue, "89204-2"),
    ("DefinitionRef", DefinitionRef, f"IPT-A-SCI@1.2#{SHA}"),
    ("DefinitionRef", DefinitionRef, f"DERS_AC@1#{SHA}"),
    ("EndCode", EndCode, "46"),
    ("InstrumentCode", InstrumentCode, "PHQ9A"),
    ("Reference", Reference, "session-12"),
    ("Reference", Reference, "PHQ9-2026-3"),
    ("Reference", Reference, "mrs_e-7"),
    ("Reference", Reference, "mother"),
    ("Reference", Reference, "7C0F2A52-5A3E-4A55-9D0E-2F6F3B1F9A10"),
    ("Reference", Reference, "7c0f2a525a3e4a559d0e2f6f3b1f9a10"),
    ("Reference", Reference, "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    ("RuleKey", RuleKey, "measureMissed/PHQ9/s-7"),
    ("RuleKey", RuleKey, "SuddenGain/PHQ9/7c0f2a52-5a3e-4a55-9d0e-2f6f3b1f9a10-0000000042"),
    ("StaffId", StaffId, "dr.no_7-x"),
    ("TimeZoneName", TimeZoneName, "America/Argentina/Buenos_Aires"),
]
REFUSED: list[tuple[str, Any, str]] = [
    ("Code", Code, "depressed mood"),
    ("Code", Code, "x" * 41),
    ("CodeSystem", CodeSystem, "http://snomed.info/sct?what was said"),
    ("CodeSystem", CodeSystem, "javascript:alert"),
    ("CodeSystem", CodeSystem, "http://user@host.example/x"),
    ("CodeValue", CodeValue, "F33 recurrent"),
    ("CodeValue", CodeValue, "1" * 31),
    ("DefinitionRef", DefinitionRef, f"IPT-16@1#{SHA[1:]}"),
    ("DefinitionRef", DefinitionRef, f"IPT-16#{SHA}"),
    ("EndCode", EndCode, "4"),
    ("EndCode", EndCode, "\uff14\uff16"),
    ("InstrumentCode", InstrumentCode, "phq9"),
    ("Reference", Reference, "Mary Jones"),
    ("Reference", Reference, "x" * 65),
    ("Reference", Reference, "hits-her"),
    ("Reference", Reference, "herHusbandHitsHerWhenDrunk"),
    ("Reference", Reference, "she-said-her-husband-hits-her-when-drunk"),
    ("Reference", Reference, "wept-when-speaking-of-mother"),
    ("Reference", Reference, "he-hits-her-1"),
    ("Term", Term, "herHusbandHitsHerWhenDrunk"),
    ("TimeZoneName", TimeZoneName, "HerHusbandHitsHer"),
    ("CodeValue", CodeValue, "herHusbandHitsHer"),
    ("RuleKey", RuleKey, "gapExceeded/the patient said"),
    ("RuleKey", RuleKey, "/x"),
    ("StaffId", StaffId, "a@b.example"),
    ("TimeZoneName", TimeZoneName, "Europe/London; drop"),
]


@pytest.mark.parametrize(
    ("form", "word"), [row[1:] for row in ACCEPTED], ids=[f"{row[0]} {row[2][:40]}" for row in ACCEPTED]
)
def test_a_word_of_the_form_is_kept_as_it_is(form: Any, word: str) -> None:
    assert TypeAdapter(form).validate_python(word) == word


@pytest.mark.parametrize(
    ("form", "word"), [row[1:] for row in REFUSED], ids=[f"{row[0]} {row[2][:40]}" for row in REFUSED]
)
def test_a_word_of_another_form_is_refused(form: Any, word: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(form).validate_python(word)


@pytest.mark.parametrize("word", ["a\n", "a\r\n", "\na"])
def test_a_line_end_is_no_part_of_a_word(word: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Reference).validate_python(word)
