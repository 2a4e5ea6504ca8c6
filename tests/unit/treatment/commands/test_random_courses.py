"""Random legal and illegal commands in random order: what is refused changes nothing, what is told holds.

A few courses run with the unit tests; `make walk` walks the 2,000 that issue 3 asks for.
"""

import os
from collections import Counter
from copy import deepcopy
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.builders import History, sealed
from tests.unit.treatment.corrections.test_corrections import KINDS
from tests.unit.treatment.given_when_then import CASE, NOW, circumstances
from tests.unit.treatment.random_commands import ASKED, ITEM_9, TOTALS, Asked, filled_in, session
from tests.unit.treatment.rich_case import RICH
from tests.unit.treatment.samples import SAMPLES

from casetrail_contracts import Payload, event_id
from casetrail_contracts.events.care import (
    ReviewNeeded,
    RiskFlagAcknowledged,
    RiskFlagEscalated,
    RiskFlagResolved,
    RiskItemUnanswered,
    RiskOutcome,
)
from casetrail_contracts.events.case import (
    CaseActivated,
    CaseClosed,
    CasePaused,
    CaseReopened,
    CaseResumed,
    ClosureReason,
)
from casetrail_contracts.events.correction import EntryCorrected, Replacement
from casetrail_contracts.events.erasure import PersonalDataErasureRefused
from casetrail_contracts.events.outcome import NotOnTrackSignalled
from casetrail_contracts.events.problem_area import Grief
from casetrail_contracts.events.session import Modality, SessionHeld
from casetrail_contracts.identity import Role
from casetrail_contracts.scalars import Moment
from treatment.domain.case import Case
from treatment.domain.commands import ApproveErasure, Command, Entry, Record
from treatment.domain.decisions import decide
from treatment.domain.folding import evolve, fold
from treatment.domain.keys import Keyed, derived_key, review_key, unanswered_key
from treatment.domain.policy.course import signal_is_open
from treatment.domain.refusals import Refusal

SEQUENCES = int(os.environ.get("SEQUENCES", "25"))
UNKNOWN = "00000000-0000-5000-8000-000000000000"
EVENTS = st.integers(1, 60)
ACTORS = st.sampled_from(["therapist-1", "admin-1"])
STATES = [
    CaseActivated(),
    CasePaused(reason="other"),
    CaseResumed(),
    CaseClosed(reason=ClosureReason.DROPPED_OUT, open_risk_override=sealed("reason")),
    CaseReopened(reason="relapse"),
]
ROLES = st.sampled_from([Role.THERAPIST, Role.SUPERVISOR])


def key_of(payload: Payload | None) -> str | None:
    """What makes a derived fact the same fact; None of anything else."""
    match payload:
        case RiskItemUnanswered():
            return unanswered_key(payload)
        case ReviewNeeded():
            return review_key(payload)
        case _:
            return derived_key(payload) if isinstance(payload, Keyed) else None


