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


def test_each_risk_item_is_listed() -> None:
    assert told("Risk items") == {
        name: [str(item.number), str(item.review_at), urgent(item.urgent_at, item.urgent_from_total)]
        for name, one in INSTRUMENTS.items()
        for item in one.risk_items
    }


def urgent(points: int, total: int | None) -> str:
    return str(points) if total is None else f"{points}, or 1 with a total of {total} or more"
