"""Each transport fault does on the wire what its name says."""

import contextlib
import gzip
import http.client
import io
import json
import time
import zipfile
import zlib
from urllib.parse import urlsplit

import pytest
from starlette.responses import Response
from starlette.routing import Route

from tests.upstreams import bombs, catalogue, faults, wire
from tests.upstreams.script import YEAR, play
from tests.upstreams.server import running
from tests.upstreams.world import World

HOST = "api.worldbank.org"
JAPAN = f"{HOST}/v2/en/country/JPN/indicator/BX.GSR.ROYL.CD?format=json&per_page=100"


@contextlib.contextmanager
def opened(base, target=JAPAN):
    """An answer whose body is not read yet."""
    line = http.client.HTTPConnection(urlsplit(base).netloc, timeout=5)
    line.request("GET", f"/{target}")
    with contextlib.closing(line), line.getresponse() as response:
        yield response


@pytest.fixture
def zipped(monkeypatch):
    """The publisher answers with an archive of one member."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("synthetic.csv", "year,value\n" + "2020,1\n" * 50)

    def answer(_):
        return Response(held.getvalue(), media_type="application/zip")

    (module,) = (m for m in catalogue.modules() if HOST in m.HOSTS)
    route = Route(f"/{HOST}/{{path:path}}", answer)
    monkeypatch.setattr(module, "routes", lambda world: [route])
    return held.getvalue()


def test_an_answer_without_faults_is_whole_and_says_it_is_synthetic(ask):
    answer = ask(JAPAN)
    assert answer.status == 200
    assert len(json.loads(answer.body)[1]) == 66
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert "made up" in answer.headers["X-Synthetic"]


def test_two_worlds_of_one_seed_say_the_same_and_of_two_seeds_do_not(ask):
    answers = []
    for seed in (1, 2):
        with running(World(seed=seed)) as base, opened(base) as response:
            answers.append(response.read())
    assert ask(JAPAN).body == answers[0] != answers[1]


def test_a_slow_body_arrives_in_drips_and_whole(world, ask):
    honest = ask(JAPAN).body
    world.drip_pieces, world.drip_seconds = 4, 0.1
    world.fault(HOST, "slow_body")
    began = time.monotonic()
    assert ask(JAPAN).body == honest
    assert time.monotonic() - began > 0.25


def test_a_server_stops_although_a_body_still_drips(world):
    world.fault(HOST, "slow_body")
    with contextlib.ExitStack() as client:
        with running(world) as base:
            response = client.enter_context(opened(base))
            began = time.monotonic()
        assert time.monotonic() - began < 3
        with pytest.raises(http.client.IncompleteRead):
            response.read()


def test_a_reset_breaks_the_connection_inside_the_body(world, base):
    world.fault(HOST, "reset")
    with opened(base) as response:
        assert response.status == 200
        assert response.read(10)
        with pytest.raises(ConnectionResetError):
            response.read()


@pytest.mark.parametrize(
    ("name", "missing"), [("truncated_body", 1_000), ("oversized", 10**12)]
)
def test_a_body_ends_before_its_stated_length(world, base, name, missing):
    world.fault(HOST, name)
    with opened(base) as response:
        stated = int(response.headers["Content-Length"])
        arrived = sum(map(len, iter(lambda: response.read(2**16), b"")))
    assert arrived == stated - missing > 0


def test_a_truncated_gzip_stream_has_no_end(world, ask):
    world.fault(HOST, "truncated_gzip")
    answer = ask(JAPAN)
    assert answer.headers["Content-Encoding"] == "gzip"
    with pytest.raises(EOFError):
        gzip.decompress(answer.body)


def test_a_resaved_answer_has_other_bytes_and_the_same_content(world, ask):
    sound = ask(JAPAN).body
    world.fault("*", "resaved")
    again = ask(JAPAN).body
    assert again != sound
    assert json.loads(again) == json.loads(sound)


def test_a_resaved_archive_is_packed_otherwise(zipped, world, ask):
    world.fault("*", "resaved")
    packed = ask(f"{HOST}/a.zip").body
    assert packed != zipped
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as new,
        zipfile.ZipFile(io.BytesIO(zipped)) as old,
    ):
        assert {n: new.read(n) for n in new.namelist()} == {
            n: old.read(n) for n in old.namelist()
        }


def test_a_truncated_archive_has_no_directory(zipped, world, ask):
    world.fault("*", "truncated_zip")
    body = ask(f"{HOST}/a.zip").body
    assert body == zipped[: len(zipped) // 2]
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(body))


def test_a_member_of_an_archive_climbs_out_of_its_folder(zipped, world, ask):
    world.fault("*", "path_traversal_zip")
    with zipfile.ZipFile(io.BytesIO(ask(f"{HOST}/a.zip").body)) as archive:
        assert archive.namelist() == ["../../evil.csv"]
        assert archive.read("../../evil.csv").startswith(b"year,value")


def test_a_zip_bomb_is_a_sound_archive_of_three_gigabytes(zipped, world, ask, heavy):
    world.fault("*", "zip_bomb")
    answer = ask(f"{HOST}/a.zip")
    assert answer.headers["Content-Type"] == "application/zip"
    assert len(answer.body) < 4_000_000
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.getinfo("synthetic.csv").file_size == bombs.EXPANDED
        with archive.open("synthetic.csv") as member:
            read = 0
            # Read to its end, the member's CRC is checked as well.
            while read < heavy(64 * 2**20, bombs.EXPANDED):
                piece = member.read(2**24)
                assert not any(piece[:: 2**12])
                read += len(piece)
            assert (read == bombs.EXPANDED) == (member.read(1) == b"")


def test_a_gzip_bomb_goes_on_and_on(world, ask):
    world.fault(HOST, "gzip_bomb")
    answer = ask(JAPAN)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 4_000_000
    opened = zlib.decompressobj(wbits=31).decompress(answer.body, 2**26)
    assert len(opened) == 2**26
    assert not any(opened[:: 2**12])
    assert int.from_bytes(answer.body[-4:], "little") == bombs.EXPANDED


@pytest.mark.parametrize(
    ("name", "status", "kind", "retry_after"),
    [
        ("html_outage", 200, "text/html", None),
        ("status_500", 500, "application/json", None),
        ("status_502_html", 502, "text/html", None),
        ("status_503_retry_after", 503, "application/json", "2"),
        ("rate_limit_429", 429, "application/json", "1"),
        ("quota_403", 403, "application/json", "3600"),
    ],
)
def test_a_refusal_has_its_status_and_headers(
    world, ask, name, status, kind, retry_after
):
    world.fault(HOST, name)
    answer = ask(JAPAN)
    assert answer.status == status
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers["Retry-After"] == retry_after
    assert (b"<html" in answer.body) == (kind == "text/html")


def test_an_empty_answer_is_a_success_without_a_body(world, ask):
    world.fault(HOST, "empty_200")
    answer = ask(JAPAN)
    assert (answer.status, answer.body) == (200, b"")


def test_a_wrong_content_type_leaves_the_body_alone(world, ask):
    honest = ask(JAPAN)
    world.fault(HOST, "wrong_content_type")
    answer = ask(JAPAN)
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.body == honest.body


def test_a_redirect_leads_to_a_page_and_not_round_in_circles(world, ask):
    world.fault("*", "redirect_to_html")
    answer = ask(JAPAN)
    assert answer.status == 302
    page = ask(answer.headers["Location"].removeprefix("http://"))
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")


def test_every_transport_fault_is_tried_above():
    assert set(faults.TRANSPORT) == set(faults.REPLIES) | set(wire.SENDERS)
    assert len(faults.TRANSPORT) == 19


def test_a_fault_holds_for_so_many_requests(world, ask):
    world.fault(HOST, "status_500", times=2)
    assert [ask(JAPAN).status for _ in range(3)] == [500, 500, 200]


def test_a_fault_concerns_only_paths_with_its_text(world, ask):
    world.fault(HOST, "status_500", path="country/KOR")
    assert ask(JAPAN).status == 200
    assert ask(JAPAN.replace("JPN", "KOR")).status == 500


def test_a_cleared_fault_is_gone_and_others_stay(world, ask):
    world.fault(HOST, "status_500")
    world.fault(HOST, "wrong_content_type")
    world.clear(name="status_500")
    assert ask(JAPAN).headers["Content-Type"] == "text/html"
    world.clear()
    assert ask(JAPAN).headers["Content-Type"].startswith("application/json")


def test_a_fault_or_a_host_nobody_knows_is_refused(world):
    with pytest.raises(ValueError, match="has no fault 'rest'"):
        world.fault(HOST, "rest")
    with pytest.raises(ValueError, match="no publisher at"):
        world.fault("example.org", "reset")


def test_the_log_holds_what_was_asked_and_answered(world, ask):
    world.fault(HOST, "status_500", times=1)
    ask(JAPAN, Accept="application/json")
    ask(JAPAN)
    first, second = world.asked(HOST)
    assert first.path == "/v2/en/country/JPN/indicator/BX.GSR.ROYL.CD"
    assert first.query == {"format": "json", "per_page": "100"}
    assert first.headers["accept"] == "application/json"
    assert (first.status, first.faults) == (500, ("status_500",))
    assert (second.status, second.faults) == (200, ())


def test_a_person_can_switch_by_hand(world, ask):
    assert HOST.encode() in ask("").body
    fault = ask(f"_control/fault?host={HOST}&name=status_500&times=1", "POST")
    assert fault.status == 200
    assert ask(JAPAN).status == 500
    wrong = ask(f"_control/fault?host={HOST}&name=rest", "POST")
    assert (wrong.status, wrong.body.count(b"\n")) == (400, 1)
    ask("_control/edition?to=2027-01-01", "POST")
    assert (world.edition, world.today.year) == (1, 2027)
    ask(f"{JAPAN}&appId=synthetic-secret")
    log = ask("_control/log").body.decode()
    assert log.startswith(f"500 GET {HOST}/v2/en/country/JPN")
    assert "synthetic-secret" not in log


def test_a_mistake_in_a_publisher_module_is_not_taken_for_an_outage(monkeypatch):
    (module,) = (m for m in catalogue.modules() if HOST in m.HOSTS)
    monkeypatch.setattr(module, "_rows", lambda *_: 1 / 0)
    served = contextlib.ExitStack()
    with opened(served.enter_context(running(World()))) as response:
        assert response.status == 500
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        served.close()


def test_every_publisher_lists_faults_that_exist_and_starts_with_its_host():
    for module in catalogue.modules():
        assert len(set(module.FAULTS)) == len(module.FAULTS)
        for route in module.routes(World()):
            assert route.path.split("/")[1] in module.HOSTS


def test_the_scripted_year_can_be_played(world, ask):
    days = [step.day for step in YEAR]
    assert days == sorted(days)
    statuses = []
    for step in YEAR:
        play(world, step)
        world.drip_seconds = 0
        statuses.append(ask(JAPAN).status)
    assert {200, 429, 502} == set(statuses)
    assert world.edition == sum(step.edition for step in YEAR)
    assert world.today == YEAR[-1].day
