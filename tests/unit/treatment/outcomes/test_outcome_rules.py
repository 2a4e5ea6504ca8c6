"""The rule set of outcomes, read from its file: what ships, and what is refused."""

from decimal import Decimal
from importlib.resources import files

import pytest
from tests.unit.treatment.outcomes.courses import RULES

from treatment.definitions import DefinitionFaulty, shipped_instruments
from treatment.definitions.outcome_rules import SHIPPED, read_outcome_rules
from treatment.domain.outcomes.rules import Points

CONTENT = (files("treatment.definitions") / "rule_sets" / SHIPPED).read_bytes()


def test_the_rule_set_is_named_by_the_digest_of_its_file() -> None:
    assert read_outcome_rules(SHIPPED, CONTENT) == RULES
    assert RULES.reference == f"OUTCOMES@1#{RULES.sha256}"
    changed = read_outcome_rules(SHIPPED, CONTENT + b"# a comment\n")
    assert changed.sha256 != RULES.sha256


def test_a_file_with_the_line_ends_of_another_system_says_the_same() -> None:
    assert read_outcome_rules(SHIPPED, CONTENT.replace(b"\n", b"\r\n")).measures == RULES.measures


@pytest.mark.parametrize(
    ("instrument", "caseness", "reliable_change", "mcid", "sudden_gain"),
    [
        ("PHQ9", 10, 6, 5, 6),
        ("PHQ9A", 10, 6, 5, 6),
        ("PHQ2", 3, None, None, None),
        ("PHQ8", 10, None, None, None),
        ("GAD7", 8, 4, None, None),
        ("WSAS", 10, 8, 8, None),
        ("WHO5", 12, None, Decimal("2.5"), None),
        ("EPDS", 13, 4, None, None),
        ("CESD", 16, Decimal("9.2"), None, None),
        ("CESDR", 17, None, None, None),
        ("MSPSS", None, Decimal("1.15"), None, None),
        ("CORE10", 11, 6, None, None),
        ("BDI", None, None, None, 7),
        ("BDI2", None, None, None, None),
    ],
    ids=[
        "3.1 PHQ-9",
        "3.1 PHQ-9 for adolescents",
        "3.2 PHQ-2",
        "3.2 PHQ-8",
        "3.3 GAD-7",
        "3.4 WSAS",
        "3.5 WHO-5",
        "3.6 EPDS",
        "3.7 CES-D",
        "3.7 CESD-R",
        "3.8 MSPSS",
        "3.10 CORE-10",
        "4.5 BDI",
        "4.4 BDI-II",
    ],
)
def test_the_thresholds_of_the_reference_ship(
    instrument: str,
    caseness: Points | None,
    reliable_change: Points | None,
    mcid: Points | None,
    sudden_gain: Points | None,
) -> None:
    found = RULES.measures[instrument]
    assert (found.caseness, found.reliable_change, found.mcid, found.sudden_gain) == (
        caseness,
        reliable_change,
        mcid,
        sudden_gain,
    )


INSTRUMENTS = shipped_instruments().by_code
FIGURES = ("caseness", "reliable_change", "mcid", "remission_below", "response_percent")


def test_every_instrument_but_goal_ratings_is_judged_in_its_range() -> None:
    found = {code: (one.lowest, one.highest, one.higher_is_worse) for code, one in RULES.measures.items()}
    assert found == {
        code: (one.lowest, one.highest, one.direction == "higherIsWorse")
        for code, one in INSTRUMENTS.items()
        if code not in ("GAS", "GBO")
    }


@pytest.mark.parametrize("instrument", sorted(RULES.measures))
def test_no_threshold_says_otherwise_than_the_definition_of_the_instrument(instrument: str) -> None:
    rules, thresholds = RULES.measures[instrument], INSTRUMENTS[instrument].thresholds
    told = {name: getattr(thresholds, name) for name in FIGURES}
    assert told == {name: None if told[name] is None else getattr(rules, name) for name in FIGURES}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"caseness = 10", b"casenes = 10", "measures, PHQ9, casenes: unknown field"),
        (b"percent = 25\n", b"percent = 0\n", "sudden_gains, percent"),
        (b"highest = 27", b"highest = 0", "lowest is not below highest"),
        (b"reliable_change = 6\n", b"reliable_change = -6\n", "reliable_change: not above 0"),
        (
            b"mcid = 2.5",
            b"mcid_percent = 10",
            "mcid_percent: only for an instrument on which higher is worse",
        ),
        (b'["PHQ9", "GAD7"]', b'["PHQ9", "NOPE"]', r"no section \[measures.NOPE\]"),
        (b'["PHQ9", "GAD7"]', b'["PHQ9", "BDI"]', "measures, BDI, caseness: missing"),
        (b"from_day = -60, to_day = 60", b"from_day = 60, to_day = -60", "from_day is after to_day"),
        (b"monitoring_months = 4", b"monitoring_months = 5", "monitoring_months"),
        (b"gas_rho = 0.30", b"gas_rho = 1.0", "goals, gas_rho"),
        (b'version = "1"', b'version = "2"', "must be called OUTCOMES-2.toml"),
    ],
    ids=[
        "misspelt",
        "no percentage",
        "empty range",
        "negative change",
        "direction",
        "unknown measure",
        "no cut-off",
        "window backwards",
        "uneven periods",
        "correlation of 1",
        "file name",
    ],
)
def test_a_faulty_file_is_refused_with_field_and_reason(old: bytes, new: bytes, reason: str) -> None:
    assert old in CONTENT
    with pytest.raises(DefinitionFaulty, match=reason) as refused:
        read_outcome_rules(SHIPPED, CONTENT.replace(old, new))
    assert str(refused.value).startswith(SHIPPED)
