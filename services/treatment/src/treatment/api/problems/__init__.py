"""Every refusal in words: status, kind, what is wrong and how to mend it (RFC 9457)."""

from treatment.api.problems import asking, definitions, formulation, life, measures, plan, record, register
from treatment.api.problems.asking import BehindReader, ImportUnreadable, NotFhirJson
from treatment.api.problems.words import Words

__all__ = ["WORDS", "BehindReader", "ImportUnreadable", "NotFhirJson", "Words"]

WORDS: dict[type[Exception], Words] = {
    kind: words
    for topic in (asking, record, life, formulation, plan, measures, definitions, register)
    for kind, words in topic.WORDS.items()
}
"""Every refusal, by its class. A test goes through the classes and misses none."""
