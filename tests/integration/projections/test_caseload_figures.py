"""The figures of the caseload: what is counted, after corrections, reviews and answers to flags."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.builders import (
    START,
    amended,
    because,
    flagged,
    goals_set,
    missed,
    not_on_track,
    rescored,
    scored,
    session,
    taken_back,
    withdrawn,
)
from tests.integration.projections.one_case import nth, row

from casetrail_contracts import Payload
from casetrail_contracts.events.care import (
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagResolved,
    RiskLevel,
    RiskOutcome,
)
from casetrail_contracts.events.correction import Replacement
from casetrail_contracts.events.tactics import TacticAdapted
from casetrail_contracts.scalars import Moment
from treatment.projections.caseload_query import LastScore, OpenRisk
from treatment.store.database import Database

FLAG = flagged(1, nth(1)).flag_id
ACKNOWLEDGED = RiskFlagAcknowledged(flag_id=FLAG, acknowledged_by="supervisor-1")
RESOLVED = RiskFlagResolved(flag_id=FLAG, outcome=RiskOutcome.SAFETY_PLAN_CREATED)


def last(total: int) -> LastScore:
    return LastScore(instrument="BDI", total=total, mean=None, band=None, taken_at=Moment(START))


@pytest.mark.parametrize(
    ("payloads", "counted"),
    [
        pytest.param((session("s-1"), session("s-2"), missed("ap-3")), (2, 1), id="held and missed"),
        pytest.param((session("s-1"), missed("ap-2"), taken_back(nth(2))), (0, 1), id="held in error"),
        pytest.param((session("s-1"), missed("ap-2"), taken_back(nth(3))), (1, 0), id="missed in error"),
        pytest.param(
            (session("s-1"), amended(nth(2), Replacement(session_held=session("s-1", START)))),
            (1, 0),
            id="amended once",
        ),
        pytest.param((session("s-1"), taken_back(nth(1))), (1, 0), id="of another kind"),
    ],
)
def test_sessions_are_counted_as_they_were_corrected(
    database: Database, payloads: tuple[Payload, ...], counted: tuple[int, int]
) -> None:
    found = row(database, *payloads)
    assert (found.session_count, found.missed_count) == counted


@pytest.mark.parametrize(
    ("payloads", "score"),
    [
        pytest.param((scored("a-1", 20), rescored(nth(2), scored("a-1", 12))), last(12), id="corrected"),
        pytest.param(
            (
                scored("a-1", 20),
                rescored(nth(2), scored("a-1", 12)),
                rescored(nth(3), scored("a-1", 14)),
            ),
            last(14),
            id="corrected twice",
        ),
        pytest.param(
            (
                scored("a-1", 20),
                scored("a-2", 31, START + timedelta(days=7)),
                rescored(nth(3), scored("a-2", 31, START - timedelta(days=7))),
            ),
            last(20),
            id="its date corrected",
        ),
        pytest.param(
            (scored("a-1", 20), scored("a-2", 31, START + timedelta(days=7)), taken_back(nth(3))),
            last(20),
            id="entered in error",
        ),
        pytest.param(
            (scored("a-1", None), rescored(nth(2), scored("a-1", 9))), last(9), id="completed later"
        ),
        pytest.param((scored("a-1", 9), rescored(nth(2), scored("a-1", None))), None, id="no score left"),
        pytest.param(
            (scored("a-1", None).model_copy(update={"mean": Decimal("3.25")}),),
            LastScore(instrument="BDI", total=None, mean=Decimal("3.25"), band=None, taken_at=Moment(START)),
            id="scored by a mean",
        ),
    ],
)
def test_the_newest_score_is_the_one_that_counts_after_corrections(
    database: Database, payloads: tuple[Payload, ...], score: LastScore | None
) -> None:
    assert row(database, *payloads).last_score == score


@pytest.mark.parametrize(
    ("payloads", "counted"),
    [
        pytest.param((), (OpenRisk(review=0, urgent=1), 1), id="raised"),
        pytest.param((ACKNOWLEDGED,), (OpenRisk(review=0, urgent=1), 0), id="acknowledged"),
        pytest.param(
            (RiskFlagEscalated(flag_id=FLAG, step=2),), (OpenRisk(review=0, urgent=1), 1), id="step"
        ),
        pytest.param((ACKNOWLEDGED, RESOLVED), (OpenRisk(review=0, urgent=0), 0), id="resolved"),
        pytest.param(
            (ACKNOWLEDGED, RESOLVED, flagged(1, nth(1), RiskLevel.REVIEW)),
            (OpenRisk(review=1, urgent=0), 1),
            id="raised anew",
        ),
        pytest.param(
            (ACKNOWLEDGED, flagged(1, nth(1), RiskLevel.REVIEW)),
            (OpenRisk(review=0, urgent=1), 1),
            id="more evidence, which nobody has seen",
        ),
        pytest.param(
            (
                ACKNOWLEDGED,
                flagged(1, nth(1), RiskLevel.REVIEW).model_copy(update={"historical": True}),
            ),
            (OpenRisk(review=0, urgent=1), 0),
            id="more evidence, from imported history",
        ),
    ],
)
def test_flags_are_open_until_they_have_an_outcome(
    database: Database, payloads: tuple[Payload, ...], counted: tuple[OpenRisk, int]
) -> None:
    found = row(database, flagged(1, nth(1)), *payloads)
    assert (found.open_risk, found.unacknowledged) == counted


@pytest.mark.parametrize(
    ("payloads", "on_track"),
    [
        pytest.param((), False, id="open"),
        pytest.param((goals_set(["g-1"], because(nth(2))),), True, id="named as evidence"),
        pytest.param((goals_set(["g-1"], because(nth(1))),), False, id="other evidence"),
        pytest.param(
            (TacticAdapted(because=because(), kind="stepUp", trigger="supervision"),), True, id="supervision"
        ),
        pytest.param(
            (TacticAdapted(because=because(), kind="stepUp", trigger="lifeEvent"),), False, id="other trigger"
        ),
        pytest.param(
            (goals_set(["g-1"], because(nth(2))), taken_back(nth(3))), False, id="the review was in error"
        ),
        pytest.param(
            (
                goals_set(["g-1"], because(nth(2))),
                TacticAdapted(because=because(), kind="stepUp", trigger="notOnTrack"),
                taken_back(nth(3)),
            ),
            True,
            id="another review stands",
        ),
        pytest.param((withdrawn(nth(2), nth(1)),), True, id="withdrawn"),
        pytest.param((withdrawn(nth(2), nth(1)), not_on_track(nth(1))), False, id="told again"),
    ],
)
def test_a_signal_is_open_until_it_is_reviewed_or_withdrawn(
    database: Database, payloads: tuple[Payload, ...], *, on_track: bool
) -> None:
    assert row(database, not_on_track(nth(1)), *payloads).on_track is on_track
