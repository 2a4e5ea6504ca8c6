"""A read model applies what follows on what it holds: in order, once, and never beyond a hole."""

from tests.builders import History, case_id, opened, scored

from casetrail_contracts import Event
from casetrail_contracts.broker import subject
from casetrail_contracts.examples import CASE, CASE_EXAMPLES
from treatment.projections.arrivals import Arrival, Delivery, Hole, Plan, arrival, plan

SUBJECT = f"casetrail.events.north.{CASE}.case"


def history(tenant: str, count: int) -> list[Event]:
    made = History(tenant)
    case = case_id(1)
    made.add(case, opened())
    for number in range(count - 1):
        made.add(case, scored(f"a-{number}", number))
    return made.events


def arrived(*events: Event) -> list[Arrival]:
    return [
        arrival(number, Delivery(key=event.envelope.id, subject=subject(event), content=event.bytes))
        for number, event in enumerate(events)
    ]


def test_events_are_applied_in_order_of_position_whatever_order_they_came_in() -> None:
    one, two, three = history("north", 3)
    third, first, second = arrived(three, one, two)
    assert plan([third, first, second], {}) == Plan(
        following=(first, second, third), repeated=(), unplaced=(), waiting=(), holes=()
    )


def test_what_is_held_already_is_passed_over() -> None:
    first, second, third = arrived(*history("north", 3))
    assert plan([first, second, third], {"north": 2}) == Plan(
        following=(third,), repeated=(first, second), unplaced=(), waiting=(), holes=()
    )


def test_the_same_event_twice_in_one_batch_is_applied_once() -> None:
    (one,) = history("north", 1)
    first, again = arrived(one, one)
    assert plan([first, again], {}) == Plan(
        following=(first,), repeated=(again,), unplaced=(), waiting=(), holes=()
    )


def test_nothing_beyond_a_hole_is_applied() -> None:
    one, _, three, four = history("north", 4)
    first, third, fourth = arrived(one, three, four)
    assert plan([first, third, fourth], {}) == Plan(
        following=(first,),
        repeated=(),
        unplaced=(),
        waiting=(third, fourth),
        holes=(Hole(tenant="north", expected=2, found=3),),
    )


def test_a_hole_of_one_tenant_holds_up_no_other() -> None:
    _, two = history("north", 2)
    (other,) = history("south", 1)
    beyond, next_ = arrived(two, other)
    assert plan([beyond, next_], {}) == Plan(
        following=(next_,),
        repeated=(),
        unplaced=(),
        waiting=(beyond,),
        holes=(Hole(tenant="north", expected=1, found=2),),
    )


def test_bytes_that_say_no_position_are_kept_apart() -> None:
    delivery = Delivery(key="stream-7", subject=SUBJECT, content=b"{}")
    unreadable = arrival(0, delivery)
    assert unreadable == Arrival(
        number=0,
        delivery=delivery,
        tenant="north",
        case_id=CASE,
        position=None,
        record=None,
    )
    assert plan([unreadable], {"north": 5}) == Plan(
        following=(), repeated=(), unplaced=(unreadable,), waiting=(), holes=()
    )


def test_a_payload_that_cannot_be_read_keeps_its_place_in_the_history() -> None:
    made = History()
    content = made.add_broken(case_id(1))
    found = arrival(0, Delivery(key=made.events[0].envelope.id, subject=SUBJECT, content=content))
    assert (found.tenant, found.case_id, found.position) == ("north", case_id(1), 1)


def test_every_published_example_can_be_placed() -> None:
    found = [
        arrival(0, Delivery(key="k", subject=SUBJECT, content=content)) for content in CASE_EXAMPLES.values()
    ]
    assert [(one.tenant, one.case_id, one.position) for one in found] == [
        ("north", CASE, position) for position in range(1, len(CASE_EXAMPLES) + 1)
    ]
