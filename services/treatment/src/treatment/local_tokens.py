"""The token issuer of embedded mode: a signing key made at first start, and the tokens it signs."""

import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from casetrail_contracts.identity import Role

ISSUER = "https://casetrail.local"
AUDIENCE = "casetrail"
KEY_ID = "local-1"
LIFETIME = timedelta(days=30)


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = file.with_suffix(".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    unfinished.rename(file)


def signing_key() -> bytes:
    """A new Ed25519 key, as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_keys(pem: bytes) -> bytes:
    """The public half of a signing key as a JWKS, which the services read."""
    public = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(_private_key(pem).public_key()))
    public |= {"kid": KEY_ID, "use": "sig", "alg": "EdDSA"}
    return json.dumps({"keys": [public]}).encode()


def _private_key(pem: bytes) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the signing key is not an Ed25519 key")
    return key


def sign(  # noqa: PLR0913 (each is one claim)
    key_file: Path,
    *,
    sub: str,
    tenant: str,
    roles: Sequence[Role],
    now: datetime,
    teams: Sequence[str] = (),
    scope: str = "",
    act: str | None = None,
    lifetime: timedelta = LIFETIME,
) -> str:
    """A signed token. Whoever holds it is that person until it ends."""
    key = _private_key(key_file.read_bytes())
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": sub,
        "tenant": tenant,
        "roles": list(roles),
        "teams": list(teams),
        "scope": scope,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    if act is not None:
        claims["act"] = {"sub": act}
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": KEY_ID})
