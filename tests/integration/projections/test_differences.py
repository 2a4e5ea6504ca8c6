"""Which rows differ between the tables in use and others, on both databases: cases and columns, no values."""

from collections.abc import Iterator

import pytest
from tests.builders import TENANT, case_id
from tests.integration.projections.feeding import feed
from tests.integration.projections.storing import Place, mixed, open_place

from treatment.projections import caseload
from treatment.projections.rebuild.comparing import Comparison, NothingToCompare, compare
from treatment.projections.rebuild.differences import Difference
from treatment.projections.rebuild.look import Kept, look

HISTORY = mixed(60)


@pytest.fixture
def place(read_url: str) -> Iterator[Place]:
    """Sixty events, all of them applied; one case has a wrong figure, and lacks rows."""
    made = open_place(read_url)
    made.store(HISTORY.events)
    feed(made.live, caseload.PROJECTION, HISTORY.contents)
    with made.live.writing() as write:
        write.run("UPDATE caseload SET session_count = 99 WHERE case_id = :case", {"case": case_id(2)})
        write.run("DELETE FROM caseload_flag WHERE case_id = :case", {"case": case_id(2)})
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
    rebuild = place.made_anew()
    more = mixed(62)
    place.store(more.events[60:])
    feed(place.live, caseload.PROJECTION, more.contents[60:])
    assert look(place.rebuild()) == Kept(rebuild="ready", held=60, former_since=None)
    assert compare(rebuild) == Comparison(
        projection="caseload",
        other="rebuild",
        differences=(difference("caseload", "session_count"), difference("caseload_flag", other=2)),
        left_out=0,
        quarantined_in_use=0,
        quarantined_other=0,
    )


def test_without_a_rebuild_the_former_tables_are_compared(place: Place) -> None:
    rebuild = place.made_anew()
    rebuild.switch()
    south = mixed(5, "south", first_case=100)
    place.store(south.events)
    feed(place.live, caseload.PROJECTION, south.contents)
    assert compare(rebuild) == Comparison(
        projection="caseload",
        other="former",
        differences=(difference("caseload", "session_count"), difference("caseload_flag", in_use=2)),
        # The former tables hold nothing of these.
        left_out=5,
        quarantined_in_use=0,
        quarantined_other=0,
    )


def test_what_is_not_there_or_not_finished_is_not_compared(place: Place) -> None:
    with pytest.raises(NothingToCompare, match="there are no other tables of caseload"):
        compare(place.rebuild())
    rebuild = place.rebuild()
    rebuild.begin()
    with pytest.raises(NothingToCompare, match="the rebuild of caseload is not finished"):
        compare(rebuild)
