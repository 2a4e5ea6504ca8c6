"""The names that other systems have for an instrument, its items, answers and scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """LOINC and SNOMED CT codes, as far as a source confirms them. Absent means: none is confirmed."""

    panel: str | None = None
    """LOINC code of the whole form."""
    total: str | None = None
    """LOINC code of the total, as it is sent out."""
    also_total: tuple[str, ...] = ()
    """Further LOINC codes that senders use for the total: accepted, never sent out."""
    unit: str = "{score}"
    """UCUM unit of the total."""
    items: tuple[str, ...] = ()
    """LOINC codes in item order, unscored items last. Their order is not numeric: never sort them."""
    answers: Mapping[str, int] = field(default_factory=dict)
    """What each LOINC answer code of a scored item stands for. Weights sent with a form are not trusted."""
    snomed: Mapping[str, str] = field(default_factory=dict)
    """SNOMED CT codes by what they name: `score`, `scale`, `procedure` and the like."""

    def is_total(self, code: str) -> bool:
        """Whether a sender's LOINC code names this instrument's total."""
        return code == self.total or code in self.also_total

    def item_number(self, code: str) -> int | None:
        """The number of the item with this LOINC code, from 1."""
        return self.items.index(code) + 1 if code in self.items else None
