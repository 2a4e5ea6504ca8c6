"""From a checked instrument file to the value that the domain works with."""

from decimal import Decimal
from types import MappingProxyType

from treatment.definitions.instrument_file import (
    BandFile,
    CodesFile,
    InstrumentFile,
    ItemsFile,
    SyndromeFile,
    ThresholdsFile,
)
from treatment.domain.instruments import (
    Band,
    Codes,
    Instrument,
    Items,
    RiskItem,
    Subscale,
    Syndrome,
    Thresholds,
    UnscoredItem,
)


def instrument_of(read: InstrumentFile, sha256: str) -> Instrument:
    """The instrument that the file says; the checks of `instrument_checks` have passed."""
    return Instrument(
        code=read.code,
        version=read.version,
        sha256=sha256,
        title=read.title,
        licence=read.licence,
        direction=read.direction,
        lowest=read.total.lowest,
        highest=read.total.highest,
        formula=read.total.formula,
        domains=read.total.domains,
        items=_items(read.items) if read.items else None,
        subscales=tuple(Subscale(code=one.code, items=one.items) for one in read.subscales),
        bands=tuple(_band(one) for one in read.bands),
        risk_items=tuple(RiskItem(**one.model_dump()) for one in read.risk_items),
        syndrome=_syndrome(read.syndrome, read.items) if read.syndrome and read.items else None,
        percent_per_point=read.percent_per_point,
        thresholds=_thresholds(read.thresholds),
        codes=_codes(read.codes),
        recall_days=read.recall_days,
    )


def _items(read: ItemsFile) -> Items:
    return Items(
        count=read.count,
        lowest=read.lowest,
        highest=read.highest,
        unscored=tuple(
            UnscoredItem(
                number=one.number,
                lowest=one.lowest,
                highest=one.highest,
                answers=MappingProxyType(one.answers),
            )
            for one in read.unscored
        ),
        most_missing=read.most_missing,
        most_missing_per_subscale=read.most_missing_per_subscale,
        answer_modes=read.answer_modes,
        reverse=frozenset(read.reverse),
        not_applicable=frozenset(read.not_applicable),
    )


def _band(read: BandFile) -> Band:
    begin = read.above if read.lowest is None else read.lowest
    end = read.below if read.highest is None else read.highest
    if begin is None or end is None:
        raise AssertionError("the checks have seen to both ends")
    return Band(
        code=read.code,
        lowest=begin,
        highest=end,
        open_below=read.lowest is None,
        open_above=read.highest is None,
        snomed=read.snomed,
    )


def _syndrome(read: SyndromeFile, items: ItemsFile) -> Syndrome:
    levels = dict.fromkeys(range(1, items.count + 1), read.symptom_at)
    levels |= {one.item: one.at for one in read.except_for}
    return Syndrome(
        symptom_at=tuple(levels.values()),
        core=read.core,
        major_from=read.major_from,
        other_from=read.other_from,
    )


def _thresholds(read: ThresholdsFile) -> Thresholds:
    return Thresholds(
        caseness=read.caseness,
        screening=read.screening,
        reliable_change=_plain(read.reliable_change),
        mcid=_plain(read.mcid),
        mcid_percent_of_baseline=read.mcid_percent_of_baseline,
        mcid_percentage_points=read.mcid_percentage_points,
        remission_below=read.remission_below,
        response_percent=read.response_percent,
    )


def _plain(figure: Decimal | None) -> int | Decimal | None:
    """A whole figure as an int, so that scores are compared with it quickly."""
    if figure is None:
        return None
    return int(figure) if figure == figure.to_integral_value() else figure


def _codes(read: CodesFile) -> Codes:
    return Codes(
        panel=read.panel,
        total=read.total,
        also_total=read.also_total,
        unit=read.unit,
        items=read.items,
        answers=MappingProxyType(read.answers),
        snomed=MappingProxyType(read.snomed),
    )
