"""What a protocol asks to be recorded: when it was there first."""

from dataclasses import replace

from treatment.domain.case import Case


def recorded(case: Case, artifact: str) -> Case:
    """The case with this artefact, which its newest entry brought; what happened first counts."""
    at = case.history[-1].at
    known = case.artifacts.get(artifact)
    if known is not None and known.at <= at.at:
        return case
    return replace(case, artifacts={**case.artifacts, artifact: at})
