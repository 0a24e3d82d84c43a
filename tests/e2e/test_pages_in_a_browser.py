"""The pages in Chromium without scripts: phone and desktop, light and dark, large letters, English, paper."""

from __future__ import annotations

import re
from pathlib import Path

import axe_playwright_python
import pytest

from tests.builders.batch_pages import GTIN, Answering, a_batch, a_mark, a_test, pages_over
from tests.servers.served import serving
from trace.usecases.batch_page.page import ProofShown

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Asked for violations alone, the checker words nothing about what passed.
RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(it => it.violations.map(
  one => one.id + ': ' + one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ')))"""
OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  const over = [...document.querySelectorAll('body *')].filter(one => {
    if (one.closest('svg') || one.closest('.vh') || one.matches('.skip')) return false;
    const box = one.getBoundingClientRect();
    return box.width && (box.right > wide + 0.5 || box.left < -0.5);
  });
  return [document.documentElement.scrollWidth - wide, over.map(one => one.className || one.tagName)];
}"""
SMALL = """least => [...document.querySelectorAll('a, summary, button, input, select')].filter(one => {
  if (one.matches('.skip') || one.type === 'hidden') return false;
  const box = one.getBoundingClientRect();
  const after = getComputedStyle(one, '::after');
  const grown = after.content !== 'none' ? -2 * parseFloat(after.top || 0) : 0;
  return box.height && box.height + grown < least;
}).map(one => one.outerHTML.slice(0, 80))"""

STATES = {
    "normal": a_batch(batch_no="normal"),
    "attention": a_batch(
        batch_no="attention",
        tests=(a_test(conclusion="fail", purpose="sampling"), a_test()),
        marks=(a_mark("gap", declared="地磅故障，按袋数折算"), a_mark("pre-harvest-interval")),
        disputes=1,
        proof=ProofShown("pending", 1, 2, (), None, None),
        receivers="none",
    ),
    "recalled": a_batch(batch_no="recalled", banner="recalled"),
    "withdrawn": a_batch(batch_no="withdrawn", banner="withdrawn"),
    "inactive": a_batch(batch_no="inactive", banner="inactive"),
}
PATHS = [
    *(f"/01/{GTIN}/10/{state}" for state in STATES),
    f"/01/{GTIN}/10/NIE",
    "/",
    "/privacy",
    "/verify-help",
]


CHECKED = [path for path in PATHS if not path.endswith(("withdrawn", "inactive", "/privacy"))]


@pytest.fixture(scope="module")
def address():
    with serving(pages_over(Answering(*STATES.values()))) as at:
        yield at


@pytest.fixture
def show(chromium, address):
    """Opens an address in a window of its own: `show(path, width=390, dark=…)`; checks need scripts."""
    contexts = []

    def opened(path, *, width=390, dark=False, scripts=True, **media):
        context = chromium.new_context(
            viewport={"width": width, "height": 844},
            locale="zh-CN",
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            bypass_csp=False,
            **media,
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on(
            "request",
            lambda request: (
                page.complaints.append(request.url)
                if request.url.startswith("http") and not request.url.startswith(address)
                else None
            ),
        )
        page.home = address
        page.goto(address + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def spread(page):
    """Open every fold, as a reader may."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


@pytest.mark.parametrize("query", ["", "?m=elder", "?lang=en"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_is_wider_than_the_screen(show, width, query):
    page = show("/", width=width)
    for path in PATHS:
        page.goto(page.home + path + query)
        spread(page)
        assert page.evaluate(OVERFLOW) == [0, []], path


@pytest.mark.parametrize(("query", "enlarged"), [("", 2), ("?lang=en", 2), ("?m=elder", 1.4)])
def test_letters_enlarged_by_the_browser_flow_within_the_screen(show, query, enlarged):
    page = show("/", width=320)
    for path in PATHS[:4]:
        page.goto(page.home + path + query)
        spread(page)
        page.evaluate(
            """times => {
              const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
              document.documentElement.style.fontSize = `${size * times}px`;
            }""",
            enlarged,
        )
        assert page.evaluate(OVERFLOW) == [0, []], path


def test_large_letters_keep_the_name_and_the_domain(show):
    page = show(f"/01/{GTIN}/10/normal?m=elder")
    assert page.locator(".bar b").is_visible()
    assert page.locator(".bar b").inner_text().split() == ["绿溯", page.home.split("//")[1]]


@pytest.mark.parametrize(
    ("query", "dark"), [("", False), ("", True), ("?m=elder", False), ("?lang=en&v=wrong", True)]
)
def test_the_checker_of_accessibility_finds_nothing(show, query, dark):
    page = show("/", dark=dark)
    for path in CHECKED:
        page.goto(page.home + path + query)
        spread(page)
        page.evaluate(AXE)
        assert page.evaluate(RUN, RULES) == [], path


def test_the_page_asks_nobody_else_and_breaks_no_policy(show):
    for path in PATHS[:-4]:
        page = show(path)
        errors = [each for each in page.complaints if "status of 410" not in each]
        assert errors == []


def test_everything_can_be_read_and_opened_without_scripts(show):
    page = show(f"/01/{GTIN}/10/normal", scripts=False)
    assert page.locator("h1").inner_text() == "追溯记录正常"
    first = page.locator(".tl details").nth(1)
    assert first.locator(".facts").is_hidden()
    first.locator("summary").click()
    assert first.locator(".facts").is_visible()
    page.get_by_role("link", name="EN").click()
    assert page.locator("h1").inner_text() == "Records in order"
    page.get_by_role("link", name="Large text").click()
    assert page.locator("html").get_attribute("class") == "elder"
    assert page.locator("h1").inner_text() == "Records in order"


def test_a_code_can_be_typed_without_scripts(show):
    page = show("/", scripts=False)
    page.get_by_role("textbox", name="追溯码").fill(f"(01){GTIN}(10)recalled")
    page.get_by_role("button", name="查询").click()
    assert page.locator("h1").inner_text() == "这批产品正在召回"


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(show):
    page = show(f"/01/{GTIN}/10/normal")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize(("query", "least"), [("", 24), ("?m=elder", 44)])
def test_targets_are_large_enough_for_a_finger(show, query, least):
    page = show(f"/01/{GTIN}/10/normal{query}")
    inline = ("check", "自己核验", "privacy", "verify-help", "API")
    small = [each for each in page.evaluate(SMALL, least) if not any(word in each for word in inline)]
    assert small == []


def test_large_letters_are_large(show):
    size = "getComputedStyle(document.querySelector('.kv dd')).fontSize"
    usual = float(show(f"/01/{GTIN}/10/normal").evaluate(size)[:-2])
    large = float(show(f"/01/{GTIN}/10/normal?m=elder").evaluate(size)[:-2])
    assert usual >= 14
    assert large >= 18.5


def test_dark_is_dark_and_light_is_light(show):
    ground = "getComputedStyle(document.body).backgroundColor"
    assert show("/").evaluate(ground) == "rgb(244, 246, 243)"
    assert show("/", dark=True).evaluate(ground) == "rgb(15, 22, 19)"


def test_nothing_moves_for_those_who_asked_for_stillness(show):
    page = show(f"/01/{GTIN}/10/normal", reduced_motion="reduce")
    moving = """[...document.querySelectorAll('*')].filter(
      one => getComputedStyle(one).transitionDuration !== '0s').length"""
    assert page.evaluate(moving) == 0


def test_forced_colours_keep_the_borders(show):
    page = show(f"/01/{GTIN}/10/normal", forced_colors="active")
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderTopStyle") == "solid"


def test_on_paper_the_controls_are_gone_and_the_ink_is_dark(show):
    page = show(f"/01/{GTIN}/10/normal", dark=True)
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator(".btn").first.is_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(21, 33, 27)"
    paper = page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 4
