"""The page and the mail in a real browser, at every width, light and dark."""

import base64
import io
import re
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fontTools.ttLib import TTFont
from playwright.sync_api import sync_playwright

from reports.brief import LANGUAGES

CHROMIUM = Path("/usr/bin/chromium")
WIDTHS = (320, 375, 768, 1100)
SCHEMES = ("light", "dark")
RULES = {
    "light": ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),
    # The dark page differs in its colours alone.
    "dark": ("cat.color",),
}
# Of the line box of our typeface, the parts above and below what characters ink.
CLEAR_ABOVE, CLEAR_BELOW = 0.19, 0.12
MEASURE = """() => {
  const small = [], clipped = [], crossed = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement
    if (!node.textContent.trim() || !element.getClientRects().length) continue
    if (element.closest('title, desc, style')) continue
    const svg = element.closest('svg')
    const zoom = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1
    const size = parseFloat(getComputedStyle(element).fontSize) * zoom
    if (size < 10.49) small.push([node.textContent.trim(), size])
  }
  for (const svg of document.querySelectorAll('svg[role=img]')) {
    if (!svg.getClientRects().length) continue
    const frame = svg.viewBox.baseVal, name = svg.querySelector('title').id
    const ink = []
    for (const text of svg.querySelectorAll('text')) {
      const box = text.getBBox(), move = text.getCTM(), away = svg.getCTM().inverse()
      const to = away.multiply(move)
      const at = new DOMPoint(box.x, box.y + box.height * ABOVE).matrixTransform(to)
      const end = new DOMPoint(box.x + box.width, box.y + box.height * (1 - BELOW))
        .matrixTransform(to)
      const one = {
        left: Math.min(at.x, end.x), right: Math.max(at.x, end.x),
        top: Math.min(at.y, end.y), bottom: Math.max(at.y, end.y),
        words: text.textContent,
      }
      if (one.left < -0.5 || one.right > frame.width + 0.5 ||
          one.top < -0.5 || one.bottom > frame.height + 0.5)
        clipped.push([name, one.words])
      for (const other of ink)
        if (one.left < other.right - 0.5 && other.left < one.right - 0.5 &&
            one.top < other.bottom - 0.5 && other.top < one.bottom - 0.5)
          crossed.push([name, one.words, other.words])
      ink.push(one)
    }
  }
  return {
    small, clipped, crossed,
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  }
}""".replace("ABOVE", str(CLEAR_ABOVE)).replace("BELOW", str(CLEAR_BELOW))


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def files(parcels, tmp_path_factory):
    """Both languages' pages and mails as files, by name."""
    folder, found = tmp_path_factory.mktemp("browser"), {}
    for language in LANGUAGES:
        sent = parcels(language)
        found[language] = folder / f"{language}.html"
        found[language].write_bytes(sent.brief.html)
        found[f"mail {language}"] = unpack(sent.mail, folder / f"mail-{language}")
    return found


def unpack(mail, folder):
    """Write a mail's page with its images beside it."""
    folder.mkdir()
    message = message_from_bytes(mail, policy=SMTP)
    html = message.get_body(("html",)).get_content()
    for part in message.walk():
        if part["Content-ID"]:
            cid = part["Content-ID"][1:-1]
            name = cid.partition("@")[0] + ".png"
            (folder / name).write_bytes(part.get_content())
            html = html.replace(f"cid:{cid}", name)
    page = folder / "index.html"
    page.write_text(html)
    return page


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module", params=SCHEMES)
def scheme(request):
    return request.param


@pytest.fixture(scope="module")
def page(scheme, language, browser, files):
    """The page with every fold open, in one colour scheme."""
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    opened = context.new_page()
    opened.goto(files[language].as_uri())
    opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    yield opened
    context.close()


def violations(page, scheme):
    # Passes would be listed node by node, which takes longer than finding them.
    tags = {"type": "tag", "values": RULES[scheme]}
    asked = {"runOnly": tags, "resultTypes": ["violations"]}
    found = Axe().run(page, options=asked)
    return [
        (fault["id"], node["target"], node["failureSummary"])
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.sampled(4)
def test_the_page_has_no_accessibility_fault(page, scheme, width):
    page.set_viewport_size({"width": width, "height": 900})
    assert violations(page, scheme) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_is_cut_off_or_written_over(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    found = page.evaluate(MEASURE)
    assert found["overflow"] <= 0
    assert found["small"] == []
    assert found["clipped"] == []
    assert found["crossed"] == []


def test_one_drawing_of_each_chart_is_shown(page):
    for width, shown in ((320, "narrow"), (1100, "wide")):
        page.set_viewport_size({"width": width, "height": 900})
        seen = page.locator("svg[role=img]:visible")
        assert seen.count() == 7
        assert page.locator(f".{shown} svg:visible").count() == 7


def test_the_page_loads_nothing_and_complains_of_nothing(
    browser, files, language, scheme
):
    context = browser.new_context(color_scheme=scheme)
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(files[language].as_uri())
    page.wait_for_load_state("networkidle")
    family = "document.fonts.check('16px \"Brief Sans TC\"')"
    assert page.evaluate(family)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()
    assert not [url for url in asked if not re.match(r"file:|data:", url)]
    assert said == []
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 28)"}[scheme]


@pytest.mark.sampled(2)
def test_the_mail_fits_and_has_no_accessibility_fault(browser, files, language, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(files[f"mail {language}"].as_uri())
    for width in (320, 700):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(MEASURE)
        assert found["overflow"] <= 0
        assert found["small"] == []
    assert violations(page, scheme) == []
    assert page.evaluate(
        "[...document.images].every(image => image.complete && image.naturalWidth)"
    )
    context.close()


BOLD = """() => {
  const found = new Set()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement
    if (element.closest('title, desc, style')) continue
    if (parseInt(getComputedStyle(element).fontWeight) < 600) continue
    for (const character of node.textContent.trim()) found.add(character)
  }
  return [...found]
}"""


def test_the_bold_face_draws_all_that_the_browser_sets_in_bold(
    browser, files, language
):
    html = files[language].read_text("utf-8")
    data = re.search(r"font-weight:700;src:url\(data:font/woff2;base64,([^)]+)", html)
    with TTFont(io.BytesIO(base64.b64decode(data[1]))) as font:
        drawn = set(map(chr, font.getBestCmap()))
    page = browser.new_page()
    page.goto(files[language].as_uri())
    shown = {c for c in page.evaluate(BOLD) if c.strip()}
    page.close()
    assert len(shown) > 40
    assert not shown - drawn
