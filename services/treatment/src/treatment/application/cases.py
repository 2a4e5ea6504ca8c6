"""The way in for cases: load, decide, append, and try a lost race again."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from casetrail_contracts import Event, event_id
from casetrail_contracts.events.case import CaseOpened
from casetrail_contracts.events.erasure import PersonalDataErased
from casetrail_contracts.identity import Role
from treatment.application.asking import Answer, Caller, NotYourOwn, Request, check_version
from treatment.application.once import Look, Once
from treatment.application.origin import Origin
from treatment.application.registrar import Registrar
from treatment.application.turns import Turns
from treatment.definitions.installed import Installed
from treatment.domain.case import Case, HistoryEntry
from treatment.domain.circumstances import Circumstances
from treatment.domain.commands import Command, Record
from treatment.domain.decisions import decide
from treatment.domain.due import due_at, rules_of_time
from treatment.domain.facts import Fact
from treatment.domain.folding import extend, fold
from treatment.domain.policy.outcome_view import CaseOutcomes, outcomes_of
from treatment.domain.refusals import CaseUnknown, NeedsRole
from treatment.failpoints import failpoint
from treatment.store.case_store import CaseStore
from treatment.store.log import LostRace


class Application:
    """Carries out commands. Safe to use from several threads."""

    def __init__(
        self,
        store: CaseStore,
        *,
        installed: Installed,
        issuer: Callable[[str], str],
        software_version: str,
        now: Callable[[], datetime],
        new_case_id: Callable[[], UUID],
    ) -> None:
        self.store = store
        self._now = now
        self._new_case_id = new_case_id
        self._origin = Origin(issuer=issuer, software_version=software_version)
        self._once = Once(store)
        self._turns = Turns()
        self.rules_of_time = rules_of_time(installed.definitions, software_version)
        """Changes with everything by which `due` finds its answer."""
        self.registrar = Registrar(store, installed, self._origin, now)

    def handle(self, request: Request, command: Command) -> Answer:
        """Carry out a command once, however often it is sent.

        Raises a `Refusal`, `KeyUsedForAnother`, `VersionMismatch`, or `LostRace` when other writers
        were faster four times in a row. Whatever is raised, nothing was stored.
        """
        with self._turns.on(request.case_id):
            return self._once.carry_out(request, lambda asked, look: self._attempt(asked, command, look))

    def events(self, caller: Caller, case_id: str) -> list[Event]:
        """All events of a case that the caller may see. Raises `CaseUnknown`."""
        found = self.store.case_events(caller.claims.tenant, case_id)
        _check_sees(caller, fold(case_id, found))
        return found

    def due(self, caller: Caller, case_id: str) -> tuple[Case, datetime | None]:
        """A case, and when something of it will be overdue, if nothing happens. Raises `CaseUnknown`."""
        case = self._visible(caller, case_id, Look.AT_THE_LOG)
        return case, due_at(case, self._circumstances(caller, case))

    def outcomes(self, caller: Caller, case_id: str) -> CaseOutcomes:
        """What the scores of a case say by the installed rule set. Raises `CaseUnknown`."""
        case = self._visible(caller, case_id, Look.AT_THE_LOG)
        return outcomes_of(case, self._circumstances(caller, case))

    def foresee(self, caller: Caller, command: Command, case: Case | None = None) -> Case:
        """The case, or a new one, as the command would leave it. Raises a `Refusal`; stores nothing."""
        case = case or Case(case_id=str(self._new_case_id()))
        circumstances = self._circumstances(caller, case)
        for fact in decide(case, command, circumstances):
            entry = HistoryEntry(
                event_id=event_id(case.case_id, case.version + 1),
                at=fact.at,
                payload=fact.payload,
                holds=fact.payload,
                actor=circumstances.actor,
            )
            case = extend(case, entry)
        return case

    def _visible(self, caller: Caller, case_id: str, look: Look) -> Case:
        tenant = caller.claims.tenant
        kept = self.store.kept(tenant, case_id) if look is Look.AT_WHAT_IS_KEPT else None
        case = kept or self.store.load(tenant, case_id)
        _check_sees(caller, case)
        return case

    def _attempt(self, request: Request, command: Command, look: Look) -> Answer:
        tenant = request.caller.claims.tenant
        case = self._case(request, command, look)
        failpoint("command.loaded")
        check_version(request.expected_version, case.version)
        if case.version:
            request = replace(request, caller=request.caller.at(case))
        role, facts = self._decide(request.caller, case, command)
        # Only now: a refused command leaves nothing behind, not even a tenant's register or first key.
        self.registrar.publish(tenant)
        self._destroy_keys(case, facts, look)
        events = self.store.append(
            case, facts, self._origin.of(request, role), self._once.fingerprint(request)
        )
        return self._once.answer(tenant, case.case_id, case.version + len(facts), events)

    def _decide(self, caller: Caller, case: Case, command: Command) -> tuple[Role, list[Fact]]:
        """What follows, and the role that decided: the first of the route's to which the rules give it.

        A decision that none of them may take alone is theirs in all the roles that reach the case.
        """
        circumstances = self._circumstances(caller, case)
        for role in caller.roles:
            with suppress(NeedsRole):
                return role, decide(case, command, replace(circumstances, roles=frozenset({role})))
        return caller.roles[0], decide(case, command, circumstances)

    def _case(self, request: Request, command: Command, look: Look) -> Case:
        if isinstance(command, Record) and isinstance(command.entry, CaseOpened):
            if command.entry.therapist_id != request.caller.claims.sub:
                raise NotYourOwn
            return Case(case_id=str(self._new_case_id()))
        if request.case_id is None:
            raise CaseUnknown
        return self._visible(request.caller, request.case_id, look)

    def _circumstances(self, caller: Caller, case: Case) -> Circumstances:
        return Circumstances(
            now=self._now(),
            actor=caller.claims.sub,
            roles=caller.roles_in(case),
            definitions=self.registrar.definitions(caller.claims.tenant),
        )

    def _destroy_keys(self, case: Case, facts: Sequence[Fact], look: Look) -> None:
        """Before the append: an event that says `erased` is true from its first moment on."""
        for fact in facts:
            if isinstance(fact.payload, PersonalDataErased):
                if look is not Look.AT_THE_LOG:
                    # What is destroyed stays so, whatever the append finds out: first see what the log says.
                    raise LostRace
                self.store.destroy_keys(case.case_id, fact.payload.person_id)


def _check_sees(caller: Caller, case: Case) -> None:
    """Nobody learns that there is a case that they may not see."""
    if not case.version or not caller.sees(case):
        raise CaseUnknown
