"""Read models: what queries answer from, fed from the stream."""

from treatment.projections import case_summary, caseload
from treatment.projections.projection import ReadModel

PROJECTIONS: tuple[ReadModel, ...] = (caseload.PROJECTION, case_summary.PROJECTION)
"""Every read model."""
