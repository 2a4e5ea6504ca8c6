"""What a told course is made of: commands, each with the words that it is told in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from casetrail_contracts.canonical import Json
from casetrail_contracts.scalars import instant_text

Body = Mapping[str, Json]
Ids = Mapping[str, str]
"""Event ids of earlier steps: by the command that caused them, by `assessmentId`, by the name of a flag."""
By = Literal["therapist", "doctor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command. The body may name the ids of events that earlier steps caused."""

    told: str
    command: str
    body: Callable[[Ids], Body]
    by: By = "therapist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A told course of therapy; `steps` gets its first day."""

    key: str
    """The patient's reference, and the beginning of every id of the course."""
    title: str
    steps: Callable[[datetime], Sequence[Step]]


@dataclass(frozen=True, slots=True)
class Weeks:
    """The calendar of one course: weekly sessions at the same hour."""

    key: str
    first_day: datetime
    timezone: str

    def at(self, session: int, *, days: int = 0) -> str:
        """When a session takes place, or so many days after it."""
        return instant_text(self.first_day + timedelta(weeks=session - 1, days=days, hours=15))

    def on(self, session: int, *, days: int = 0) -> str:
        """The day of a session, or so many days after it."""
        return self.at(session, days=days)[:10]

    def step(self, told: str, command: str, session: int, by: By = "therapist", /, **body: Json) -> Step:
        """A command of that session's day whose body names no earlier event."""
        dated = {**body, "happenedAt": self.at(session)}
        return Step(told=told, command=command, body=lambda _: dated, by=by)

    def session(self, number: int, told: str, *techniques: str, **more: Json) -> Step:
        """A session that was held."""
        body: Body = {
            "sessionId": f"{self.key}-{number}",
            "startedAt": self.at(number),
            "durationMinutes": 45,
            "timezone": self.timezone,
            "attendance": "5",
            "modality": "inPerson",
            "techniques": list(techniques),
            **more,
        }
        return Step(told=f"Session {number}: {told}", command="hold-session", body=lambda _: body)

    def mood(self, number: int, average: int, worst: int, **more: Json) -> Step:
        """The mood of the week; 10 is the worst."""
        body: Body = {
            "sessionId": f"{self.key}-{number}",
            "at": self.at(number),
            "average": average,
            "worst": worst,
            **more,
        }
        told = f"Session {number}: average mood of the week {average} of 10, 10 is worst"
        return Step(told=told, command="rate-mood", body=lambda _: body)


def beginning(weeks: Weeks, protocol: str, advice: Mapping[str, Json]) -> Sequence[Step]:
    """What every therapy needs before it begins: consent, the doctor's advice, a protocol."""
    return (
        weeks.step("Consent to treatment", "record-consent", 1, scope="treatment"),
        weeks.step(
            "A doctor advises", "advise-suitability", 1, "doctor", advisedBy="doctor-1", **dict(advice)
        ),
        weeks.step(f"The course follows {protocol}", "assign-protocol", 1, protocol=protocol),
    )
