"""The simulated World Bank answers in the publisher's own shapes."""

import json
from xml.etree import ElementTree

import pytest

from tests.upstreams.publishers.world_bank import HOST

PATH = f"{HOST}/v2/en/country/{{}}/indicator/BX.GSR.ROYL.CD?format=json&per_page=1000"
JAPAN = PATH.format("JPN")


@pytest.fixture
def rows(ask):
    def rows(target=JAPAN):
        return json.loads(ask(target).body)[1]

    return rows


@pytest.fixture
def head(ask):
    def head(target=JAPAN):
        return json.loads(ask(target).body)[0]

    return head


def test_a_row_has_the_publishers_fields(rows):
    newest, year_before, *_ = rows()
    assert newest == {
        "indicator": {
            "id": "BX.GSR.ROYL.CD",
            "value": "Charges for the use of intellectual property, receipts "
            "(BoP, current US$)",
        },
        "country": {"id": "JP", "value": "Japan"},
        "countryiso3code": "JPN",
        "date": "2025",
        "value": newest["value"],
        "unit": "",
        "obs_status": "",
        "decimal": 0,
    }
    assert year_before["value"] > 1e9


def test_pages_add_up_to_the_whole(ask, rows):
    first = json.loads(ask(JAPAN.replace("1000", "40")).body)
    assert first[0] == {
        "page": 1,
        "pages": 2,
        "per_page": 40,
        "total": 66,
        "sourceid": "2",
        "lastupdated": "2026-07-01",
    }
    second = rows(JAPAN.replace("1000", "40") + "&page=2")
    assert first[1] + second == rows()


def test_dates_and_several_economies_are_heeded(rows):
    found = rows(PATH.format("JPN;KOR") + "&date=2001:2002")
    asked = [(row["countryiso3code"], row["date"]) for row in found]
    assert asked == [(e, y) for e in ("JPN", "KOR") for y in ("2002", "2001")]
    assert len(rows(PATH.format("all") + "&date=2001")) == 229


@pytest.mark.parametrize(
    "target", [PATH.format("TWN"), JAPAN + "&page=x", JAPAN.replace("BX", "ZZ")]
)
def test_what_it_does_not_know_is_a_message_with_status_200(ask, target):
    answer = ask(target)
    assert answer.status == 200
    assert json.loads(answer.body) == [
        {
            "message": [
                {
                    "id": "120",
                    "key": "Invalid value",
                    "value": "The provided parameter value is not valid",
                }
            ]
        }
    ]


def test_nothing_found_is_null(ask):
    head, rows = json.loads(ask(JAPAN + "&date=2050:2060").body)
    assert (head["total"], rows) == (0, None)


@pytest.mark.parametrize("economy", ["JPN", "TWN"])
def test_without_a_format_it_speaks_xml(ask, economy):
    answer = ask(PATH.format(economy).replace("format=json&", ""))
    assert answer.headers["Content-Type"].startswith("text/xml")
    space = "{http://www.worldbank.org}"
    root = ElementTree.fromstring(answer.body)  # noqa: S314
    assert root.tag == space + ("data" if economy == "JPN" else "error")
    assert len(root) == (66 if economy == "JPN" else 1)


def test_an_edition_revises_three_years_and_moves_its_date(world, rows, head):
    before = {row["date"]: row["value"] for row in rows()}
    world.advance()
    after = {row["date"]: row["value"] for row in rows()}
    changed = {year for year in before if before[year] != after[year]}
    assert changed == {"2023", "2024", "2025"}
    assert head()["lastupdated"] == "2026-12-20"


def test_an_edition_adds_a_year_once_it_is_over(world, rows):
    world.advance(to=world.today.replace(year=2027))
    newest, *_ = rows()
    assert newest["date"] == "2026"
    assert newest["value"] > 1e9


def test_years_that_nobody_reports_have_no_value(rows):
    by_year = {row["date"]: row["value"] for row in rows()}
    assert by_year["1995"] is None
    assert by_year["1996"] > 1e9


def test_an_income_group_has_no_code(rows):
    found = {row["country"]["id"]: row for row in rows(PATH.format("HIC;WLD"))}
    assert found["XD"]["countryiso3code"] == ""
    assert found["1W"]["countryiso3code"] == "WLD"


def test_new_values_may_come_under_an_old_date(world, rows, head):
    before = rows()
    world.advance()
    world.fault(HOST, "unmoved_lastupdated")
    assert rows() != before
    assert head()["lastupdated"] == "2026-07-01"


def test_header_numbers_may_be_texts(world, head):
    world.fault(HOST, "numbers_as_text")
    assert head()["total"] == "66"


def test_a_refusal_and_an_empty_answer_have_status_200(world, ask):
    world.fault(HOST, "message_200", times=1)
    assert json.loads(ask(JAPAN).body)[0]["message"][0]["id"] == "120"
    world.fault(HOST, "null_rows", times=1)
    assert json.loads(ask(JAPAN).body)[1] is None


def test_the_header_may_be_wrong(world, head):
    world.fault(HOST, "wrong_total", times=1)
    assert head()["total"] == 67
    world.fault(HOST, "updated_midway")
    assert head()["lastupdated"] == "2026-07-01"
    assert head(JAPAN.replace("BX.", "BM."))["lastupdated"] == "2026-07-02"


def test_xml_may_come_despite_the_format(world, ask):
    world.fault(HOST, "xml_despite_json")
    assert ask(JAPAN).body.startswith(b"<?xml")


def test_japan_may_vanish(world, ask, rows):
    world.fault(HOST, "vanished_economy")
    assert b"Invalid value" in ask(JAPAN).body
    assert len(rows(PATH.format("all") + "&date=2001")) == 228


def test_content_faults_reach_the_answer(world, rows):
    before = rows()
    world.fault(HOST, "half_the_rows", times=1)
    assert rows() == before[:33]
    assert rows() == before
