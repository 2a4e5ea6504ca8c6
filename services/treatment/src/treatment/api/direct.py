"""Commands of the right form are read without the framework, which takes several times as long to read them.

It is asked whenever anything is not of the right form: it then says what, as it does for all other routes.
What it publishes of a command comes from the same endpoint, so there is one description of each.
"""

import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.requests import ClientDisconnect
from starlette.routing import Match
from starlette.types import Scope

from treatment.api.auth import Allowed
from treatment.api.bodies import Body
from treatment.api.parts import known_form, parts_of
from treatment.api.sent import well_formed

Endpoint = Callable[..., Awaitable[Response]]
JSON = "application/json"


class CommandApiRoute(APIRoute):
    """The address of one command."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Most addresses end otherwise, and are passed over without a search for parameters."""
        last = self.path.rpartition("/")[2]
        return super().matches(scope) if scope["path"].endswith(last) else (Match.NONE, {})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What carries out a request: directly, or as the framework does."""
        by_the_framework = super().get_route_handler()
        annotations = self.endpoint.__annotations__
        model: type[Body] = annotations["body"]
        endpoint: Endpoint = self.endpoint
        (rule,) = (one.call for one in self.dependant.dependencies if isinstance(one.call, Allowed))
        on_case = "case_id" in annotations

        async def carry_out(request: Request) -> Response:
            body, headers = await _read(request, model), await well_formed(request)
            if body is None or headers is None:
                return await by_the_framework(request)
            given = {"caller": await rule(request), "body": body, "headers": headers}
            if on_case:
                given["case_id"] = await known_form(request.path_params["case_id"])
            return await endpoint(**given, parts=await parts_of(request))

        return carry_out


async def _read(request: Request, model: type[Body]) -> Body | None:
    """The body, None when it is not JSON or not of this form."""
    if request.headers.get("content-type") != JSON:
        return None
    try:
        # The framework's own way, byte for byte: what one of them accepts, the other does.
        return model.model_validate(json.loads(await request.body()))
    except (ValueError, RecursionError, ValidationError, ClientDisconnect):
        return None
