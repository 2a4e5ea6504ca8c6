"""Who may send which command: the catalogue's table of roles, written out, and decision 0018 beside it."""

import pytest

from casetrail_contracts.identity import Role
from treatment.api.command_routes import OPENING, ROUTES, CommandRoute

CLINICAL = """
    open-case record-consent withdraw-consent assign-protocol switch-protocol activate pause resume
    transfer close reopen correct-entry request-erasure record-diagnosis give-sick-role
    record-timeline record-inventory add-person revise-person move-person complete-inventory
    agree-formulation select-problem-area revise-problem-area change-dispute-stage agree-contract
    schedule-appointment reschedule-appointment cancel-appointment hold-session miss-session
    enter-phase record-follow-up revise-goals rate-goal assign-homework review-homework
    withdraw-homework adapt-tactic record-medication change-medication stop-medication review-ending
    record-relapse-plan record-letter decide-maintenance schedule-assessment score-assessment
    correct-assessment rate-mood check-risk record-safety-plan refer-crisis acknowledge-risk
    resolve-risk
"""
"""`therapist`: everything on own cases except suitability and approvals; escalating is the notification
service's, and elapsed time is the clock's."""
ADVICE = "advise-suitability"
CATALOGUE = {
    Role.THERAPIST: CLINICAL,
    Role.SUPERVISOR: "resolve-risk switch-protocol adapt-tactic",
    Role.DOCTOR: f"{ADVICE} record-medication change-medication stop-medication",
    Role.SYSTEM: f"{CLINICAL} {ADVICE}",
    Role.NOTIFIER: "acknowledge-risk escalate-risk",
    Role.CLOCK: "review-due",
    Role.INTEGRATOR: "",
    Role.AUDITOR: "",
    Role.MANAGER: "",
    Role.OPERATOR: "",
    Role.ADMIN: "approve-erasure refuse-erasure",
}
"""A supervisor's `adapt-tactic` extends a course: which tactic it is, the domain sees (invariant 10)."""
BESIDE = {
    Role.SUPERVISOR: "check-risk record-safety-plan refer-crisis acknowledge-risk transfer agree-contract",
    Role.ADMIN: "request-erasure",
}
"""What decision 0018 adds, because a service could not work without it."""
COMMANDS = (OPENING, *ROUTES)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_send_the_commands_of_the_catalogue_and_of_decision_0018(role: Role) -> None:
    sent = {route.name for route in COMMANDS if role in route.roles}
    assert sent == {*CATALOGUE[role].split(), *BESIDE.get(role, "").split()}


def test_what_is_beside_the_catalogue_is_not_in_it() -> None:
    assert [role for role, names in BESIDE.items() if set(names.split()) & set(CATALOGUE[role].split())] == []


@pytest.mark.parametrize("route", COMMANDS, ids=lambda route: str(route.name))
def test_software_may_send_whatever_a_clinician_may(route: CommandRoute) -> None:
    clinicians = {Role.THERAPIST, Role.SUPERVISOR, Role.DOCTOR}
    assert (Role.SYSTEM in route.roles) == bool(clinicians & set(route.roles))
