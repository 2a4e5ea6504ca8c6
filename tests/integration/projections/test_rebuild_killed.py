"""A rebuild is killed at each step: the old tables serve, and the work goes on."""

from dataclasses import replace
from itertools import count

import pytest
from tests.builders import TENANT
from tests.integration.projections.feeding import everything_in, feed_all
from tests.integration.projections.rebuilding import HISTORY, SOUTH, spoil
from tests.integration.projections.storing import Place

from treatment.projections import case_summary, caseload
from treatment.projections.positions import position_of
from treatment.projections.projection import ReadModel
from treatment.projections.rebuild.exchange import exchange_of
from treatment.projections.rebuild.switching import switch
from treatment.projections.records import Record


class Killed(BaseException):
    """The process ends here, without a chance to clean up."""


def killed_at(step: int) -> ReadModel:
    """The caseload, killed when it applies an event for the n-th time."""
    applied = count(1)

    def fold(row: caseload.Listed | None, record: Record) -> caseload.Listed | None:
        if next(applied) == step:
            raise Killed
        return caseload.PROJECTION.fold(row, record)

    return replace(caseload.PROJECTION, fold=fold)


@pytest.mark.parametrize("step", [1, 8, 30, 60])
def test_killed_while_it_fills_the_old_one_serves_and_it_goes_on(place: Place, step: int) -> None:
    place.store(HISTORY.events)
    feed_all(place.live, HISTORY.contents)
    before = everything_in(place.live)
    struck = place.rebuild(killed_at(step))
    struck.begin()
    with pytest.raises(Killed):
        struck.fill(stop=lambda: False)
    struck.beside.close()
    assert everything_in(place.live) == before
    rebuild = place.rebuild()
    assert rebuild.begin()
    assert rebuild.progress().held == (step - 1) // 7 * 7
    assert rebuild.fill(stop=lambda: False)
    rebuild.switch()
    assert place.rows() == before | {"projection_position": place.rows()["projection_position"]}
    assert position_of(place.live, "caseload", TENANT) == 60


def test_killed_while_it_is_made_it_is_begun_anew(place: Place) -> None:
    """Between the making of the tables and the note that says so."""
    place.store(HISTORY.events)
    rebuild = place.rebuild()
    rebuild.begin()
    with rebuild.beside.database.writing() as write:
        write.run("DROP TABLE build")
    rebuild.beside.close()
    again = place.rebuild()
    assert (again.standing(), again.begin()) == (None, False)
    assert again.fill(stop=lambda: False)


class KilledAtTheExchange:
    """Killed inside the transaction of the switch, after the former tables were put aside."""

    def __init__(self, real: object) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        if name == "take_in":
            raise Killed
        return getattr(self._real, name)


def test_killed_in_the_switch_the_old_one_serves_and_the_switch_can_be_done(
    place: Place, whole: dict[str, list[str]]
) -> None:
    place.store([*HISTORY.events, *SOUTH.events])
    feed_all(place.live, HISTORY.contents)
    spoil(place.live)
    before = everything_in(place.live)
    rebuild = place.made_anew()
    build = rebuild.standing()
    assert build is not None
    exchange = KilledAtTheExchange(exchange_of(place.url, rebuild.beside))
    with pytest.raises(Killed):
        switch(
            place.live,
            rebuild.beside,
            build,
            caseload.PROJECTION,
            exchange,  # type: ignore[arg-type]
            place.log,
            rebuild.now,
        )
    assert everything_in(place.live) == before
    rebuild.beside.close()
    again = place.rebuild()
    assert again.begin()
    again.switch()
    place.made_anew(case_summary.PROJECTION).switch()
    assert place.rows() == whole


def test_killed_after_the_switch_it_is_known_as_done(place: Place) -> None:
    place.store(HISTORY.events)
    feed_all(place.live, HISTORY.contents)
    rebuild = place.made_anew()
    build = rebuild.standing()
    assert build is not None
    rebuild.switch()
    rows, former = place.rows(), rebuild.former()
    # The clean-up did not happen: what was switched to still stands there.
    rebuild.beside.begin(replace(build, ready=False))
    again = place.rebuild()
    assert again.standing() is None
    assert (place.rows(), again.former()) == (rows, former)