class RandomCourse(RuleBasedStateMachine):
    """One case that everybody asks for anything at any time."""

    walked: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.history = History()
        self.case = Case(case_id=CASE)
        self.now = NOW

    @initialize(rich=st.booleans(), active=st.booleans())
    def begin(self, *, rich: bool, active: bool) -> None:
        """With nothing, or with everything; before the therapy began or after."""
        for payload in RICH if rich else RICH[:1]:
            self._store(payload, self.now)
        if active:
            self._store(CaseActivated(), self.now)

    @rule(days=st.sampled_from([1, 7, 7, 30]))
    def wait(self, days: int) -> None:
        """Time passes."""
        self.now += timedelta(days=days)

    @rule(asked=ASKED, actor=ACTORS, role=ROLES)
    def ask(self, asked: Asked, actor: str, role: Role) -> None:
        """Something that may be asked of any case."""
        self._ask(asked(self.now), actor, role)

    @rule(name=st.sampled_from(sorted(SAMPLES)))
    def ask_as_in_the_catalogue(self, name: str) -> None:
        """A command with the ids of the rich case."""
        self._ask(SAMPLES[name].command)

    @rule(weeks=st.lists(st.tuples(TOTALS, ITEM_9), min_size=1, max_size=6))
    def go_on(self, weeks: list[tuple[int, int | None]]) -> None:
        """Sessions week by week, each with its form."""
        for total, item_9 in weeks:
            self.now += timedelta(days=7)
            session_id, form_id = f"s-{len(self.case.sessions) + 1}", f"a-{len(self.case.assessments) + 1}"
            self._ask(session(session_id, timedelta(), None, Modality.VIDEO)(self.now))
            self._ask(filled_in(form_id, total, item_9, timedelta(), "screen")(self.now))

    @rule(place=st.integers(-1, 3), outcome=st.sampled_from(RiskOutcome))
    def end_a_flag(self, place: int, outcome: RiskOutcome) -> None:
        """A flag that is there, or one that is not."""
        reason = sealed("reason") if outcome is RiskOutcome.FALSE_POSITIVE else None
        self._record(RiskFlagResolved(flag_id=self._flag(place), outcome=outcome, reason=reason))

    @rule(place=st.integers(-1, 3), step=st.integers(2, 4), seen=st.booleans())
    def answer_a_flag(self, place: int, step: int, *, seen: bool) -> None:
        """It is seen, or passed on."""
        if seen:
            self._record(RiskFlagAcknowledged(flag_id=self._flag(place), acknowledged_by="t-1"))
        else:
            self._record(RiskFlagEscalated(flag_id=self._flag(place), step=step))

    @rule(number=EVENTS)
    def take_back(self, number: int) -> None:
        """Any event is said to be in error."""
        target = event_id(CASE, number)
        self._record(EntryCorrected(target=target, kind="enteredInError", cause="wrongPatient"))

    @rule(number=EVENTS, kind=st.sampled_from(sorted(KINDS)))
    def amend(self, number: int, kind: str) -> None:
        """Any event is said to be another one; most are of another kind."""
        whole = Replacement.model_validate({kind: KINDS[kind][1]})
        self._record(
            EntryCorrected(
                target=event_id(CASE, number), kind="amended", cause="entryMistake", replacement=whole
            )
        )

    @rule(actor=ACTORS, refused=st.booleans())
    def answer_a_request_for_erasure(self, actor: str, *, refused: bool) -> None:
        """By whom asked for it, or by another."""
        request = next(iter(self.case.erasures), event_id(CASE, 1))
        if refused:
            self._record(PersonalDataErasureRefused(request=request, legal_basis="other"), actor)
        else:
            self._ask(ApproveErasure(request=request, at=Moment(self.now)), actor)

    @rule(entry=st.sampled_from(STATES))
    def change_state(self, entry: Entry) -> None:
        """The way back into therapy is asked for often: without it most courses would end early."""
        self._record(entry)

    def _flag(self, place: int) -> str:
        known = list(self.case.flags)
        return known[place % len(known)] if known and place >= 0 else UNKNOWN

    def _record(self, entry: Entry, actor: str = "therapist-1") -> None:
        self._ask(Record(entry=entry, at=Moment(self.now)), actor)

    def _ask(self, command: Command, actor: str = "therapist-1", role: Role = Role.THERAPIST) -> None:
        before = deepcopy(self.case)
        try:
            facts = decide(self.case, command, circumstances(actor, role, now=self.now))
        except Refusal:
            self.walked["refused"] += 1
            return
        finally:
            assert self.case == before, "deciding changes nothing"
        for fact in facts:
            caused_by = int(fact.caused_by[-10:]) if fact.caused_by is not None else 0
            assert caused_by <= self.case.version, "a cause comes before what it causes"
            self._store(fact.payload, fact.at.at)
        self.walked["carried out"] += 1
        assert self.case.version == before.version + len(facts)

    def _store(self, payload: Payload, at: datetime) -> None:
        event = self.history.add(CASE, payload, at=at)
        self.case = evolve(self.case, event)

    @invariant()
    def at_most_one_flag_of_a_level_is_open(self) -> None:
        levels = Counter(flag.level for flag in self.case.open_flags.values())
        assert all(count == 1 for count in levels.values())

    @invariant()
    def each_derived_fact_is_told_once(self) -> None:
        told = [(key_of(e.holds), e.event_id) for e in self.case.history if key_of(e.holds) is not None]
        assert len({key for key, _ in told}) == len(told)
        assert dict(told) == self.case.derived

    @invariant()
    def one_signal_is_open(self) -> None:
        signals = [e.event_id for e in self.case.history if isinstance(e.holds, NotOnTrackSignalled)]
        assert not signals or not signal_is_open(self.case, signals)

    @invariant()
    def sessions_are_those_that_were_held(self) -> None:
        held = {e.holds.session_id for e in self.case.history if isinstance(e.holds, SessionHeld)}
        assert set(self.case.sessions) == held

    @invariant()
    def grief_is_about_a_death(self) -> None:
        for focus in self.case.focus.values():
            if isinstance(focus, Grief):
                assert self.case.people[focus.deceased_person_id].living_status == "deceased"

    def teardown(self) -> None:
        """What was folded step by step is what the whole history says: nothing was changed in between."""
        assert fold(CASE, self.history.events) == self.case
        self.walked["courses"] += 1


def test_what_is_refused_changes_nothing_and_what_is_told_holds() -> None:
    """As many courses as were asked for; `pytest -s` shows what was walked."""
    walk = settings(
        max_examples=SEQUENCES,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    RandomCourse.walked.clear()
    run_state_machine_as_test(RandomCourse, settings=walk)
    print("\nwalked:", ", ".join(f"{count:,} {what}" for what, count in RandomCourse.walked.items()))
    assert RandomCourse.walked["courses"] >= SEQUENCES
