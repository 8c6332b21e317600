"""Every number that page, mail and PDF print is the mart's, rounded as shown."""

import html
import re
from email import message_from_bytes
from email.policy import SMTP
from functools import cache

import pytest

from reports import brief, kinds
from reports.rendering import blocks, letter, pdf
from tests.reports.conftest import parcel
from tests.reports.test_brief import UNITS, printed_number, read, value_in_mart
from tests.reports.test_letter import html_of, plain_of
from tests.reports.test_pdf import bare, page_of, reader, text_of

LEAST = {"annual": 350, "quarterly": 150, "monthly": 80}
# What holds one statement: text of a form can be looked for by it, whole.
HOLDERS = ("p", "h1", "h2", "h3", "td", "th", "li", "b", "span")
FORMS = ("html", "plain", "pdf")


@pytest.fixture(scope="session")
def every_kind(fresh_marts, font_cache, parcels):
    """A brief by kind and language, made once."""

    @cache
    def made(kind, language):
        if kind == kinds.ANNUAL:
            return parcels(language)
        return parcel(fresh_marts, language, font_cache, kind=kind)

    return made


@pytest.fixture(params=kinds.KINDS)
def kind(request):
    return request.param


@pytest.fixture(params=brief.LANGUAGES)
def one(request, kind, every_kind):
    return every_kind(kind, request.param)


def untrue(made, marts):
    """Figures of the page whose text is not the mart's value at the shown rounding."""
    ids = {target: figure_id for figure_id, target in made.figures.items()}
    found = []
    for target, text in read(made).printed:
        name, value = ids[target], value_in_mart(marts, ids[target])
        if text == "–" or value is None:
            found += [(name, text)] if text != "–" or value is not None else []
            continue
        is_row = "claim_id=T" in name and "share" not in name
        unit = UNITS[made.language] if "_millions" in name or is_row else 1
        number, half = printed_number(text, made.language)
        found += (
            [(name, text)] if abs(number - float(value) / unit) > half + 1e-9 else []
        )
    return found


def said_by(one, form):
    """What a form says, without its white space."""
    message = message_from_bytes(one.mail, policy=SMTP)
    if form == "pdf":
        # A paragraph may go on after the foot of its page.
        title, last = bare(page_of(one).title), len(reader(one.pdf).pages)
        return re.sub(rf"{re.escape(title)}\d+/{last}", "", text_of(one.pdf))
    if form == "plain":
        return bare(plain_of(message))
    return bare(html.unescape(re.sub(r"<[^>]+>", "", html_of(message))))


def statements(one, form):
    """The texts with figures that a form takes from the page."""
    is_left_out = pdf._is_left_out if form == "pdf" else letter._is_left_out
    body = blocks.without(page_of(one).body, is_left_out)
    return list(_statements(body))


def _statements(node):
    for child in node.children:
        if isinstance(child, str):
            continue
        figures = [n for n in child.all("span") if n.figure]
        if child.figure or (child.tag in HOLDERS and figures and _is_flat(child)):
            yield child.text
        else:
            yield from _statements(child)


def _is_flat(node):
    inner = [c for c in node.children if isinstance(c, blocks.Node) and not c.figure]
    return not any(
        c.all("span") and [n for n in c.all("span") if n.figure] for c in inner
    )


def lost(wanted, said):
    return [text for text in wanted if bare(text) not in said]


@pytest.mark.sampled(3)
def test_every_number_of_the_page_is_the_marts(one, kind, fresh_marts):
    assert len(read(one.brief).printed) > LEAST[kind]
    assert untrue(one.brief, fresh_marts) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.sampled(6)
def test_mail_and_pdf_say_what_the_page_says(one, form):
    wanted = statements(one, form)
    assert len(wanted) > 25
    assert lost(wanted, said_by(one, form)) == []


def test_a_number_that_differs_is_found_out(every_kind, marts, fresh_marts):
    one = every_kind("monthly", "en")
    marts.execute(
        """update marts.balance_ratios set balance_ratio = balance_ratio + 0.01
        where series_id = 'twn.ic.mof_press.ratio.m' and period = '2025-08'"""
    )
    wrong = {name for name, _ in untrue(one.brief, marts)}
    where = "series_id=twn.ic.mof_press.ratio.m,period=2025-08"
    assert wrong == {f"balance_ratios.balance_ratio/{where}"}
    for form in FORMS:
        said, wanted = said_by(one, form), statements(one, form)
        sentence = next(bare(w) for w in wanted if "chip exports came to" in w)
        changed = said.replace(sentence, sentence.replace("$", "$1"))
        assert lost(wanted, changed)


FLOWS = """
select now.exports_millions as exports, now.imports_millions as imports,
    now.exports_millions / old.exports_millions - 1 as more_exports,
    now.imports_millions / old.imports_millions - 1 as more_imports,
    now.balance_ratio / old.balance_ratio - 1 as higher
from marts.balance_ratios as now
join marts.balance_ratios as old
    on old.series_id = now.series_id
    and old.period_start_date = now.period_start_date - interval 1 year
where now.series_id = ? and now.period = ?
"""


@pytest.mark.parametrize("language", brief.LANGUAGES)
@pytest.mark.parametrize(
    ("series", "month", "decimals"),
    [
        ("twn.ic.mof_press.ratio.m", "2025-08", 1),
        ("jpn.ic.customs_principal.ratio.m", "2026-03", 0),
    ],
)
def test_growth_and_balance_are_those_of_the_flows(
    every_kind, fresh_marts, language, series, month, decimals
):
    """They have no id of their own: what they say again is in the flows beside them."""
    exports, imports, *growth = fresh_marts.execute(FLOWS, [series, month]).fetchone()
    one = every_kind("monthly", language)
    gap = float(exports - imports) / UNITS[language]
    if language == "zh-TW" and decimals == 0:
        balance = f"{gap:,.0f}億日圓"
    elif language == "zh-TW":
        balance = f"{gap:,.1f}億美元"
    else:
        balance = f"{'¥' if decimals == 0 else '$'}{gap:,.{decimals}f}bn"
    said = {form: said_by(one, form) for form in FORMS}
    for form in FORMS:
        assert balance in said[form], (form, balance)
        for share in growth:
            assert f"{abs(float(share)):.1%}" in said[form], (form, share)
