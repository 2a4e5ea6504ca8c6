"""What makes a derived fact the same fact: a key, so that each is told once and can be found again."""

from typing import assert_never

from casetrail_contracts.events.care import ReviewNeeded, RiskItemUnanswered
from casetrail_contracts.events.outcome import (
    DeteriorationDetected,
    NotOnTrackSignalled,
    RecurrenceSuspected,
    ReliableDeteriorationReached,
    ReliableImprovementReached,
    RemissionReached,
    SuddenGainDetected,
    SuddenGainReversed,
)
from casetrail_contracts.events.protocol import ProtocolDeviationDetected

Keyed = (
    ReliableImprovementReached
    | ReliableDeteriorationReached
    | RemissionReached
    | DeteriorationDetected
    | NotOnTrackSignalled
    | RecurrenceSuspected
    | SuddenGainDetected
    | SuddenGainReversed
    | ProtocolDeviationDetected
)


def derived_key(payload: Keyed) -> str:
    """The key of a derived fact."""
    match payload:
        case NotOnTrackSignalled():
            return f"NotOnTrack/{payload.instrument}/{payload.rule}"
        case SuddenGainDetected() | ProtocolDeviationDetected():
            return payload.key
        case SuddenGainReversed():
            return f"SuddenGainReversed/{payload.gain}"
        case (
            ReliableImprovementReached()
            | ReliableDeteriorationReached()
            | RemissionReached()
            | DeteriorationDetected()
            | RecurrenceSuspected()
        ):
            return f"{type(payload).__name__}/{payload.instrument}"
        case _:
            assert_never(payload)


def unanswered_key(payload: RiskItemUnanswered) -> str:
    """One per form whose risk item was left out; one per case where only totals are known."""
    return f"RiskItemUnanswered/{payload.assessment_id if payload.known == 'no' else 'totals'}"


def review_key(payload: ReviewNeeded) -> str:
    """One per rule, event that is to be reviewed, and what of it is."""
    return "/".join(filter(None, ("ReviewNeeded", payload.rule, payload.about, payload.key)))
