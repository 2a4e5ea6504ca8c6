"""Who is calling: bearer tokens, verified once and remembered until they end."""

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jwt
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts

from casetrail_contracts.identity import Claims, Role
from treatment.application import Caller

ALGORITHMS = ("RS256", "ES256", "EdDSA")
MOST_REMEMBERED = 10_000


class NotAuthenticated(Exception):
    """There is no token, or it cannot be trusted; the message says which, without quoting it."""


class NotAllowed(Exception):
    """The token is good, but its roles do not reach."""

    def __init__(self, needed: tuple[Role, ...], reason: str = "") -> None:
        super().__init__(reason or f"this needs one of the roles {', '.join(needed)}")


class RouteUndeclared(RuntimeError):
    """A route does not say who may call it, so the application does not start."""


class TokenVerifier:
    """Verifies tokens against a JWKS file, which is read again when a key is not known."""

    def __init__(self, jwks_file: Path, issuer: str, audience: str) -> None:
        self._jwks_file = jwks_file
        self._issuer = issuer
        self._audience = audience
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._remembered: dict[str, tuple[float, Claims]] = {}

    def verify(self, token: str) -> Claims:
        """The claims of a token that is signed, current, and meant for us. Raises `NotAuthenticated`."""
        remembered = self._remembered.get(token)
        if remembered is not None and remembered[0] > time.time():
            return remembered[1]
        try:
            key = self._key(jwt.get_unverified_header(token).get("kid"))
            decoded = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
            claims = Claims.model_validate(decoded)
        except jwt.PyJWTError as error:
            raise NotAuthenticated(f"the token is not accepted ({type(error).__name__})") from None
        except ValueError:
            raise NotAuthenticated("the token's claims are incomplete: it needs sub, tenant, roles") from None
        self._remember(token, float(decoded["exp"]), claims)
        return claims

    def _key(self, key_id: str | None) -> jwt.PyJWK:
        if key_id not in self._keys:
            jwks = jwt.PyJWKSet.from_dict(json.loads(self._jwks_file.read_text(encoding="utf-8")))
            self._keys = {key.key_id: key for key in jwks.keys}
        try:
            return self._keys[key_id]
        except KeyError:
            raise jwt.InvalidKeyError("no such key") from None

    def _remember(self, token: str, expires: float, claims: Claims) -> None:
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[token] = (expires, claims)


class Allowed:
    """A route's rule, as a dependency: the caller in the roles that the route allows."""

    def __init__(self, roles: tuple[Role, ...]) -> None:
        self.roles = roles

    async def __call__(self, request: Request) -> Caller:
        """Raises `NotAuthenticated` or `NotAllowed`."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated("there is no bearer token")
        verifier: TokenVerifier = request.app.state.verifier
        claims = verifier.verify(token.strip())
        held = tuple(role for role in self.roles if role in claims.acts_as())
        if held:
            return Caller(claims=claims, roles=held)
        if Role.SYSTEM in self.roles and Role.SYSTEM in claims.roles and claims.act is None:
            raise NotAllowed(
                self.roles, "the role system acts for a clinician: name them in `sub`, the software in `act`"
            )
        raise NotAllowed(self.roles)


def allow(*roles: Role) -> Callable[[Request], Awaitable[Caller]]:
    """Declare who may call a route: `caller: Annotated[Caller, Depends(allow(Role.THERAPIST))]`."""
    return Allowed(roles)


async def public() -> None:
    """Declare that anybody may call a route, without a token."""


def require_declared(app: FastAPI) -> None:
    """Raise `RouteUndeclared` unless every route says who may call it."""
    # The framework keeps included routers whole: the application's own list holds none of their routes.
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute) or not declared(route):
            raise RouteUndeclared(f"{context.path} does not say who may call it: depend on allow() or public")


def declared(route: APIRoute) -> tuple[Role, ...] | str | None:
    """The roles of a route, `public`, or None when it declares nothing."""
    rules: list[Any] = [dependency.call for dependency in route.dependant.dependencies]
    for rule in rules:
        if isinstance(rule, Allowed):
            return rule.roles
        if rule is public:
            return "public"
    return None
