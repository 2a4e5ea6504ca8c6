"""The peer of the HTTP benchmark: the library as it comes behind FastAPI; get, update, save.

Run as a program with the number of a port; the database is named by the library's own variables.
"""

import sys
from typing import Any
from uuid import UUID

import uvicorn
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from fastapi import FastAPI


class Course(Aggregate):
    """A case that keeps its forms."""

    @event("Opened")
    def __init__(self, patient: str) -> None:
        self.patient = patient
        self.forms: list[dict[str, Any]] = []

    @event("FormScored")
    def score(self, form: dict[str, Any]) -> None:
        """Keep one form."""
        self.forms.append(form)


courses: Application[UUID] = Application()
http = FastAPI()


@http.post("/cases", status_code=201)
def open_case() -> dict[str, str]:
    """A new case."""
    course = Course("patient 1")
    courses.save(course)
    return {"caseId": str(course.id)}


@http.post("/cases/{case_id}/forms", status_code=201)
def score(case_id: UUID, form: dict[str, Any]) -> dict[str, int]:
    """A form of a case."""
    course: Course = courses.repository.get(case_id)
    course.score(form)
    courses.save(course)
    return {"version": course.version}


if __name__ == "__main__":
    uvicorn.run(http, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
