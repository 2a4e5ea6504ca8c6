"""What golden bytes fold to is what they folded to before: for every event, and for whole cases."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from tests.golden_states import FOLDER, WHOLE_CASES, files, golden_events, shown, states, write

from casetrail_contracts import CATALOGUE
from treatment.domain.case import Case
from treatment.domain.folding import evolve
from treatment.domain.register import Register

FILES = files()
STATES = states()
EVENTS = golden_events()
CASES = {name: event for name, event in EVENTS.items() if event.collection == "cases"}
GIVEN_ANEW = "run `python -m tests.golden_states` and look at what changed"


@pytest.mark.parametrize("name", FILES)
def test_a_golden_event_folds_to_the_state_that_it_folded_to_before(name: str) -> None:
    committed = FOLDER / name
    assert committed.exists(), f"{name} has no golden state: {GIVEN_ANEW}"
    assert FILES[name] == committed.read_text(encoding="utf-8"), GIVEN_ANEW


def test_every_event_type_has_a_golden_state_and_no_state_is_of_a_type_that_is_gone() -> None:
    committed = {str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.json")}
    assert {f"{entry.name}/v{entry.major}.{entry.minor}.json" for entry in CATALOGUE} <= committed
    assert committed == {*EVENTS, *(f"{name}.json" for name in WHOLE_CASES)}


@pytest.mark.parametrize("name", CASES)
def test_folding_accepts_a_golden_event_also_where_nothing_came_before_it(name: str) -> None:
    event = EVENTS[name]
    alone = evolve(Case(case_id=event.envelope.subject), event)
    assert (alone.version, alone.last_hash, alone.history[0].payload) == (
        event.sequence,
        event.hash,
        event.payload,
    )


@pytest.mark.parametrize("name", EVENTS)
def test_a_state_names_the_bytes_of_its_newest_event(name: str) -> None:
    event, state = EVENTS[name], STATES[name]
    assert isinstance(state, Case | Register)
    assert (state.version, state.last_hash) == (event.sequence, event.hash)


def test_every_field_of_a_case_and_of_a_register_is_filled_in_some_golden_state() -> None:
    for empty in (Case(case_id=""), Register(register_id="")):
        known = [state for state in STATES.values() if type(state) is type(empty)]
        same = {
            field.name
            for field in fields(empty)
            if all(getattr(state, field.name) == getattr(empty, field.name) for state in known)
        }
        assert same == set(), "what stays empty in every golden state can change unseen"


def test_a_change_of_any_field_is_seen() -> None:
    case = Case(case_id="c")
    other: dict[str, Any] = {field.name: ("other",) for field in fields(case)}
    others = {name: replace(case, **{name: value}) for name, value in other.items()}
    assert {name for name, changed in others.items() if shown(changed) == shown(case)} == {"last_hash"}


def test_writing_tells_what_changed_and_takes_away_what_is_gone(tmp_path: Path) -> None:
    assert write(tmp_path) == sorted(FILES)
    (tmp_path / "session_held" / "v1.0.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "gone.json").write_text("{}\n", encoding="utf-8")
    assert write(tmp_path) == ["gone.json", "session_held/v1.0.json"]
    assert write(tmp_path) == []
