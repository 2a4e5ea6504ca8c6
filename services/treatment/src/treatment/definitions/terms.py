"""The lists of coded terms, read from their file."""

import hashlib
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from casetrail_contracts.scalars import Term
from treatment.definitions.reading import Definition, check_name, read_toml
from treatment.domain.terms import LISTS, Terms

Listed = Annotated[tuple[Term, ...], Field(min_length=1, max_length=500)]


class TermsFile(Definition):
    """What a file of coded terms may say: every list, each with at least one term."""

    code: Literal["TERMS"]
    version: Annotated[str, Field(pattern=r"^[0-9][0-9a-z.]{0,15}$")]
    closeness_rings: Annotated[int, Field(ge=3, le=5)]
    topics: Listed
    patterns: Listed
    skills: Listed
    duties: Listed
    side_effects: Listed
    declined: Listed


def read_terms(name: str, content: bytes) -> Terms:
    """The lists from the bytes of their file. Raises `DefinitionFaulty`."""
    read = read_toml(name, content, TermsFile)
    check_name(name, read.code, read.version)
    return Terms(
        code=read.code,
        version=read.version,
        sha256=hashlib.sha256(content).hexdigest(),
        closeness_rings=read.closeness_rings,
        lists=MappingProxyType({one: frozenset(getattr(read, one)) for one in sorted(set(LISTS.values()))}),
    )


def shipped_terms() -> Terms:
    """The lists that ship with Casetrail. Raises `DefinitionFaulty` when the file is wrong."""
    file = files("treatment.definitions") / "rule_sets" / "TERMS-1.toml"
    return read_terms(file.name, file.read_bytes())
