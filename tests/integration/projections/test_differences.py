"""Which rows differ between the tables in use and others, on both databases: cases and columns, no values."""

from collections.abc import Iterator

import pytest
from tests.builders import TENANT, case_id
from tests.integration.projections.feeding import feed
from tests.integration.projections.storing import Place, mixed, open_place

from treatment.projections import case_summary
from treatment.projections.rebuild.comparing import Comparison, NothingToCompare, compare
from treatment.projections.rebuild.differences import Difference
from treatment.projections.rebuild.look import Kept, look

HISTORY = mixed(60)


@pytest.fixture
def place(read_url: str) -> Iterator[Place]:
    """Sixty events, all of them applied; one case has a wrong figure, and lacks rows."""
    made = open_place(read_url)
    made.store(HISTORY.events)
    feed(made.live, case_summary.PROJECTION, HISTORY.contents)
    with made.live.writing() as write:
        write.run("UPDATE case_summary SET phase = 'none' WHERE case_id = :case", {"case": case_id(2)})
        write.run("DELETE FROM case_summary_entry WHERE case_id = :case", {"case": case_id(2)})
    yield made
    made.log.close()
    made.live.close()


def difference(table: str, *columns: str, in_use: int = 0, other: int = 0) -> Difference:
    """How case 2 differs."""
    return Difference(
        tenant=TENANT,
        case_id=case_id(2),
        table=table,
        columns=columns,
        only_in_use=in_use,
        only_other=other,
    )


def test_the_rebuild_is_brought_up_to_date_and_compared(place: Place) -> None:
    rebuild = place.made_anew(case_summary.PROJECTION)
    more = mixed(62)
    place.store(more.events[60:])
    feed(place.live, case_summary.PROJECTION, more.contents[60:])
    assert look(place.rebuild(case_summary.PROJECTION)) == Kept(rebuild="ready", held=60, former_since=None)
    assert compare(rebuild) == Comparison(
        projection="case-summary",
        other="rebuild",
        differences=(difference("case_summary", "phase"), difference("case_summary_entry", other=9)),
        left_out=0,
        quarantined_in_use=0,
        quarantined_other=0,
    )


def test_without_a_rebuild_the_former_tables_are_compared(place: Place) -> None:
    rebuild = place.made_anew(case_summary.PROJECTION)
    rebuild.switch()
    south = mixed(5, "south", first_case=100)
    place.store(south.events)
    feed(place.live, case_summary.PROJECTION, south.contents)
    assert compare(rebuild) == Comparison(
        projection="case-summary",
        other="former",
        differences=(difference("case_summary", "phase"), difference("case_summary_entry", in_use=9)),
        # The former tables hold nothing of these.
        left_out=5,
        quarantined_in_use=0,
        quarantined_other=0,
    )


def test_what_is_not_there_or_not_finished_is_not_compared(place: Place) -> None:
    with pytest.raises(NothingToCompare, match="there are no other tables of case-summary"):
        compare(place.rebuild(case_summary.PROJECTION))
    rebuild = place.rebuild(case_summary.PROJECTION)
    rebuild.begin()
    with pytest.raises(NothingToCompare, match="the rebuild of case-summary is not finished"):
        compare(rebuild)
