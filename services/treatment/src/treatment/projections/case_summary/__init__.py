"""The summary of a case: what is known of it in codes, numbers, ids and dates.

Each event that the summary shows is one row, as it counts now; a correction changes or removes the row of
the entry that it corrects. A question puts the rows of its case together.
"""

from treatment.projections.case_summary.filling import PROJECTION

__all__ = ["PROJECTION"]
