"""The page about instruments says what the definitions say."""

from tests.pages import code, read_page, rows, sections

from treatment.definitions import shipped_instruments
from treatment.domain.instruments import Band, Instrument

INSTRUMENTS = shipped_instruments().by_code
PAGE = sections(read_page("reference/instruments.md"), 2)
FORMULAS = {"sum": "", "mean": "mean, ", "sumOfMax": "domains, "}


def told(section: str) -> dict[str, list[str]]:
    """The other cells of each row, by the code in its first."""
    return {code(row[0])[0]: row[1:] for row in rows(PAGE[section])}


def test_each_instrument_is_listed_with_items_range_and_direction() -> None:
    assert told("Those that ship") == {name: listed(one) for name, one in INSTRUMENTS.items()}


def listed(one: Instrument) -> list[str]:
    rule = one.items
    return [
        one.title,
        f"{rule.count}, {rule.lowest} to {rule.highest}" if rule else "total only",
        f"{FORMULAS[one.formula]}{one.lowest} to {one.highest}",
        "higher" if one.direction == "higherIsWorse" else "lower",
        str(rule.most_missing) if rule else "-",
        str(one.recall_days),
    ]


def test_each_band_is_listed() -> None:
    assert told("Bands") == {
        name: [", ".join(ends(band) for band in one.bands)] for name, one in INSTRUMENTS.items() if one.bands
    }


def ends(band: Band) -> str:
    lowest = f"above {band.lowest}" if band.open_below else str(band.lowest)
    highest = f"below {band.highest}" if band.open_above else str(band.highest)
    return f"`{band.code}` {lowest} to {highest}"


def test_each_threshold_is_listed() -> None:
    found = {name: figures(one) for name, one in INSTRUMENTS.items()}
    assert told("Thresholds") == {name: cells for name, cells in found.items() if set(cells) != {"-"}}


def figures(one: Instrument) -> list[str]:
    known = one.thresholds
    found = (known.caseness, known.screening, known.reliable_change, known.mcid, known.remission_below)
    return ["-" if figure is None else str(figure) for figure in found]


def test_3_1_to_3_8_how_far_an_instrument_can_be_trusted_is_told() -> None:
    assert told("How far they can be trusted") == {
        "PHQ9": [
            "10 or more, for major depression",
            "sensitivity 77 to 88 %, specificity 88 to 94 % [S49]",
        ],
        "PHQ8": ["the same", "sensitivity 88 %, specificity 88 % [S49]"],
        "GAD7": ["10 or more, for an anxiety disorder", "sensitivity 89 %, specificity 82 % [S49]"],
        "WSAS": ["reliability", "alpha 0.70 to 0.94, retest 0.73 [S60]"],
        "MSPSS": ["reliability", "alpha 0.88, retest 0.85 [GK]"],
    }


def test_each_risk_item_is_listed() -> None:
    assert told("Risk items") == {
        name: [str(item.number), str(item.review_at), urgent(item.urgent_at, item.urgent_from_total)]
        for name, one in INSTRUMENTS.items()
        for item in one.risk_items
    }


def urgent(points: int, total: int | None) -> str:
    return str(points) if total is None else f"{points}, or 1 with a total of {total} or more"
