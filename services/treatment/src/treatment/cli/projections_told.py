"""How the commands on read models tell what they found: in sentences, or as JSON."""

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from treatment.cli.read_models import number_of

if TYPE_CHECKING:
    from treatment.projections.lag import Lag
    from treatment.projections.quarantine_report import CaseHeld
    from treatment.projections.rebuild.comparing import Comparison
    from treatment.projections.rebuild.differences import Difference
    from treatment.projections.rebuild.look import Kept


def standing(lag: "Lag", cases: "list[CaseHeld]", kept: "Kept") -> dict[str, object]:
    """One read model's standing, as JSON has it."""
    return {
        **asdict(lag),
        "quarantine": {"cases": len(cases), "events": sum(case.events for case in cases)},
        "beside": asdict(kept),
    }


def standing_in_words(lag: "Lag", cases: "list[CaseHeld]", kept: "Kept") -> list[str]:
    """The same, a sentence a line: the first says how far it is."""
    from treatment.projections.lag import sentence

    told = [sentence(lag)]
    if cases:
        events = sum(case.events for case in cases)
        told.append(
            f"  quarantine: {number_of(events, 'event')} of {number_of(len(cases), 'case')}; "
            "see `casetrail quarantine list`"
        )
    match kept.rebuild:
        case "unfinished":
            told.append(
                f"  beside: a rebuild that holds {number_of(kept.held, 'event')}; "
                f"`casetrail projections rebuild {lag.projection}` goes on with it"
            )
        case "ready":
            told.append(
                f"  beside: a finished rebuild; `casetrail projections switch {lag.projection}` uses it"
            )
        case "none":
            pass
    if kept.former_since is not None:
        told.append(
            f"  former tables: kept since {kept.former_since}; "
            f"`casetrail projections back {lag.projection}` uses them again"
        )
    return told


def comparison_in_words(comparison: "Comparison", most: int) -> list[str]:
    """How many cases differ, then each with its tables and columns."""
    other = "the rebuild" if comparison.other == "rebuild" else "the former tables"
    by_case = [
        (case, list(found))
        for case, found in groupby(
            sorted(comparison.differences, key=lambda one: (one.tenant, one.case_id, one.table)),
            lambda one: (one.tenant, one.case_id),
        )
    ]
    count = number_of(len(by_case), "case")
    told = [f"{comparison.projection}: {count} with differences between the tables in use and {other}"]
    told += [
        f"  {tenant} {case_id}  {'; '.join(_difference(one, other) for one in found)}"
        for (tenant, case_id), found in by_case[:most]
    ]
    if len(by_case) > most:
        told.append(f"  and {len(by_case) - most:,} more; --most shows more, --json all")
    if comparison.left_out:
        told.append(
            f"  left out: {number_of(comparison.left_out, 'case')} with events that only one of the two holds"
        )
    if comparison.quarantined_in_use or comparison.quarantined_other:
        told.append(
            f"  in quarantine: {number_of(comparison.quarantined_in_use, 'event')} of the tables in use, "
            f"{comparison.quarantined_other:,} of {other}"
        )
    return told


def _difference(found: "Difference", other: str) -> str:
    parts = [", ".join(found.columns)] if found.columns else []
    if found.only_in_use:
        parts.append(f"{number_of(found.only_in_use, 'row')} only in use")
    if found.only_other:
        parts.append(f"{number_of(found.only_other, 'row')} only in {other}")
    return f"{found.table}: {', '.join(parts)}"
