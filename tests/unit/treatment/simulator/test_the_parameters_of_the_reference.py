"""Each figure that courses are drawn by is that of domain reference, section 7, written out by its row.

A cohort is held against the same file that it is drawn by: without this table a wrong figure would agree with
itself.
"""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

FILE = tomllib.loads((files("treatment.simulator") / "parameters.toml").read_text(encoding="utf-8"))
ROWS: dict[str, dict[str, object]] = {
    "path: noise N(0, 2.0) with AR(1) 0.3": {"path.noise_sd": 2.0, "path.noise_correlation": 0.3},
    "twists: 1/3 of recoverers gain 6-12 points between sessions 3 and 8": {
        "path.gain_share": 0.3333,
        "path.gain_points": {"least": 6, "most": 12},
        "path.gain_sessions": {"least": 3, "most": 8},
    },
    "twists: 17 % of those reverse": {"path.reversed_share": 0.17},
    "class recoverer: f ~ N(0.30, 0.15), GAD-7 f + N(0, 0.08)": {
        "classes.recoverer": {"how": "factor", "factor": {"mean": 0.30, "sd": 0.15}, "gad_factor_sd": 0.08}
    },
    "class partial: N(5, 2.5), GAD-7 0.75 drop + N(0, 1.8)": {
        "classes.partial": {
            "how": "together",
            "phq_drop": {"mean": 5.0, "sd": 2.5},
            "gad_share": 0.75,
            "gad_sd": 1.8,
        }
    },
    "class unchanged: N(0.5, 2.5), GAD-7 N(0.5, 2)": {
        "classes.unchanged": {
            "how": "apart",
            "phq_drop": {"mean": 0.5, "sd": 2.5},
            "gad_drop": {"mean": 0.5, "sd": 2.0},
        }
    },
    "class worse: -|N(5, 2.5)|, GAD-7 -|N(3.5, 2)|": {
        "classes.worse": {
            "how": "rise",
            "phq_rise": {"mean": 5.0, "sd": 2.5},
            "gad_rise": {"mean": 3.5, "sd": 2.0},
        }
    },
    "item 9: logistic(-4.0 + 0.21 total), then .70, .20, .10": {
        "items.self_harm.intercept": -4.0,
        "items.self_harm.slope": 0.21,
        "items.self_harm.levels": [0.70, 0.20, 0.10],
    },
    "attendance: DNA .09, .12 in sessions 1-3, x1.5 after a DNA, x1.3 if PHQ-9 > 20": {
        "attendance.dna": 0.09,
        "attendance.dna_early": 0.12,
        "attendance.early_until_session": 3,
        "attendance.dna_after_dna": 1.5,
        "attendance.dna_severe": 1.3,
        "attendance.severe_above": 20,
    },
    "attendance: patient cancels .08, provider .03, late but seen .05, not seen .005": {
        "attendance.cancelled_by_patient": 0.08,
        "attendance.cancelled_by_provider": 0.03,
        "attendance.late_but_seen": 0.05,
        "attendance.late_not_seen": 0.005,
    },
    "dropout: .030 in sessions 1-4, .015 in 5-8, .008 later": {
        "dropout.hazards": [
            {"until_session": 4, "hazard": 0.030},
            {"until_session": 8, "hazard": 0.015},
            {"until_session": 400, "hazard": 0.008},
        ]
    },
    "dropout: base factor .8, x1.5 without early improvement, x2 after 2 DNAs": {
        "dropout.base_factor": 0.8,
        "dropout.without_early_improvement": 1.5,
        "dropout.after_dnas": 2.0,
        "dropout.dnas_in_a_row": 2,
    },
    "4.6 noEarlyResponse: a drop of 20 % by session 4": {
        "dropout.early_session": 4,
        "dropout.early_percent": 20,
    },
    "delays: gamma mean 40 days; weekly + N(0, 1.5); holidays 5 %; reschedule 6-8 days": {
        "calendar.wait_days.mean": 40,
        "calendar.interval_days": {"mean": 7.0, "sd": 1.5},
        "calendar.holiday_share": 0.05,
        "calendar.reschedule_days": {"least": 6, "most": 8},
    },
    "delays: significant other in 20 % of disputes, 8 % otherwise": {
        "work.significant_other_in_disputes": 0.20,
        "work.significant_other_otherwise": 0.08,
    },
    "delays: medication 45 %, changed 12 %; homework 55 %, done 65 %, partly 20 %": {
        "work.medication_at_start": 0.45,
        "work.medication_changed": 0.12,
        "work.homework": 0.55,
        "work.homework_done": 0.65,
        "work.homework_partly": 0.20,
    },
    "noise: 3 % missing, 1 % partial (0-3), .5 % late > 7 days, .3 % twice, .2 % corrected, .1 % refused": {
        "quality.missing": 0.03,
        "quality.partial": 0.01,
        "quality.partial_items": {"least": 0, "most": 3},
        "quality.late": 0.005,
        "quality.late_days.least": 8,
        "quality.duplicate": 0.003,
        "quality.corrected": 0.002,
        "quality.out_of_range": 0.001,
    },
    "cohort_nhs_like: starts and classes": {
        "cohorts.nhs-like.phq_start": {"mean": 15.4, "sd": 5.2},
        "cohorts.nhs-like.gad_start": {"mean": 14.0, "sd": 4.2},
        "cohorts.nhs-like.correlation": 0.6,
        "cohorts.nhs-like.classes": {"recoverer": 0.50, "partial": 0.20, "unchanged": 0.23, "worse": 0.07},
    },
    "cohort_ipt_specialist: starts and classes": {
        "cohorts.ipt-specialist.phq_start": {"mean": 17.5, "sd": 5.0},
        "cohorts.ipt-specialist.gad_start": {"mean": 13.5, "sd": 4.5},
        "cohorts.ipt-specialist.correlation": 0.6,
        "cohorts.ipt-specialist.classes": {
            "recoverer": 0.40,
            "partial": 0.25,
            "unchanged": 0.28,
            "worse": 0.07,
        },
    },
    "age-general mix: transition 45, dispute 30, grief 13, deficits 12": {
        f"cohorts.{cohort}.areas": {
            "roleTransition": 0.45,
            "roleDispute": 0.30,
            "grief": 0.13,
            "interpersonalDeficits": 0.12,
        }
        for cohort in ("nhs-like", "ipt-specialist")
    },
}
PRINTED: dict[str, dict[str, object]] = {
    "cohort_nhs_like, check": {
        "cohorts.nhs-like.references": {
            "phq9_end_mean": 9.41,
            "phq9_end_sd": 6.8,
            "gad7_end_mean": 8.58,
            "gad7_end_sd": 5.8,
            "recovery": 0.475,
            "reliable_improvement": 0.639,
            "reliable_recovery": 0.464,
            "reliable_deterioration": 0.048,
            "no_reliable_change": 0.313,
            "response": 0.50,
            "remission": 0.25,
        }
    },
    "cohort_ipt_specialist, check": {
        "cohorts.ipt-specialist.references": {
            "phq9_start_mean": 17.7,
            "phq9_start_sd": 4.6,
            "phq9_end_mean": 11.7,
            "phq9_end_sd": 7.2,
            "response": 0.40,
            "remission": 0.18,
            "recovery": 0.39,
        }
    },
    "anchors of the NHS [S79, S80], individual therapy [S82]": {
        "cohorts.nhs-like.observed": {
            "phq9_start_mean": 15.4,
            "phq9_start_sd": 5.5,
            "gad7_start_mean": 14.0,
            "gad7_start_sd": 4.5,
            "phq9_end_mean": 9.4,
            "phq9_end_sd": 6.4,
            "gad7_end_mean": 8.4,
            "gad7_end_sd": 5.7,
            "recovery": (0.508, 0.514),
            "reliable_improvement": 0.664,
            "sessions_mean": 6.8,
            "sessions_of_recovered_mean": 7.5,
            "dropout": 0.175,
        }
    },
    "anchors of IPT clinics [S45, S86]": {
        "cohorts.ipt-specialist.observed": {
            "phq9_start_mean": 17.5,
            "phq9_start_sd": 5.4,
            "phq9_end_mean": 11.9,
            "phq9_end_sd": 6.5,
            "phq9_change_mean": 5.6,
            "response": 0.33,
            "remission": 0.19,
            "twelve_sessions": 0.69,
        }
    },
    "anchors of both [S85, S81, S35, S77, S83, S83c, S73]": {
        "observed": {
            "sudden_gains": 0.335,
            "dropout": (0.174, 0.242),
            "area_roleTransition": 0.41,
            "area_roleDispute": 0.345,
            "area_grief": 0.23,
            "item9_positive": (0.30, 0.40),
            "dna": (0.089, 0.12),
            "dna_or_cancelled": 0.23,
            "phq9_late_slope_mean": (0.21, 0.42),
        }
    },
}
OURS = {
    "path.reversed_part",
    "items.latent_sd",
    "items.phq_slopes",
    "items.phq_shifts",
    "items.gad_slopes",
    "items.gad_shifts",
    "items.self_harm.persistence",
    "calendar.referral_weeks",
    "calendar.wait_days.shape",
    "calendar.intake_part",
    "calendar.hours",
    "calendar.timezone",
    "work.reviewed_signals",
    "work.people",
    "work.therapists",
    "quality.late_days.most",
    "quality.corrected_days",
    "cohorts.nhs-like.protocols",
    "cohorts.ipt-specialist.protocols",
}
"""What no source gives."""


