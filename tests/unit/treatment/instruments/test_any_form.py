"""Whatever is answered: a score within the instrument's range, or none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treatment.definitions import shipped_instruments
from treatment.domain.instruments import Instrument, score
from treatment.domain.refusals import NothingToScore

WITH_ITEMS = [one for one in shipped_instruments().by_code.values() if one.items is not None]


@pytest.mark.parametrize("instrument", WITH_ITEMS, ids=lambda one: one.code)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_score_is_within_its_range_and_has_a_band_where_there_are_bands(
    instrument: Instrument, data: st.DataObject
) -> None:
    rule = instrument.items
    assert rule is not None
    answer = st.none() | st.integers(rule.lowest, rule.highest)
    items = tuple(data.draw(st.lists(answer, min_size=rule.count, max_size=rule.count)))
    mode = data.draw(st.sampled_from(rule.answer_modes))
    if items == (None,) * rule.count:
        with pytest.raises(NothingToScore):
            score(instrument, items, answer_mode=mode)
        return
    found = score(instrument, items, answer_mode=mode)
    figure = found.total if found.mean is None else found.mean
    if figure is not None:
        assert instrument.lowest <= figure <= instrument.highest
    assert (found.band is not None) == (figure is not None and bool(instrument.bands))
    assert found.risk is None or found.risk_points is not None
    assert found == score(instrument, items, found.total, reported_mean=found.mean, answer_mode=mode)
