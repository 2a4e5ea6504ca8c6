"""Every vector of domain reference 3.12, by the words of its row."""

from decimal import Decimal

import pytest

from casetrail_contracts.events.care import RiskLevel
from casetrail_contracts.events.measure import AnswerMode, SubscaleScore
from treatment.definitions import shipped_instruments
from treatment.domain.instruments import Score, score

INSTRUMENTS = shipped_instruments()
PHQ9, GAD7, WSAS, WHO5 = (INSTRUMENTS.get(code) for code in ("PHQ9", "GAD7", "WSAS", "WHO5"))
Answers = tuple[int | None, ...]


def answered(points: int, risk: RiskLevel | None = None) -> dict[str, object]:
    """The risk item was answered with these points."""
    return {"risk_item_answered": "yes", "risk_points": points, "risk": risk}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param(
            (0,) * 9,
            Score(total=0, band="minimal", **answered(0), depressive_syndrome="none"),  # type: ignore[arg-type]
            id="all 0: minimal",
        ),
        pytest.param(
            (3,) * 9,
            Score(
                total=27,
                band="severe",
                **answered(3, RiskLevel.URGENT),  # type: ignore[arg-type]
                depressive_syndrome="major",
            ),
            id="all 3: severe, item 9 = 3",
        ),
        pytest.param(
            (0, 0, 0, 1, 2, 1, 3, 2, 1),
            Score(
                total=10,
                band="moderate",
                **answered(1, RiskLevel.REVIEW),  # type: ignore[arg-type]
                depressive_syndrome="none",
            ),
            id="10: moderate, risk review",
        ),
        pytest.param(
            (2, 2, 2, 2, 2, 0, 0, 0, None),
            Score(
                total=11,
                prorated=True,
                raw_prorated=Decimal("11.250"),
                band="moderate",
                risk_item_answered="no",
            ),
            id="8 answered, sum 10: 11.25 -> 11, risk item unanswered",
        ),
        pytest.param(
            (2, 2, 2, 2, 2, 2, 0, None, 0),
            Score(total=14, prorated=True, raw_prorated=Decimal("13.500"), band="moderate", **answered(0)),  # type: ignore[arg-type]
            id="8 answered, sum 12: 13.5 -> 14, half up",
        ),
        pytest.param(
            (2, 2, 2, 2, 2, 0, 0, None, None),
            Score(
                total=13,
                prorated=True,
                raw_prorated=Decimal("12.857"),
                band="moderate",
                risk_item_answered="no",
            ),
            id="7 answered, sum 10: 12.857 -> 13",
        ),
        pytest.param(
            (2, 2, 2, 2, 2, 0, None, None, None), Score(risk_item_answered="no"), id="6 answered: no score"
        ),
        pytest.param(
            (2, 0, 2, 2, 2, 0, 0, 0, 1),
            Score(
                total=9,
                band="mild",
                **answered(1, RiskLevel.REVIEW),  # type: ignore[arg-type]
                depressive_syndrome="major",
            ),
            id="syndrome: 5 symptoms with a core one, although total 9 is below caseness",
        ),
        pytest.param(
            (1, 1, 3, 3, 3, 3, 3, 3, 0),
            Score(total=20, band="severe", **answered(0), depressive_syndrome="none"),  # type: ignore[arg-type]
            id="syndrome: no core symptom, although total 20",
        ),
    ],
)
def test_phq9(items: Answers, expected: Score) -> None:
    assert score(PHQ9, items) == expected


def test_gad7_0011010_is_3_minimal() -> None:
    assert score(GAD7, (0, 0, 1, 1, 0, 1, 0)) == Score(total=3, band="minimal")


@pytest.mark.parametrize(
    ("items", "not_applicable", "expected"),
    [
        pytest.param((8,) * 5, (), (40, 5, Decimal(40)), id="8,8,8,8,8: 40"),
        pytest.param((None, 8, 8, 8, 8), (1,), (32, 4, Decimal(40)), id="n.a.,8,8,8,8: 32 of 32, scaled 40"),
    ],
)
def test_wsas(items: Answers, not_applicable: tuple[int, ...], expected: tuple[int, int, Decimal]) -> None:
    total, applicable, scaled = expected
    assert score(WSAS, items, not_applicable=frozenset(not_applicable)) == Score(
        total=total, band="moderatelySevere", items_applicable=applicable, total_scaled=scaled
    )


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param((3,) * 5, Score(total=15, percent=60, band="adequate"), id="all 3: 15 -> 60 %"),
        pytest.param((2, 3, 2, 3, 2), Score(total=12, percent=48, band="low"), id="12 -> 48 %, low"),
    ],
)
def test_who5(items: Answers, expected: Score) -> None:
    assert score(WHO5, items) == expected


@pytest.mark.parametrize(
    ("code", "items", "mode", "total"),
    [
        pytest.param("EPDS", (0,) * 10, "position", 21, id="EPDS positions all 0: 21"),
        pytest.param("EPDS", (3,) * 10, "position", 9, id="EPDS positions all 3: 9"),
        pytest.param("EPDS", (3,) * 10, "score", 30, id="EPDS scores all 3: 30"),
        pytest.param("CESD", (0,) * 20, "raw", 12, id="CES-D raw all 0: 12"),
        pytest.param("CESD", (3,) * 20, "raw", 48, id="CES-D raw all 3: 48"),
        pytest.param(
            "CESD",
            tuple(0 if number in (4, 8, 12, 16) else 3 for number in range(1, 21)),
            "raw",
            60,
            id="CES-D raw, normal items 3, reverse items 0: 60",
        ),
        pytest.param("CORE10", (0,) * 10, "raw", 8, id="CORE-10 raw all 0: 8"),
        pytest.param("CORE10", (4,) * 10, "raw", 32, id="CORE-10 raw all 4: 32"),
        pytest.param("CORE10", (4,) * 10, "score", 40, id="CORE-10 already reversed, all 4: 40"),
        pytest.param("QIDS16", (1, 2, 3, *(0,) * 13), None, 3, id="QIDS-SR16 1,2,3,0, rest 0: 3"),
        pytest.param("QIDS16", (3,) * 16, None, 27, id="QIDS-SR16 all 3: 27"),
        pytest.param("DERS36", (1,) * 36, None, 80, id="DERS all 1: 80"),
        pytest.param("DERS36", (5,) * 36, None, 136, id="DERS all 5: 136"),
    ],
)
def test_totals(code: str, items: Answers, mode: AnswerMode | None, total: int) -> None:
    assert score(INSTRUMENTS.get(code), items, answer_mode=mode).total == total


def test_epds_scores_all_3_are_a_risk() -> None:
    assert score(INSTRUMENTS.get("EPDS"), (3,) * 10, answer_mode="score") == Score(
        total=30,
        band="likely",
        **answered(3, RiskLevel.URGENT),  # type: ignore[arg-type]
        answer_mode="score",
    )


def test_mspss_all_4_is_4_moderate() -> None:
    assert score(INSTRUMENTS.get("MSPSS"), (4,) * 12) == Score(
        mean=Decimal(4),
        band="moderate",
        subscales=tuple(
            SubscaleScore(code=code, mean=Decimal(4)) for code in ("significantOther", "family", "friends")
        ),
    )
