"""Who is calling: bearer tokens, verified once and remembered until they end."""

import json
import time
from pathlib import Path

import jwt
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts

from casetrail_contracts.identity import Claims, Role

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
MOST_REMEMBERED = 10_000


class NotAuthenticated(Exception):
    """There is no token, or it cannot be trusted."""


class NotAllowed(Exception):
    """The token is good, but its roles do not reach."""


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
        expires, claims = self._remembered.get(token, (0.0, None))
        if claims is not None and expires > time.time():
            return claims
        try:
            decoded = jwt.decode(
                token,
                self._key(jwt.get_unverified_header(token).get("kid")),
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
            claims = Claims.model_validate(decoded)
        except (jwt.PyJWTError, ValueError) as error:
            raise NotAuthenticated(f"the token is not accepted ({type(error).__name__})") from None
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[token] = (float(decoded["exp"]), claims)
        return claims

    def _key(self, key_id: str | None) -> jwt.PyJWK:
        if key_id not in self._keys:
            found = jwt.PyJWKSet.from_dict(json.loads(self._jwks_file.read_text(encoding="utf-8")))
            self._keys = {key.key_id: key for key in found.keys}
        if key_id not in self._keys:
            raise jwt.InvalidKeyError("no such key")
        return self._keys[key_id]


class Allowed:
    """A route's rule, as a dependency: the claims of a caller with one of the roles."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(self, request: Request) -> Claims:
        """Raises `NotAuthenticated` or `NotAllowed`."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated("there is no bearer token")
        verifier: TokenVerifier = request.app.state.verifier
        claims = verifier.verify(token.strip())
        if not claims.has(self.roles):
            raise NotAllowed(f"this needs one of the roles {', '.join(self.roles)}")
        return claims


async def public() -> None:
    """Declare that anybody may call a route, without a token."""


def require_declared(app: FastAPI) -> None:
    """Raise `RouteUndeclared` unless every route says who may call it."""
    # The framework keeps included routers whole: the application's own list holds none of their routes.
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute) or not _declared(route):
            raise RouteUndeclared(
                f"{context.path} does not say who may call it: depend on Allowed() or public"
            )


def _declared(route: APIRoute) -> bool:
    rules = [dependency.call for dependency in route.dependant.dependencies]
    return any(rule is public or isinstance(rule, Allowed) for rule in rules)
