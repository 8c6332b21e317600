"""A flash that lacks a month says so on its page, in its PDF and in its mail."""

import datetime as dt
from email import message_from_bytes
from email.policy import SMTP

import duckdb
import pytest

from orchestration.mail import message, waiting
from orchestration.settings import Settings
from reports import brief
from reports.facts import queries
from reports.facts.desk import Desk
from reports.kinds import Edition
from reports.rendering import letter, pdf
from reports.words import gaps
from reports.words.voice import Voice
from tests.reports.small_warehouse.warehouse import build
from tests.reports.test_letter import html_of, plain_of
from tests.reports.test_pdf import bare, text_of

FLASH = Edition("monthly", "v", "2025-08")
LOSE = """
delete from marts.balance_ratios where economy_code = 'JPN' and product_set = 'ic'
    and period_kind = 'monthly' and period >= ?
"""
DUE = "insert into ops.source_states values ('japan_customs', ?, null, ?)"


@pytest.fixture
def lacking(marts):
    """Japan ends with June 2025; its next figures are due on 30 September."""
    marts.execute(LOSE, ["2025-07"])
    marts.execute(
        """update marts.balance_ratios set published_on = '2025-07-29'
        where economy_code = 'JPN' and period = '2025-06'"""
    )
    marts.execute(DUE, ["current", dt.datetime(2025, 9, 30, tzinfo=dt.UTC)])
    return marts


def found(marts, edition=FLASH, language="en"):
    facts = queries.read(Desk(marts, language, str), "article")
    return gaps.gaps(facts, edition)


def told(marts, edition=FLASH, language="en"):
    voice = Voice(language)
    return [
        " ".join(map(voice.plain, gaps.said(gap, edition)))
        for gap in found(marts, edition, language)
    ]


@pytest.mark.parametrize(
    ("language", "mark", "said"),
    [
        (
            "en",
            "incomplete",
            (
                "Japan’s chip trade in August 2025 is missing.",
                "The series ends with June 2025, published on 29 July 2025.",
                "The next figures are expected on 30 September 2025;",
            ),
        ),
        (
            "zh-TW",
            "資料未齊",
            (
                "資料未齊：尚缺日本 2025 年 8 月的晶片進出口值。",
                "該序列目前只到 2025 年 6 月（2025 年 7 月 29 日公布）。",
                "下一次公布預計在 2025 年 9 月 30 日",
            ),
        ),
    ],
)
def test_page_pdf_and_mail_say_what_is_missing_since_when_and_until_when(
    lacking, font_cache, language, mark, said
):
    made = brief.make(lacking, FLASH, language, font_cache)
    document = pdf.make(made)
    mail = message_from_bytes(letter.make(made, document), policy=SMTP)
    page = made.html.decode()
    head = page.partition("</header>")[0]
    kicker = head.partition('<p class="kicker">')[2].partition("</p>")[0]
    assert kicker.endswith(mark)
    for sentence in said:
        assert bare(sentence) in bare(head).replace("</b>", "")
        assert bare(sentence) in text_of(document)
        assert bare(sentence) in bare(plain_of(mail))
        assert bare(sentence) in bare(html_of(mail)).replace("</b>", "")
    subject = message_from_bytes(
        message.marked(letter.make(made, document), language), policy=SMTP
    )["subject"]
    assert subject.startswith(f"[{mark}] ")


def test_a_whole_flash_and_an_annual_brief_lack_nothing(marts, font_cache):
    assert found(marts) == ()
    marts.execute(LOSE, ["1900"])
    assert found(marts, Edition("annual", "v", "2024")) == ()
    assert (
        "Incomplete"
        not in brief.make(marts, Edition("annual", "v"), "en", font_cache).html.decode()
    )


def test_a_quarter_names_each_month_that_it_lacks(marts):
    marts.execute(LOSE, ["2025-05"])
    (said,) = told(marts, Edition("quarterly", "v", "2025-Q2"))
    assert said.startswith("Japan’s chip trade in May 2025 and June 2025 is missing.")


def test_what_is_overdue_or_unknown_is_not_called_expected(lacking):
    lacking.execute("update ops.source_states set state = 'overdue'")
    assert "were due on 30 September 2025 and had not come" in told(lacking)[0]
    lacking.execute("delete from ops.source_states")
    assert told(lacking)[0].endswith("When the next figures are due is not known.")
    back = Edition("monthly", "v", "2025-08", dt.date(2025, 8, 31))
    assert told(lacking, back)[0].endswith("published on 29 July 2025.")


def test_an_economy_without_any_month_is_missed_too(marts):
    marts.execute(LOSE, ["1900"])
    assert "The series has no earlier month either." in told(marts)[0]


@pytest.mark.parametrize("first", ["2025-07", "2025-08", "2025-09"])
def test_what_holds_a_mail_back_is_what_the_page_misses(tmp_path, first):
    """The sender and the brief share one meaning of whole."""
    settings = Settings(data=tmp_path)
    settings.published.mkdir(parents=True)
    file = settings.published / "v.duckdb"
    with duckdb.connect(str(file)) as con:
        build(con)
        con.execute(LOSE, [first])
        missed = [
            f"{gap.economy_code} {month}" for gap in found(con) for month in gap.months
        ]
    settings.latest.symlink_to(file.name)
    assert waiting.missing(settings, "monthly", "2025-08") == missed
    assert bool(missed) == (first < "2025-09")
