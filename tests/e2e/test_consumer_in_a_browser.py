"""The shopper's pages in a real browser: every banner, forms without scripts, voice, sharing, weight."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.builders.batch_pages import (
    DIGEST,
    GTIN,
    AnItem,
    Answering,
    Scanned,
    a_batch,
    a_mark,
    a_test,
    pages_over,
)
from tests.builders.signed_rice import SignedRice
from tests.builders.weights import (
    BEFORE_CHECK_BUDGET,
    PAGE_BUDGET,
    VERIFIER_BUDGET,
    WITH_FALLBACK_BUDGET,
    page_weight,
    script_weight,
)
from tests.clock import SteppingClock
from tests.e2e.test_pages_in_a_browser import AXE, OVERFLOW, RULES, RUN, SMALL, spread
from tests.servers.platform import TestPlatform
from tests.servers.served import both_skins, serving
from tests.simulators.witnesses import publish
from tests.unit.scanner_web.test_item_page import BANNERS
from trace.codes.ranges import Standing
from trace.usecases.batch_page.page import FileShown, Origin

FILE = FileShown("ab" * 32, "application/pdf", 1_234_567, here=True)
PLOT = Origin(
    "崇明区", "水稻", None, "2026-10-01", "2026-10-03", ((0, 50), (950, 0), (1000, 475), (100, 525)), 29
)


QUESTIONED = {
    "contradicted": {"expected_expiry": "2027-01-01"},
    "disputed": {"disputes": 1, "marks": (a_mark("pre-harvest-interval"),)},
}
"""Packs of which something is asked at the head: the last day, a dispute beside a mark."""


def serial_of(number: int) -> str:
    return f"0A1B2C3D4E{number:02}"


def the_items() -> list[AnItem]:
    """One pack for each banner, each of a batch of its own."""
    made = []
    states = [(name, changed, standing, scans) for name, (changed, standing, scans, *_) in BANNERS.items()]
    states += [(name, changed, Standing.ACTIVE, Scanned()) for name, changed in QUESTIONED.items()]
    for number, (name, changed, standing, scans) in enumerate(states):
        batch = a_batch(
            batch_no=name,
            lot=f"urn:lot:X:{name}",
            origins=(PLOT,),
            tests=(a_test(file=FILE), a_test()),
            **changed,
        )
        made.append(AnItem(serial_of(number), batch, standing, scans))
    return made


PACKS = {name: f"/01/{GTIN}/21/{serial_of(number)}" for number, name in enumerate(BANNERS)}
IN_QUESTION = {
    name: f"/01/{GTIN}/21/{serial_of(number)}" for number, name in enumerate(QUESTIONED, len(BANNERS))
}
UNKNOWN = f"/01/{GTIN}/21/ZZZZZZZZZZZZ"
BATCH = f"/01/{GTIN}/10/M20261012A"
FORMS = [
    f"/complaints/new?code={BATCH[1:]}&v=abc",
    "/complaints/new",
    "/complaints",
    f"/01/{GTIN}",
    f"/01/{GTIN}?day=2026-01-01",
    f"{BATCH}?wish=counted",
]


@pytest.fixture(scope="module")
def packs():
    items = the_items()
    with serving(pages_over(Answering(*(item.of for item in items), items=items))) as at:
        yield at


@pytest.fixture(scope="module")
def served(databases, tmp_path_factory):
    """A platform that was told story 1, with its forms."""
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        SignedRice(platform, clock).tell()
        publish(platform)
        with serving(both_skins(platform, tmp_path_factory.mktemp("forms"))) as at:
            yield at


@pytest.fixture
def window(chromium):
    """A window of its own: `window(width=390, dark=…, scripts=…)`."""
    contexts = []

    def opened(*, width=390, dark=False, scripts=True, before=""):
        context = chromium.new_context(
            viewport={"width": width, "height": 844},
            locale="zh-CN",
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        if before:
            context.add_init_script(before)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def with_query(path, query):
    return path + (query.replace("?", "&") if "?" in path else query)


@pytest.mark.parametrize("query", ["", "?m=elder", "?lang=en"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_banner_and_no_form_is_wider_than_the_screen(window, packs, served, width, query):
    page = window(width=width)
    for address in (
        *(packs + path for path in (*PACKS.values(), UNKNOWN)),
        *(served + path for path in FORMS),
    ):
        page.goto(with_query(address, query))
        spread(page)
        assert page.evaluate(OVERFLOW) == [0, []], address


@pytest.mark.parametrize(
    ("query", "dark"),
    [
        pytest.param("", False, marks=pytest.mark.soak),
        pytest.param("", True, marks=pytest.mark.soak),
        ("?m=elder", False),
        ("?lang=en", True),
    ],
)
def test_the_checker_of_accessibility_finds_nothing_on_banners_and_forms(window, packs, served, query, dark):
    page = window(dark=dark)
    for address in (
        *(packs + path for path in (*PACKS.values(), UNKNOWN)),
        *(served + path for path in FORMS),
    ):
        page.goto(with_query(address, query))
        spread(page)
        page.evaluate(AXE)
        assert page.evaluate(RUN, RULES) == [], address


@pytest.mark.parametrize(("query", "dark"), [("", False), ("?lang=en", True), ("?m=elder", False)])
def test_the_checker_finds_nothing_on_a_form_with_faults_and_on_a_state(window, served, query, dark):
    page = window(dark=dark)
    page.goto(with_query(served + FORMS[0], query))
    page.locator("form button").click()
    page.get_by_role("alert").wait_for()
    page.evaluate(AXE)
    assert page.evaluate(RUN, RULES) == []
    page.locator("#f-topic").select_option("other")
    page.locator("#f-text").fill("文字")
    page.locator("form button").click()
    page.locator(".tl").wait_for()
    page.evaluate(AXE)
    assert page.evaluate(RUN, RULES) == []
    assert page.evaluate(OVERFLOW) == [0, []]


ENDS = """() => ['left', 'right'].map(side => Math.max(
  ...[...document.querySelectorAll('.cols > *')].filter(one => getComputedStyle(one).float === side)
    .map(one => one.getBoundingClientRect().bottom)))"""


def test_the_page_of_a_sound_pack_is_short_and_has_no_hole(window, packs):
    """Of a batch with more steps than most: eleven phases, three harvests, two reports."""
    page = window()
    page.goto(packs + PACKS["normal"])
    assert page.evaluate("document.documentElement.scrollHeight") <= 3_600
    assert page.locator("#og").bounding_box()["y"] <= 1.5 * 844
    assert page.locator(".stats dd").first.bounding_box()["y"] <= 844
    wide = window(width=1440)
    wide.goto(packs + PACKS["normal"])
    ends = wide.evaluate(ENDS)
    assert abs(ends[0] - ends[1]) <= 400


@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_no_page_of_a_pack_is_longer_than_that_of_a_sound_one_may_be(window, packs, query):
    """Whatever its state, in either language: what is said at the head is not said again below."""
    page = window()
    lengths = {}
    for name, path in {**PACKS, **IN_QUESTION}.items():
        page.goto(packs + with_query(path, query))
        lengths[name] = page.evaluate("document.documentElement.scrollHeight")
    assert {name: length for name, length in lengths.items() if length > 3_600} == {}


@pytest.mark.parametrize(("query", "least"), [("", 24), ("?m=elder", 44)])
def test_targets_of_the_forms_are_large_enough_for_a_finger(window, served, query, least):
    page = window()
    for path in FORMS:
        page.goto(with_query(served + path, query))
        inline = ("check", "自己核验", "privacy", "verify-help", 'type="radio"')
        small = [each for each in page.evaluate(SMALL, least) if not any(word in each for word in inline)]
        assert small == [], path


SPEECH = """
window.said = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, 'speechSynthesis', { value: {
  speak: (one) => window.said.push(one),
  cancel: () => window.said.push({ text: '-', lang: '' }),
} });
"""
NO_SPEECH = "delete Window.prototype.speechSynthesis; delete window.speechSynthesis;"


def test_reading_aloud_begins_on_a_tap_and_says_the_banner_first(window, packs):
    page = window(before=SPEECH)
    page.goto(packs + PACKS["recalled"])
    button = page.get_by_role("button", name="朗读")
    assert button.is_visible()
    assert page.evaluate("said.length") == 0
    button.click()
    said = page.evaluate("said.map(({ text, lang }) => [text, lang])")
    texts = [text for text, _ in said]
    assert texts[:2] == ["-", "这批产品正在召回"]
    for part in (
        "别再吃；吃了不舒服，请去看医生",
        "子虚牌绿色大米 5kg",
        "（演示）子虚米业有限公司",
        "稻谷",
        "出厂检验结论： 合格",
    ):
        assert part in texts, part
    assert not any("<" in text or "urn:" in text for text in texts)
    assert {lang for _, lang in said[1:]} == {"zh-CN"}
    stop = page.get_by_role("button", name="停止朗读")
    assert stop.get_attribute("aria-pressed") == "true"
    stop.click()
    assert page.evaluate("said[said.length - 1].text") == "-"
    assert page.get_by_role("button", name="朗读").get_attribute("aria-pressed") == "false"


def test_an_english_page_is_read_in_english_and_its_data_in_chinese(window, packs):
    page = window(before=SPEECH)
    page.goto(f"{packs}{PACKS['normal']}?lang=en")
    page.get_by_role("button", name="Read aloud").click()
    said = dict(page.evaluate("said.map(({ text, lang }) => [text, lang])"))
    assert said["Records in order"] == "en"
    assert said["（演示）子虚米业有限公司"] == "zh-CN"


def test_the_end_of_reading_is_shown(window, packs):
    page = window(before=SPEECH)
    page.goto(packs + PACKS["normal"])
    page.get_by_role("button", name="朗读").click()
    page.evaluate("said[said.length - 1].onend()")
    assert page.get_by_role("button", name="朗读", exact=True).get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("how", [{"scripts": False}, {"before": NO_SPEECH}], ids=["no scripts", "no voice"])
def test_where_nothing_can_speak_no_button_says_so(window, packs, how):
    page = window(**how)
    page.goto(packs + PACKS["normal"])
    assert page.locator(".say").is_hidden()


SHARING = "window.shared = []; navigator.share = async (what) => { window.shared.push(what); };"
COPYING = """
navigator.share = undefined;
const clipboard = { writeText: async (text) => { window.copied = text; } };
Object.defineProperty(navigator, 'clipboard', { value: clipboard });
"""
NEITHER = "navigator.share = undefined; Object.defineProperty(navigator, 'clipboard', { value: undefined });"
SHARED = f"https://trace.example.cn/01/{GTIN}/10/normal?v={DIGEST}"


def test_a_page_is_handed_on_by_what_the_phone_offers(window, packs):
    page = window(before=SHARING)
    page.goto(f"{packs}{PACKS['normal']}?v={DIGEST}")
    page.locator("#sh").click()
    page.get_by_role("button", name="分享本页").click()
    (what,) = page.evaluate("shared")
    assert what["url"] == SHARED
    assert serial_of(0) not in what["url"]


def test_without_sharing_its_address_is_copied_or_at_least_marked(window, packs):
    page = window(before=COPYING)
    page.goto(f"{packs}{PACKS['normal']}?v={DIGEST}")
    page.locator("#sh").click()
    page.get_by_role("button", name="分享本页").click()
    assert page.get_by_role("button", name="已复制").is_visible()
    assert page.evaluate("copied") == SHARED
    page = window(before=NEITHER)
    page.goto(f"{packs}{PACKS['normal']}?v={DIGEST}")
    page.locator("#sh").click()
    page.get_by_role("button", name="分享本页").click()
    assert page.evaluate("getSelection().toString()") == SHARED
    page = window(scripts=False)
    page.goto(f"{packs}{PACKS['normal']}?v={DIGEST}")
    assert page.get_by_label("本页网址").input_value() == SHARED
    assert page.get_by_role("button", name="分享本页").count() == 0


def test_the_weight_of_a_visit_and_of_a_check(window, packs):
    """HTML ≤ 14,000 B, all before the check ≤ 20 KB, the verifier ≤ 19, with the fallback ≤ 44 in all."""
    page = window()
    sizes: dict[str, int] = {}

    def weigh(response):
        path = response.url.removeprefix(packs).split("?")[0]
        if path == "/scans":
            return
        if path.startswith("/static/"):
            sizes[path.split(".")[0]] = script_weight(path, response.body())
            assert "immutable" in response.headers["cache-control"]
        elif "text/html" in response.headers["content-type"]:
            sizes["page"] = page_weight(path, response.body())
            assert response.headers["cache-control"] == "no-store"

    page.on("response", weigh)
    page.goto(packs + PACKS["copied"])
    page.wait_for_load_state("networkidle")
    assert sorted(sizes) == ["/static/acts", "/static/panel", "/static/scan", "page"]
    assert sizes["page"] <= PAGE_BUDGET
    before = sum(sizes.values())
    assert before <= BEFORE_CHECK_BUDGET
    (panel,) = re.findall(r'data-verifier="([^"]+)" data-noble="([^"]*)"', page.content())
    verifier, noble = (
        script_weight(path, page.request.get(packs + path).body()) if path else 0 for path in panel
    )
    assert 0 < verifier <= VERIFIER_BUDGET
    assert before + verifier + noble <= WITH_FALLBACK_BUDGET
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0


def test_an_item_without_any_banner_of_alarm_still_says_it_can_be_copied(window, packs):
    page = window(scripts=False)
    page.goto(packs + PACKS["normal"])
    assert page.get_by_text("码能被照抄").count() == 1


def test_a_state_that_is_replaced_shows_at_the_next_visit():
    """Nothing keeps the page of a pack: what its code becomes shows at once."""
    item = the_items()[0]
    known = [item]
    platform = Answering(item.of, items=known)
    client = pages_over(platform).test_client()
    assert client.get(PACKS["normal"]).status_code == 200
    platform.codes.known = (replace(item, standing=Standing.VOID, scans=Scanned()),)
    assert client.get(PACKS["normal"]).status_code == 410
