"""Who stands in the interpersonal inventory of a simulated course. Nobody of them exists."""

from random import Random

from casetrail_contracts.events.inventory import LinkToOnset, LivingStatus, Relationship
from casetrail_contracts.events.problem_area import Area
from treatment.simulator.drawn import DrawnPerson
from treatment.simulator.scores import whole_within
from treatment.simulator.shapes import WorkFigures

NAMED = (
    (Relationship.PARTNER, 1),
    (Relationship.PARENT, 2),
    (Relationship.FRIEND, 2),
    (Relationship.SIBLING, 3),
    (Relationship.COLLEAGUE, 4),
    (Relationship.OTHER_FAMILY, 4),
)
"""Who is named first, second, …, and how close. The first one lives, and is the party of a dispute."""
MOURNED = "mourned"
FIRST = "person-1"


def people(chance: Random, figures: WorkFigures, area: Area) -> tuple[DrawnPerson, ...]:
    """The people who are named; in grief also the one who died."""
    count = min(len(NAMED), whole_within(chance, figures.people))
    found = tuple(
        DrawnPerson(
            person_id=f"person-{number}",
            relationship=relationship,
            ring=ring,
            living=LivingStatus.LIVING,
            link=_link(chance, area, number),
        )
        for number, (relationship, ring) in enumerate(NAMED[:count], start=1)
    )
    if area is not Area.GRIEF:
        return found
    lost = chance.choice((Relationship.PARENT, Relationship.PARTNER, Relationship.CHILD, Relationship.FRIEND))
    mourned = DrawnPerson(
        person_id=MOURNED,
        relationship=lost,
        ring=1,
        living=LivingStatus.DECEASED,
        link=LinkToOnset.PRECIPITANT,
    )
    return (*found, mourned)


def _link(chance: Random, area: Area, number: int) -> LinkToOnset:
    if area is Area.ROLE_DISPUTE and number == 1:
        return LinkToOnset.PRECIPITANT
    return chance.choice((LinkToOnset.NONE, LinkToOnset.PROTECTIVE, LinkToOnset.MAINTAINING))
