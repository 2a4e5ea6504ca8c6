"""Which state allows which command: the table of the catalogue, row by row."""

import pytest
from tests.unit.treatment.given_when_then import AT, Given, circumstances, given, opened
from tests.unit.treatment.rich_case import RICH, RICH_CASE
from tests.unit.treatment.samples import SAMPLES

from casetrail_contracts.events.case import CaseActivated, CaseClosed, CasePaused, ClosureReason
from treatment.domain.commands import Record
from treatment.domain.decisions.states import needs_no_version
from treatment.domain.refusals import AlreadyRecorded, ClosureNotPossible, NotInThisState

ANY = {
    "score-assessment",
    "correct-assessment",
    "correct-entry",
    "check-risk",
    "acknowledge-risk",
    "escalate-risk",
    "resolve-risk",
    "record-safety-plan",
    "refer-crisis",
    "record-consent",
    "withdraw-consent",
    "request-erasure",
    "approve-erasure",
    "refuse-erasure",
    "review-due",
}
"""In every state, and without `If-Match`."""
EVERY = set(SAMPLES) - {"open-case"}
ALLOWED = {
    "opened": EVERY - {"pause", "resume", "reopen"},
    "active": EVERY - {"activate", "resume", "reopen"},
    "paused": ANY | {"resume", "transfer", "close", "record-follow-up"},
    "closed": ANY | {"reopen", "record-follow-up", "record-letter", "decide-maintenance"},
}
ACTIVE = RICH_CASE.also(CaseActivated())
STATES = {
    "opened": RICH_CASE,
    "active": ACTIVE,
    "paused": ACTIVE.also(CasePaused(reason="illness")),
    "closed": ACTIVE.also(CaseClosed(reason=ClosureReason.REFERRED_ON)),
}
COMPLETED = Record(
    entry=CaseClosed(reason=ClosureReason.COMPLETED, final_measures_absent="notOffered"), at=AT
)


def in_state(state: str, name: str) -> Given:
    """The case of the command's sample, brought into this state."""
    base = SAMPLES[name].base
    if base[: len(RICH)] == RICH:
        return STATES[state]
    return given(*base).also(*_leading_to(state))


def _leading_to(state: str) -> tuple[CaseActivated | CasePaused | CaseClosed, ...]:
    match state:
        case "opened":
            return ()
        case "paused":
            return CaseActivated(), CasePaused(reason="illness")
        case "closed":
            return CaseActivated(), CaseClosed(reason=ClosureReason.REFERRED_ON)
        case _:
            return (CaseActivated(),)


@pytest.mark.parametrize(
    ("state", "name", "allowed"),
    [(state, name, name in ALLOWED[state]) for state in STATES for name in SAMPLES if name != "open-case"],
    ids=lambda value: {True: "allowed", False: "refused"}.get(value, value),
)
def test_a_state_allows_what_the_catalogue_says(state: str, name: str, allowed: bool) -> None:
    sample = SAMPLES[name]
    asked = in_state(state, name).when(sample.command, circumstances(now=sample.now))
    if allowed:
        facts = asked.facts
        # What is overdue depends on the state: the clock has its own tests.
        assert name == "review-due" or facts[0].payload == sample.event
    else:
        kind = type(sample.command.entry if isinstance(sample.command, Record) else sample.command).__name__
        asked.then_refused(NotInThisState(state, kind))


@pytest.mark.parametrize("name", SAMPLES)
def test_only_what_every_state_allows_needs_no_version(name: str) -> None:
    assert needs_no_version(SAMPLES[name].command) == (name in ANY)


@pytest.mark.parametrize("state", STATES)
def test_a_case_is_opened_once_whatever_its_state(state: str) -> None:
    again = Record(entry=opened, at=AT)
    STATES[state].when(again).then_refused(AlreadyRecorded("case", STATES[state].case.case_id))


@pytest.mark.parametrize(("state", "possible"), [("opened", False), ("active", True), ("paused", True)])
def test_completed_needs_a_therapy_that_began(state: str, possible: bool) -> None:
    asked = STATES[state].when(COMPLETED)
    if possible:
        asked.then(COMPLETED.entry)
    else:
        asked.then_refused(ClosureNotPossible(state, ClosureReason.COMPLETED))
