"""docs/reference/outcomes.md says what the rule set says."""

import re

import pytest
from tests.pages import code, read_page, rows, sections
from tests.unit.treatment.outcomes.courses import RULES

from treatment.domain.outcomes.on_track import OnTrackCode
from treatment.domain.outcomes.reliable_change import ChangeClass

PAGE = sections(read_page("reference/outcomes.md"), 2)


def test_every_on_track_rule_has_its_row() -> None:
    assert {code(row[0])[0] for row in rows(PAGE["On track"])} == set(OnTrackCode)


def test_every_window_and_every_class_of_change_is_explained() -> None:
    windows, change = (
        PAGE["Response, remission and measures with windows"],
        PAGE["Change beyond measurement error"],
    )
    assert set(RULES.measurement.windows) <= set(code(windows))
    assert set(ChangeClass) <= set(code(change))


@pytest.mark.parametrize(
    ("instrument", "name"),
    [
        ("PHQ9", "PHQ-9"),
        ("PHQ9A", "PHQ-9 for adolescents"),
        ("PHQ8", "PHQ-8"),
        ("PHQ2", "PHQ-2"),
        ("GAD7", "GAD-7"),
        ("WSAS", "WSAS"),
        ("WHO5", "WHO-5, raw"),
        ("EPDS", "EPDS"),
        ("CESD", "CES-D"),
        ("CESDR", "CESD-R"),
        ("MSPSS", "MSPSS, mean"),
        ("CORE10", "CORE-10"),
    ],
    ids=lambda value: value if value.isalnum() else None,
)
def test_the_thresholds_of_an_instrument_stand_in_its_row(instrument: str, name: str) -> None:
    told = {
        row[0]: [re.findall(r"[0-9.]+", cell)[:1] for cell in row[1:3]]
        for row in rows(PAGE["Thresholds by instrument"])
    }
    rules = RULES.measures[instrument]
    assert told[name] == [
        [] if figure is None else [str(figure)] for figure in (rules.caseness, rules.reliable_change)
    ]
