"""What a protocol asks to be recorded: when it first was, counted in attended sessions."""

from dataclasses import replace

from treatment.domain.case import Case


def recorded(case: Case, artifact: str) -> Case:
    """The case with this artefact; the first time counts."""
    if artifact in case.artifacts:
        return case
    return replace(case, artifacts={**case.artifacts, artifact: len(case.attended)})
