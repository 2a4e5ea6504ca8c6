"""Commands that could not be answered in time are turned away at the door, before anything is read of them.

Looking at a token and reading a body take the very processor that those who were let in wait for: a service
that is asked for twice what it can do would spend half of itself on saying no.
"""

from http import HTTPMethod

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from treatment.api.failures import on_refusal
from treatment.api.lane import Lane, Overloaded

COMMANDS = "/v1/cases"


class Admission:
    """Answers 503 with `Retry-After` to a command for which the lane has no place; begins nothing of it."""

    def __init__(self, app: ASGIApp, lane: Lane) -> None:
        self._app = app
        self._lane = lane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or answer it."""
        if not _is_command(scope):
            await self._app(scope, receive, send)
            return
        try:
            arriving = self._lane.arriving()
        except Overloaded as refused:
            answer = await on_refusal(Request(scope), refused)
            await answer(scope, receive, send)
            return
        with arriving:
            await self._app(scope, receive, send)


def _is_command(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == HTTPMethod.POST
        and str(scope["path"]).startswith(COMMANDS)
    )
