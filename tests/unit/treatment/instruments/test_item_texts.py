"""Item wording: only where the owner lets it be shipped, with the owner's notice (domain reference 3.0)."""

import pytest

from treatment.definitions import DefinitionFaulty, shipped_instruments
from treatment.definitions.item_texts import Questionnaire, read_item_texts, shipped_item_texts

INSTRUMENTS = shipped_instruments()
TEXTS = shipped_item_texts(INSTRUMENTS)
GOOD = """instrument = "PHQ2"
language = "de"
licence = "none"
question = "?"
options = ["0", "1", "2", "3"]
items = ["1", "2"]
"""


def test_only_these_wordings_are_shipped() -> None:
    assert set(TEXTS) == {("PHQ9", "en"), ("PHQ8", "en"), ("PHQ2", "en"), ("GAD7", "en")}


@pytest.mark.parametrize("text", TEXTS.values(), ids=lambda one: one.instrument)
def test_the_owners_notice_stays_with_the_wording(text: Questionnaire) -> None:
    assert "No permission required to reproduce, translate, display or distribute" in text.licence
    assert "Pfizer" in text.licence


@pytest.mark.parametrize("text", TEXTS.values(), ids=lambda one: one.instrument)
def test_the_lowest_answer_is_not_at_all(text: Questionnaire) -> None:
    assert text.items[0].options == (
        "Not at all",
        "Several days",
        "More than half the days",
        "Nearly every day",
    )


def test_phq9_asks_for_self_harm_ninth_and_for_difficulty_last() -> None:
    items = TEXTS["PHQ9", "en"].items
    assert [item.number for item in items] == list(range(1, 11))
    assert "hurting yourself" in items[8].text
    assert items[9].options == (
        "Not difficult at all",
        "Somewhat difficult",
        "Very difficult",
        "Extremely difficult",
    )


def test_gad7_asks_for_irritability_sixth_and_for_fear_seventh() -> None:
    items = TEXTS["GAD7", "en"].items
    assert ("irritable" in items[5].text, "afraid" in items[6].text) == (True, True)


def test_phq8_and_phq2_are_the_first_items_of_phq9() -> None:
    phq9, phq8, phq2 = (TEXTS[code, "en"].items for code in ("PHQ9", "PHQ8", "PHQ2"))
    assert (phq8, phq2) == (phq9[:8], phq9[:2])


def test_a_service_can_bring_its_own_translation() -> None:
    assert read_item_texts("PHQ2-de.toml", GOOD.encode(), INSTRUMENTS).language == "de"


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        pytest.param("PHQ2-en.toml", GOOD, "the file must be called PHQ2-de.toml", id="name"),
        pytest.param(
            "BDI-de.toml",
            GOOD.replace("PHQ2", "BDI"),
            "instrument: BDI is not installed, or has no items",
            id="no items",
        ),
        pytest.param(
            "PHQ2-de.toml",
            GOOD.replace('"1", "2"]', '"1"]'),
            "items: 1 texts for 2 items",
            id="a text too few",
        ),
        pytest.param(
            "PHQ2-de.toml", GOOD.replace('"0", ', ""), "options: 3 for answers 0 to 3", id="an option too few"
        ),
        pytest.param(
            "PHQ2-de.toml",
            GOOD + '[[unscored]]\ntext = "3"\noptions = ["0", "1"]\n',
            "unscored: give each item that is not counted",
            id="an item too many",
        ),
    ],
)
def test_a_faulty_wording_is_named(name: str, text: str, fault: str) -> None:
    with pytest.raises(DefinitionFaulty) as refused:
        read_item_texts(name, text.encode(), INSTRUMENTS)
    assert str(refused.value).startswith(f"{name}: {fault}")
