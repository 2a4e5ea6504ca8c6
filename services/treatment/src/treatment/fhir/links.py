"""Which linkId of a sender's questionnaires is which item or total, where the linkIds do not say it.

[[questionnaires]]
name = "phq-9-questionnaire"
[questionnaires.links]
LittleInterest = "phq9.1"
TotalScore = "phq9.total"
"""

import tomllib
from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from treatment.definitions import Instruments
from treatment.fhir.vocabulary import key_at_the_end, vocabulary
from treatment.imports.mapping import MappingFaulty, in_plain_words

Links: TypeAlias = Mapping[str, Mapping[str, str]]
"""By the end of a questionnaire's address: the key of an item or total by linkId."""
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Questionnaire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    links: Annotated[dict[Name, str], Field(min_length=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    questionnaires: Annotated[tuple[_Questionnaire, ...], Field(min_length=1)]


def read_links(name: str, content: bytes, instruments: Instruments) -> Links:
    """The links that a TOML file says. Raises `MappingFaulty`, also for a key that no form has."""
    try:
        file = _File.model_validate(tomllib.loads(content.decode()))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MappingFaulty(f"{name}: {place}: {in_plain_words(first)}") from error
    except UnicodeDecodeError as error:
        raise MappingFaulty(f"{name}: not UTF-8; save it again as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise MappingFaulty(f"{name}: not TOML: {error}") from error
    words = vocabulary(instruments)
    known = words.items | {total for form in words.forms for total in form.totals}
    found: dict[str, dict[str, str]] = {}
    for questionnaire in file.questionnaires:
        links = found.setdefault(questionnaire.name, {})
        for link, meant in questionnaire.links.items():
            key = key_at_the_end(meant)
            if key not in known:
                raise MappingFaulty(
                    f"{name}: {questionnaire.name}: {link}: no installed form has {meant}; "
                    "write a key such as phq9.1 or phq9.total, or a LOINC code"
                )
            links[link] = key
    return found
