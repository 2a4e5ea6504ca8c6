"""More than the service can take, and sixteen writers on one case: nothing is lost, a refusal says so."""

import asyncio
import tempfile
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

import psycopg
from tests.services import postgres
from tests.services.house import forms

from bench.figures import Benchmark, Figure
from bench.load import Answers, Asked, as_fast_as_answered, so_many_a_second
from bench.over_http import scoring
from bench.server import Server, serving
from casetrail_contracts import BY_PAYLOAD
from casetrail_contracts.events.measure import AssessmentScored

RUNS = 3
CEILING_CLIENTS = 32
CEILING_SECONDS = 4.0
OVERLOAD_SECONDS = 8.0
WRITERS = 16
WRITING_SECONDS = 5.0
(FORM,) = forms(1)


def measure() -> list[Figure]:
    """The ceiling of the moment, twice that many commands a second, then writers on one case; in turns."""
    refused: list[float] = []
    unhelpful: list[float] = []
    others: list[float] = []
    latency: list[float] = []
    hot: list[float] = []
    lost: list[float] = []
    with postgres.from_wheel() as database, tempfile.TemporaryDirectory() as folder:
        for run in range(RUNS):
            here = Path(folder) / str(run)
            here.mkdir()
            with database.database(f"overload_{run}") as url, serving(url, here) as server:
                answers = asyncio.run(_overloaded(server))
                refused.append(answers.statuses[HTTPStatus.SERVICE_UNAVAILABLE] / answers.statuses.total())
                unhelpful.append(answers.without_retry_after)
                others.append(
                    answers.statuses.total()
                    - answers.statuses[HTTPStatus.CREATED]
                    - answers.statuses[HTTPStatus.SERVICE_UNAVAILABLE]
                )
                latency.append(answers.percentile(0.99))
                written, case = asyncio.run(_on_one_case(server))
                hot.append(written.rate())
                lost.append(written.statuses[HTTPStatus.CREATED] - _forms_of(url, case))
    return [
        Figure("overload: answered 503", "share", tuple(refused)),
        Figure("overload: 503 without Retry-After", "answers", tuple(unhelpful), at_most=0),
        Figure("overload: neither 201 nor 503", "answers", tuple(others), at_most=0),
        Figure("overload: p99 of what is accepted", "ms", tuple(latency)),
        Figure(f"{WRITERS} writers on one case", "commands/s", tuple(hot), at_least=50),
        Figure(f"{WRITERS} writers: accepted, but not stored", "commands", tuple(lost), at_most=0),
    ]


async def _overloaded(server: Server) -> Answers:
    asking = await scoring(server)
    ceiling = await as_fast_as_answered(server.url, CEILING_CLIENTS, CEILING_SECONDS, asking)
    return await so_many_a_second(
        server.url, 2 * ceiling.rate(), OVERLOAD_SECONDS, lambda number: asking(0, number)
    )


async def _on_one_case(server: Server) -> tuple[Answers, str]:
    asking = await scoring(server, cases=1)
    case = asking(0, 0)[0].split("/")[3]

    def to_the_case(_: int, __: int) -> Asked:
        form = FORM | {"assessmentId": str(uuid4())}
        headers = server.headers | {"idempotency-key": str(uuid4())}
        return f"/v1/cases/{case}/score-assessment", headers, form

    return await as_fast_as_answered(server.url, WRITERS, WRITING_SECONDS, to_the_case), case


def _forms_of(url: str, case: str) -> int:
    """The forms of the case that the store has; the schemas are in one database here."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT count(*) FROM store.events WHERE originator_id = %s AND topic = %s",
            (case, BY_PAYLOAD[AssessmentScored].type),
        ).fetchone()
    return int(rows[0]) if rows else 0


BENCHMARK = Benchmark(
    "overload",
    "Twice as many commands a second as the service can take: the excess is answered 503 with Retry-After. "
    "Sixteen writers on one case: every accepted form is stored.",
    measure,
)
