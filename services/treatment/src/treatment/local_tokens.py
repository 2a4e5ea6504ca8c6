"""The token issuer of embedded mode: a signing key made at first start, and the tokens it signs."""

import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import jwt
from casetrail_contracts.identity import Role
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

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


def make_signing_key(key_file: Path, jwks_file: Path) -> None:
    """A new Ed25519 key, and the public half as a JWKS that the services read."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key()))
    public |= {"kid": KEY_ID, "use": "sig", "alg": "EdDSA"}
    write_private(jwks_file, json.dumps({"keys": [public]}).encode())
    write_private(key_file, pem)


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
    key = load_pem_private_key(key_file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{key_file} does not hold an Ed25519 key")
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
