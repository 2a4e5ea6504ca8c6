"""Which codes name which form, item and answer: those of the definitions, and our keys such as `phq9.1`."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from treatment.definitions import Instruments
from treatment.domain.instruments import Instrument
from treatment.fhir.values import Node, parts, text

SYSTEMS = frozenset(
    {
        "http://loinc.org",
        "https://loinc.org",
        "urn:oid:2.16.840.1.113883.6.1",
        "http://snomed.info/sct",
        "urn:oid:2.16.840.1.113883.6.96",
    }
)
"""LOINC and SNOMED CT, by the addresses that senders write. Codes of the two never look alike."""
ADULTS = {"PHQ9A": "PHQ9"}
"""Versions for the young whose codes senders use for adults too (domain reference 6.2)."""
_MOST_ITEMS = 40
_LOINC_AT_THE_END = re.compile(r"(?:^|[^0-9])([0-9]{3,7}-[0-9])$", re.ASCII)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", re.ASCII)
_OUR_KEY_AT_THE_END = re.compile(r"(?:^|[/#|])([a-z][a-z0-9_-]{0,19})\.(total|[1-9][0-9]?)$", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCodes:
    """How one installed instrument is recognised."""

    instrument: Instrument
    size: int
    """How many items it has."""
    scored: int
    """How many of them count; they come first."""
    totals: frozenset[str]
    panels: frozenset[str]
    numbers: Mapping[str, int]
    """Item numbers by LOINC code and by our own key."""

    def covered(self, keys: AbstractSet[str], *, named: bool) -> set[str]:
        """Which of the keys are items of this form.

        PHQ-8 is PHQ-9 without the item about risk, and has neither panel nor total of its own. It is
        taken only where it is named: else a PHQ-9 whose item 9 was skipped would pass for one.
        """
        found = keys & self.numbers.keys()
        anonymous = not self.instrument.codes.panel and not self.instrument.codes.total
        return {key for key in found if "." in key} if anonymous and not named else found

    def worth(self, item: str, code: str) -> int | None:
        """What the code of an answer stands for at an item; None when it is no answer to it."""
        return self.instrument.answer_of(self.numbers[item], code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Everything by which forms are recognised."""

    forms: tuple[FormCodes, ...]
    items: frozenset[str]
    """The codes of all items of all forms."""
    scale_answers: frozenset[str]
    """Codes of answers that only our questionnaires have."""
    young: Mapping[str, FormCodes]
    """By code of a total or panel that the adults' form has taken over, the form that it is for the young."""
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By the end of a questionnaire's address, which linkId of it is which item or total."""

    def worth(self, item: str, code: str) -> int | None:
        """What the code of an answer stands for, whichever form the item is on."""
        forms = [form for form in self.forms if item in form.numbers]
        return next((worth for form in forms if (worth := form.worth(item, code)) is not None), None)

    def codes(self, concept: Node) -> list[str]:
        """The codes of a CodeableConcept. A coding without a system is taken at its word."""
        codings = parts(concept, "coding")
        return [text(one, "code") for one in codings if text(one, "system") in {"", *SYSTEMS}]

    def covering(self, keys: AbstractSet[str], named: AbstractSet[str]) -> list[FormCodes]:
        """The forms to which items belong, each item to one: the form that has most of them comes first.

        PHQ-2 and PHQ-9 share items. Equal covers go to the form that is `named`, then to the shorter one.
        """
        left, found = set(keys), list[FormCodes]()
        while left:
            covers = [
                (len(form.covered(left, named=is_named)), is_named, -form.size, form)
                for form in self.forms
                for is_named in [form.instrument.code in named]
            ]
            covered, *_, best = max(covers, key=lambda cover: cover[:3], default=(0, None))
            if best is None or covered == 0:
                break
            found.append(best)
            left -= best.numbers.keys()
        return found

    def named_by(self, canonical: str) -> frozenset[str]:
        """The instruments that a questionnaire's address ends with, by panel code or by name.

        A name may say more: `phq-9-questionnaire` names PHQ9, and `PHQ9A-2024` PHQ9A, not PHQ9.
        """
        last = last_of(canonical)
        words = [word.lower() for word in _WORDS.findall(last)]
        runs = {"".join(words[first:end]) for end in range(len(words) + 1) for first in range(end)}
        by_name = {form.instrument.code: _plain(form.instrument.code) for form in self.forms}
        said = {code for code, name in by_name.items() if name in runs}
        longest = {
            code
            for code in said
            if not any(by_name[code] in by_name[other] for other in said if other != code)
        }
        coded = {form.instrument.code for form in self.forms if last in form.panels | form.totals}
        return frozenset(longest | coded)

    def links_of(self, canonical: str) -> Mapping[str, str]:
        """Which linkId of a questionnaire is which item or total, as far as it was said."""
        return self.links.get(last_of(canonical), {})


def last_of(canonical: str) -> str:
    """What a questionnaire's address ends with, without its version."""
    return canonical.partition("|")[0].rstrip("/").rpartition("/")[2]


def key_at_the_end(address: str) -> str:
    """The LOINC code or own key with which a linkId or definition ends: `/44250-9`, `phq9.1`; or none."""
    loinc = _LOINC_AT_THE_END.search(address[-100:])
    if loinc:
        return loinc[1]
    ours = _OUR_KEY_AT_THE_END.search(address[-100:].lower())
    return f"{_plain(ours[1])}.{ours[2]}" if ours else ""


def vocabulary(instruments: Instruments) -> Vocabulary:
    """The codes of the installed instruments."""
    by_code = {code: _form(instrument) for code, instrument in sorted(instruments.by_code.items())}
    young: dict[str, FormCodes] = {}
    for code, adults in ADULTS.items():
        if code in by_code and adults in by_code:
            form, adult = by_code[code], by_code[adults]
            own = frozenset(total for total in form.totals if "." in total)
            young |= dict.fromkeys((form.totals - own) | form.panels, form)
            by_code[code] = replace(form, totals=own, panels=frozenset())
            by_code[adults] = replace(
                adult, totals=adult.totals | (form.totals - own), panels=adult.panels | form.panels
            )
    return Vocabulary(
        forms=tuple(by_code.values()),
        items=frozenset(key for form in by_code.values() for key in form.numbers),
        scale_answers=frozenset(code for form in by_code.values() for code in form.instrument.codes.answers),
        young=young,
    )


def _form(instrument: Instrument) -> FormCodes:
    codes, rule = instrument.codes, instrument.items
    size = rule.count + len(rule.unscored) if rule else len(codes.items) or _MOST_ITEMS
    keys = {instrument.item_key(number): number for number in range(1, size + 1)}
    scores = [code for names, code in codes.snomed.items() if "score" in names.lower()]
    loinc = [code for code in (codes.total, *codes.also_total) if code]
    return FormCodes(
        instrument=instrument,
        size=size,
        scored=rule.count if rule else len(codes.items),
        totals=frozenset({*loinc, *scores, f"{_plain(instrument.code)}.total"}),
        panels=frozenset({codes.panel} if codes.panel else ()),
        numbers={_plain(key): number for key, number in keys.items()}
        | {code: number for number, code in enumerate(codes.items, start=1)},
    )


def _plain(key: str) -> str:
    """Senders write `phq-9.1` as well as `PHQ9.1`."""
    return re.sub(r"[_-]", "", key.lower())
