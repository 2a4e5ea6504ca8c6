"""The three told courses of the domain reference 6.3, as commands."""

from treatment.embedded.demo.told.crisis_intervention import CRISIS_INTERVENTION
from treatment.embedded.demo.told.mariana import MARIANA
from treatment.embedded.demo.told.mrs_e import MRS_E
from treatment.embedded.demo.told.step import Course, Step

COURSES = (MARIANA, MRS_E, CRISIS_INTERVENTION)

__all__ = ["COURSES", "Course", "Step"]
