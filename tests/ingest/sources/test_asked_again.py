"""Publishers that have nothing new are asked, and nothing of theirs is parsed again.

All figures are synthetic.
"""

from datetime import date, timedelta

import pytest

from ingest import incoming
from ingest.source import all_sources
from ingest.sources import un_comtrade
from tests import trials
from tests.ingest.sources.visits import NOW, visiting

VISITED = [source for source in all_sources().values() if source.fetch]
NEXT_DAY = NOW + timedelta(days=1)
# By then every publisher has released anew.
IN_SPRING = date(2027, 2, 20)


class ParsedError(AssertionError):
    """A payload was parsed."""


def _parsed(*_):
    raise ParsedError


@pytest.fixture(params=VISITED, ids=lambda source: source.name)
def visits(request, tmp_path, monkeypatch):
    """A source that has been visited once."""
    source = request.param
    monkeypatch.setattr(un_comtrade, "_REPORTERS", trials.FEW_REPORTERS)
    key = trials.SECRETS.get(source.secret)
    with visiting(source, tmp_path, key=key) as found:
        assert found.told(NOW) is None
        assert found.loaded
        yield found


@pytest.mark.sampled(2)
def test_what_has_not_changed_upstream_is_not_parsed_again(visits, monkeypatch):
    landed = visits.payloads()
    monkeypatch.setattr(incoming, "read", _parsed)
    assert visits.told(NEXT_DAY) is None
    assert visits.loaded == []
    assert visits.payloads() == landed
    visits.world.advance(to=IN_SPRING)
    with pytest.raises(ParsedError):
        visits.told()


@pytest.mark.sampled(2)
def test_other_bytes_of_the_same_content_change_no_row(visits):
    rows = visits.everything()
    visits.world.fault("*", "resaved")
    assert visits.told(NEXT_DAY) is None
    assert visits.held_back() == {}
    assert all(x.rows_opened == x.rows_closed == 0 for x in visits.loaded)
    assert visits.everything() == rows