def at(path: str) -> Any:
    found: Any = FILE
    for step in path.split("."):
        found = found[step]
    return found


def printed(reference: dict[str, Any]) -> object:
    """The figure as the page has it: a value, or the ends of a range."""
    return reference["value"] if "value" in reference else (reference["least"], reference["most"])


@pytest.mark.parametrize("row", [pytest.param(row, id=f"section 7, {row}") for row in ROWS])
def test_a_course_is_drawn_by_the_figures_of_the_row(row: str) -> None:
    assert {path: at(path) for path in ROWS[row]} == ROWS[row]


@pytest.mark.parametrize("row", [pytest.param(row, id=f"section 7, {row}") for row in PRINTED])
def test_a_cohort_is_held_against_the_figures_of_the_row(row: str) -> None:
    told = {path: {code: printed(reference) for code, reference in at(path).items()} for path in PRINTED[row]}
    assert told == PRINTED[row]


def leaves(value: object, path: str = "") -> list[str]:
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in leaves(inner, f"{path}.{name}".strip("."))]
    return [path]


def test_every_figure_of_the_file_is_in_a_row_or_ours() -> None:
    known = {path for row in (*ROWS.values(), *PRINTED.values()) for path in row} | OURS
    left = [leaf for leaf in leaves(FILE) if not any(f"{leaf}.".startswith(f"{path}.") for path in known)]
    assert left == []
