"""What people decide: corrections, and payloads accepted."""

import hashlib
import json
import re

import pytest

from tests.conftest import run_geese

pytestmark = pytest.mark.integration


@pytest.mark.sampled(0)
def test_what_people_accept_and_correct_counts_from_the_next_refresh(
    copied_checkout, refreshed_copy
):
    """All in one, for a refresh takes a minute."""
    data = refreshed_copy
    reference = copied_checkout / "ingest/reference"
    file = reference / "vendor_rankings_by_release.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-12]), encoding="utf-8")
    _bless(copied_checkout, file)
    done = run_geese("refresh", data=data, checkout=copied_checkout)
    assert done.returncode == 3, done.stderr
    assert "lacks 12 of 233 rows" in done.stderr
    assert (
        "held back" in run_geese("status", data=data, checkout=copied_checkout).stdout
    )
    sha256 = done.stderr.split("geese accept ")[1].split()[0]
    accepted = run_geese(
        *("accept", sha256, "--why", "the 1998 rows were guesses"),
        data=data,
        checkout=copied_checkout,
    )
    assert accepted.returncode == 0, accepted.stderr
    corrected = run_geese(
        *("override", "article__top_ten", "--key", "year=2000", "--key", "rank=8"),
        *("--column", "share_pct", "--value", "3.3"),
        *("--why", "the release prints 3.3", "--source", "https://example.org"),
        data=data,
        checkout=copied_checkout,
    )
    assert corrected.returncode == 0, corrected.stderr
    _assert_a_rebuild_has_it_already(copied_checkout, data)
    done = run_geese("refresh", data=data, checkout=copied_checkout)
    assert done.returncode == 0, done.stderr
    _assert_the_correction_stands_beside_the_printed_share(data)


def _assert_the_correction_stands_beside_the_printed_share(data):
    row = run_geese(
        "sql",
        """select share_pct_printed, share_pct_corrected, correction_reason
        from marts.company_rankings where share_pct_corrected is not null""",
        "--json",
        data=data,
    )
    assert json.loads(row.stdout) == [
        {
            "share_pct_printed": 3.2,
            "share_pct_corrected": 3.3,
            "correction_reason": "the release prints 3.3",
        }
    ]


def _assert_a_rebuild_has_it_already(copied_checkout, data):
    """What was decided since the last version is in the rebuilt tables."""
    done = run_geese("rebuild", data=data, checkout=copied_checkout)
    assert done.returncode == 1
    assert "marts.company_rankings" in done.stdout
    assert "tables differ from the published version" in done.stderr
    assert (data / "rebuilt.duckdb").exists()


def _bless(checkout, file):
    """Correct what provenance and contract say of a file, as its editor would."""
    provenance = checkout / "ingest/reference/provenance.toml"
    text = provenance.read_text(encoding="utf-8")
    head, tail = text.split(f'["{file.name}"]')
    rows = len(file.read_text(encoding="utf-8").splitlines()) - 1
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    tail = re.sub(r"rows = \d+", f"rows = {rows}", tail, count=1)
    tail = re.sub(r'sha256 = "\w+"', f'sha256 = "{digest}"', tail, count=1)
    provenance.write_text(f'{head}["{file.name}"]{tail}', encoding="utf-8")
    module = checkout / "ingest/sources/company_revenues.py"
    module.write_text(module.read_text().replace("rows=(233,", f"rows=({rows},"))
