"""What the parts of an instrument's file must be to each other: bands without gap, known items, ranges."""

from collections.abc import Iterable, Iterator

from treatment.definitions.instrument_file import BandFile, InstrumentFile, ItemsFile


def faults(read: InstrumentFile) -> Iterator[str]:
    """Each fault as field, reason and cure; none when the file can be used."""
    yield from _bands(read)
    yield from _thresholds(read)
    if read.items is None:
        yield from _without_items(read)
        return
    yield from _range(read, read.items)
    yield from _numbers(read, read.items)
    yield from _unscored(read.items)
    yield from _risk(read)
    yield from _codes(read, read.items)


def _bands(read: InstrumentFile) -> Iterator[str]:
    """The bands cover the whole range, each beginning where the one before ends."""
    for place, band in enumerate(read.bands, start=1):
        if (band.lowest is None) == (band.above is None) or (band.highest is None) == (band.below is None):
            yield f"bands {place}: say `lowest` or `above`, and `highest` or `below`"
            return
    if not read.bands:
        return
    if read.bands[0].lowest != read.total.lowest:
        yield f"bands 1: begin with lowest = {read.total.lowest}, as total does"
    if read.bands[-1].highest != read.total.highest:
        yield f"bands {len(read.bands)}: end with highest = {read.total.highest}, as total does"
    whole = read.total.formula != "mean"
    for place, (band, after) in enumerate(zip(read.bands, read.bands[1:], strict=False), start=2):
        if not _meet(band, after, whole=whole):
            yield f"bands {place}: does not begin where the band before it ends; close the gap or the overlap"


def _meet(band: BandFile, after: BandFile, *, whole: bool) -> bool:
    """Whether every score between the two belongs to exactly one of them."""
    if whole and band.highest is not None and after.lowest is not None:
        return after.lowest == band.highest + 1
    if band.below is not None:
        return after.lowest == band.below
    return after.above is not None and after.above == band.highest


def _thresholds(read: InstrumentFile) -> Iterator[str]:
    figures = read.thresholds
    named = [("caseness", figures.caseness), ("screening", figures.screening)]
    for field, figure in [*named, ("remission_below", figures.remission_below)]:
        if figure is not None and not read.total.lowest <= figure <= read.total.highest:
            yield f"thresholds, {field}: no total is {figure}; take one of the range of total"


def _without_items(read: InstrumentFile) -> Iterator[str]:
    if read.subscales or read.syndrome or read.total.domains:
        yield "items: missing; subscales, syndrome and domains need them"


def _range(read: InstrumentFile, items: ItemsFile) -> Iterator[str]:
    """The total's range is what its formula makes of the items' range."""
    domains = read.total.domains
    if (read.total.formula == "sumOfMax") != bool(domains):
        yield "total, domains: they belong to formula sumOfMax, and it needs them"
    if domains and sorted(_all(domains)) != list(range(1, items.count + 1)):
        yield "total, domains: name each item once"
    factor = {"sum": items.count, "mean": 1, "sumOfMax": len(domains)}[read.total.formula]
    ends = (items.lowest * factor, items.highest * factor)
    if (read.total.lowest, read.total.highest) != ends:
        yield f"total: these items come to {ends[0]} to {ends[1]}; correct the range or the items"


def _numbers(read: InstrumentFile, items: ItemsFile) -> Iterator[str]:
    named = {
        "items, reverse": items.reverse,
        "items, not_applicable": items.not_applicable,
        "subscales": tuple(_all(one.items for one in read.subscales)),
        "risk_items": tuple(one.number for one in read.risk_items),
        "syndrome": (*read.syndrome.core, *(one.item for one in read.syndrome.except_for))
        if read.syndrome
        else (),
    }
    for field, numbers in named.items():
        if len(set(numbers)) != len(numbers):
            yield f"{field}: an item is named twice; name it once"
        if any(number > items.count for number in numbers):
            yield f"{field}: only items 1 to {items.count} count; correct the number"
    if bool(items.reverse) == (set(items.answer_modes) == {"score"}):
        yield "items, answer_modes: name raw or position where items are reversed, and only there"


def _all(groups: Iterable[Iterable[int]]) -> Iterator[int]:
    for group in groups:
        yield from group


def _unscored(items: ItemsFile) -> Iterator[str]:
    numbers = [item.number for item in items.unscored]
    if numbers != list(range(items.count + 1, items.count + 1 + len(numbers))):
        yield f"items, unscored: number them from {items.count + 1}, after those that count"


def _risk(read: InstrumentFile) -> Iterator[str]:
    for place, item in enumerate(read.risk_items, start=1):
        if item.urgent_at < item.review_at:
            yield f"risk_items {place}, urgent_at: is below review_at; exchange them"


def _codes(read: InstrumentFile, items: ItemsFile) -> Iterator[str]:
    asked = items.count + len(items.unscored)
    if read.codes.items and len(read.codes.items) != asked:
        yield f"codes, items: {len(read.codes.items)} codes for {asked} items; name one for each"
    wrong = [code for code, point in read.codes.answers.items() if not items.lowest <= point <= items.highest]
    if wrong:
        yield f"codes, answers: {wrong[0]} is outside {items.lowest} to {items.highest}; correct it"
