"""Whose cases a caller may see: the part of a query that the caller cannot choose."""

from dataclasses import dataclass

from treatment.store.database import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Cases of one tenant: a therapist's, a supervisor's, those of some teams, or all. By default none."""

    tenant: str
    therapist: str | None = None
    supervisor: str | None = None
    teams: frozenset[str] = frozenset()
    everything: bool = False

    def condition(self) -> tuple[str, dict[str, Value]]:
        """The scope as SQL over `tenant`, `therapist_id` and `team_id`, with its parameters."""
        parameters: dict[str, Value] = {"tenant": self.tenant}
        if self.everything:
            return "tenant = :tenant", parameters
        ways: list[str] = []
        if self.therapist is not None:
            ways.append("therapist_id = :scope_therapist")
            parameters["scope_therapist"] = self.therapist
        if self.supervisor is not None:
            ways.append("supervisor_id = :scope_supervisor")
            parameters["scope_supervisor"] = self.supervisor
        for number, team in enumerate(sorted(self.teams)):
            ways.append(f"team_id = :scope_team_{number}")
            parameters[f"scope_team_{number}"] = team
        return f"tenant = :tenant AND ({' OR '.join(ways) or '1 = 0'})", parameters
