"""Observations to forms: panels with their members, totals, and items that came without either."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from treatment.fhir.draft import Draft, latest, numbered
from treatment.fhir.observations import Observed
from treatment.fhir.vocabulary import FormCodes, Vocabulary
from treatment.imports.form import Rejected, Subject, Unreadable


@dataclass(slots=True, kw_only=True)
class _Group:
    """Observations of one form, while they are gathered."""

    codes: FormCodes
    members: list[Observed] = field(default_factory=list)

    @property
    def total(self) -> Observed | None:
        return next((member for member in self.members if member.kind == "total"), None)

    def lacks(self, item: str) -> bool:
        """Whether this form has the item, and no answer to it yet."""
        if item not in self.codes.numbers:
            return False
        answered = [member.item for member in self.members if member.kind == "item"]
        answered += [code for member in self.members for code, _ in member.components]
        return self.codes.numbers[item] not in {self.codes.numbers[code] for code in answered}


class _Gathering:
    """Puts every Observation into a group: panels and totals into one, an item also into a second panel."""

    def __init__(self, observed: Sequence[Observed]) -> None:
        self.groups: list[_Group] = []
        self._by_key = {one.key: one for one in observed if one.key}
        self._taken: set[str] = set()
        self._at: dict[tuple[Subject, str], list[_Group]] = defaultdict(list)

    def is_free(self, one: Observed) -> bool:
        """Whether it is in no group yet."""
        return one.place not in self._taken

    def at(self, one: Observed) -> list[_Group]:
        """The groups of the same patient and moment."""
        return self._at[one.subject, str(one.taken_at)]

    def begin(self, codes: FormCodes, first: Observed) -> _Group:
        """A new group, with its first member and all that this one leads to."""
        group = _Group(codes=codes)
        self.groups.append(group)
        self.at(first).append(group)
        self.add(group, first)
        return group

    def add(self, group: _Group, first: Observed) -> None:
        """Add an Observation and what its references lead to, as far as it belongs to the same form."""
        waiting = [first]
        while waiting:
            one = waiting.pop()
            if one in group.members or (one.kind != "item" and one.place in self._taken):
                continue
            self._taken.add(one.place)
            group.members.append(one)
            linked = [self._by_key[link] for link in sorted(one.links) if link in self._by_key]
            waiting += [other for other in linked if _belongs(other, first, group)]


def _belongs(other: Observed, first: Observed, group: _Group) -> bool:
    if other.subject != first.subject:
        return False
    if other.kind == "item":
        return group.lacks(other.item)
    return other.codes is group.codes and (other.kind == "panel" or group.total is None)


def drafts(observed: Sequence[Observed], words: Vocabulary) -> Iterator[Draft | Rejected]:
    """The forms that the Observations tell, each Observation in one of them."""
    gathering = _Gathering(observed)
    for panel in observed:
        if panel.kind == "panel" and panel.codes is not None and gathering.is_free(panel):
            gathering.begin(panel.codes, panel)
    for total in observed:
        if total.kind == "total" and total.codes is not None and gathering.is_free(total):
            homes = [one for one in gathering.at(total) if one.codes is total.codes and one.total is None]
            if len(homes) == 1:
                gathering.add(homes[0], total)
            else:
                gathering.begin(total.codes, total)
    loose = [one for one in observed if one.kind == "item" and gathering.is_free(one)]
    yield from _loose_items(gathering, loose, words)
    for group in gathering.groups:
        try:
            yield _draft(group)
        except Unreadable as error:
            yield error.at(_head(group).place)


def _loose_items(gathering: _Gathering, items: Sequence[Observed], words: Vocabulary) -> Iterator[Rejected]:
    """Items to which nothing leads: they join the form of their moment, or make one of their own."""
    alone: dict[tuple[Subject, str], list[Observed]] = defaultdict(list)
    for item in items:
        forms = [group for group in gathering.at(item) if item.item in group.codes.numbers]
        # PHQ-2 and PHQ-9 share items; beside both totals they are those of the longer form.
        longest = max((group.codes.size for group in forms), default=0)
        homes = [group for group in forms if group.codes.size == longest]
        if not homes:
            alone[item.subject, str(item.taken_at)].append(item)
        elif len(homes) > 1:
            yield Rejected(
                place=item.place, reason="it is not said to which of several forms the item belongs"
            )
        elif homes[0].lacks(item.item):
            gathering.add(homes[0], item)
        else:
            yield Rejected(
                place=item.place, reason="the form of this moment has an answer to this item already"
            )
    for together in alone.values():
        yield from _forms_of_items(gathering, together, words)


def _forms_of_items(
    gathering: _Gathering, together: Sequence[Observed], words: Vocabulary
) -> Iterator[Rejected]:
    """Items of one patient and moment, without a total or a panel."""
    for codes in words.covering({item.item for item in together}, named=frozenset()):
        group: _Group | None = None
        for item in together:
            if item.item not in codes.numbers or not gathering.is_free(item):
                continue
            if group is None:
                group = gathering.begin(codes, item)
            elif group.lacks(item.item):
                gathering.add(group, item)
            else:
                reason = "the form of this moment has an answer to this item already"
                yield Rejected(place=item.place, reason=reason)


def _head(group: _Group) -> Observed:
    """The Observation that stands for the form: its total, else its panel, else its first item."""
    panels = [member for member in group.members if member.kind == "panel"]
    items = sorted(
        (member for member in group.members if member.kind == "item"),
        key=lambda member: group.codes.numbers[member.item],
    )
    return group.total or [*panels, *items][0]


def _draft(group: _Group) -> Draft:
    head = _head(group)
    items = [
        (member.item, None if member.value is None else int(member.value))
        for member in group.members
        if member.kind == "item"
    ]
    inner = [component for member in group.members for component in member.components]
    answers = numbered(group.codes, [*items, *inner])
    valued = [member for member in group.members if member.kind != "item" and member.value is not None]
    totals = {member.value for member in valued}
    if len(totals) > 1:
        raise Unreadable("the panel and its total say different totals")
    responses = {member.response for member in group.members} - {""}
    return Draft(
        place=head.place,
        key=head.key,
        subject=head.subject,
        codes=group.codes,
        taken_at=head.taken_at,
        answers=answers,
        total=totals.pop() if totals else None,
        young=next((member.young for member in group.members if member.young), None),
        response=responses.pop() if len(responses) == 1 else "",
        standing="corrected" if any(member.standing == "corrected" for member in group.members) else "said",
        changed_at=latest(member.changed_at for member in group.members),
    )
