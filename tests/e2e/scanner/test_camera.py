"""The scanner page in real Chromium: a fake camera films labels that our own code rendered."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from tests.builders.scanned import (
    BATCH_PAGE,
    BRINGS_DECODER,
    ELEMENTS,
    FOREIGN,
    SYMBOL,
    asked_for,
    begin,
    gs1_data_matrix,
    label,
    noted,
    only_here,
    state,
    symbol,
)
from tests.e2e.test_pages_in_a_browser import AXE, OVERFLOW, RULES, RUN, SMALL
from tests.simulators import fake_camera

NATIVE = """globalThis.BarcodeDetector = class {
  static async getSupportedFormats() { return %s; }
  async detect() { %s }
};"""
KEPT = """globalThis.films = [];
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const film = await real(wanted);
  films.push(film);
  return film;
};"""
TORCH = """MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
MediaStreamTrack.prototype.applyConstraints = async (wanted) => {
  document.title = JSON.stringify(wanted);
};"""


@BRINGS_DECODER
def test_a_label_before_the_camera_opens_its_page(window, shop, filmed):
    page = window(film=filmed(label(shop[1]), aim=SYMBOL))
    assert asked_for(page, "decoder") == asked_for(page, ".wasm") == []
    begin(page)
    page.wait_for_url(f"**{BATCH_PAGE}?v=*")
    assert page.locator("h1").inner_text() in {"追溯记录正常", "有需要留意的记录"}
    assert "?v=" in page.url
    assert len(asked_for(page, "zxing_reader")) == 1
    assert only_here(page) == []
    assert page.complaints == []


@BRINGS_DECODER
def test_large_letters_stay_large_behind_a_scan(window, shop, filmed):
    page = window("/scan?m=elder", film=filmed(label(shop[1]), aim=SYMBOL))
    begin(page)
    page.wait_for_url("**&m=elder")
    assert page.locator("html").get_attribute("class") == "elder"


@BRINGS_DECODER
def test_a_foreign_code_is_shown_and_not_followed(window, filmed):
    page = window(film=filmed(symbol(FOREIGN), widest=380))
    begin(page)
    note = noted(page, "foreign")
    assert FOREIGN in note.inner_text()
    assert state(page) == "live"
    assert page.url == f"{page.home}/scan"
    assert only_here(page) == []
    assert asked_for(page, "/t?") == []
    page.get_by_role("link", name="在本站查询这个商品").click()
    page.wait_for_url(f"**{BATCH_PAGE}")


@BRINGS_DECODER
def test_a_text_that_is_no_code_is_shown_as_text(window, filmed):
    page = window(film=filmed(symbol("WIFI:T:WPA;S:<b>shop</b>;P:x;;"), widest=380))
    begin(page)
    assert "<b>shop</b>" in noted(page, "foreign").inner_text()
    assert page.get_by_role("link", name="在本站查询这个商品").count() == 0


@BRINGS_DECODER
def test_an_element_string_in_a_data_matrix_leads_to_its_batch(window, filmed):
    page = window(film=filmed(gs1_data_matrix(ELEMENTS), widest=300))
    begin(page)
    page.wait_for_url(f"**{BATCH_PAGE}")
    assert "%1D" not in page.url


@BRINGS_DECODER
def test_the_camera_is_released_when_closed_and_can_be_opened_again(window, filmed):
    page = window(film=filmed(Image.new("L", (400, 300), 250)))
    page.keyboard.press("Tab")
    begin(page)
    page.locator("[data-state=live]").wait_for()
    assert page.evaluate("document.activeElement.dataset.part") == "stop"
    page.keyboard.press("Enter")
    page.locator("[data-state=idle]").wait_for()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    assert page.evaluate("document.activeElement.dataset.part") == "start"
    page.keyboard.press("Enter")
    page.locator("[data-state=live]").wait_for()
    assert len(asked_for(page, "decoder")) == 1


@BRINGS_DECODER
def test_a_hidden_page_films_nothing(window, filmed):
    page = window(film=filmed(Image.new("L", (400, 300), 250)))
    begin(page)
    page.locator("[data-state=live]").wait_for()
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { value: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.locator("[data-state=idle]").wait_for()
    assert page.evaluate("document.querySelector('video').srcObject") is None


@BRINGS_DECODER
def test_torch_and_other_camera_are_offered_where_they_are(window):
    two = [*fake_camera.switches("x")[:2]]
    two[0] += "=device-count=2"
    page = window(switches=two, script=TORCH)
    begin(page)
    page.locator("[data-state=live]").wait_for()
    first = page.evaluate("document.querySelector('video').srcObject.getTracks()[0].label")
    torch = page.get_by_role("button", name="手电筒")
    torch.click()
    page.locator("[data-part=torch][aria-pressed=true]").wait_for()
    assert page.title() == '{"advanced":[{"torch":true}]}'
    page.get_by_role("button", name="换镜头").click()
    page.locator("[data-part=torch][aria-pressed=false]:visible").wait_for()
    page.locator("[data-state=live]").wait_for()
    assert page.evaluate("document.querySelector('video').srcObject.getTracks()[0].label") != first


@BRINGS_DECODER
def test_with_one_camera_without_a_lamp_there_are_no_such_buttons(window, filmed):
    page = window(film=filmed(Image.new("L", (400, 300), 250)))
    begin(page)
    page.locator("[data-state=live]").wait_for()
    assert page.get_by_role("button", name=re.compile("手电筒|换镜头")).count() == 0


@BRINGS_DECODER
def test_without_a_camera_the_page_says_what_else_works(window):
    page = window()
    begin(page)
    assert "照片" in noted(page, "absent").inner_text()
    assert state(page) == "idle"


@BRINGS_DECODER
def test_a_refused_camera_is_said_so(window):
    page = window(switches=["--use-fake-device-for-media-stream", "--deny-permission-prompts"])
    begin(page)
    assert "许可" in noted(page, "refused").inner_text()


@BRINGS_DECODER
def test_without_a_network_the_reader_is_told_so(window, filmed):
    page = window(film=filmed(Image.new("L", (400, 300), 250)), script=KEPT)
    page.context.set_offline(True)
    begin(page)
    noted(page, "offline")
    page.wait_for_timeout(1_000)  # the camera may come after the decoder has failed
    assert page.evaluate("films.flatMap((one) => one.getTracks()).map((one) => one.readyState)") == ["ended"]
    page.context.set_offline(False)
    begin(page)
    page.locator("[data-state=live]").wait_for()


def test_the_browsers_own_detector_is_used_where_it_lists_qr_codes(window, shop, filmed):
    finds = f"return [{{ rawValue: {shop[1]!r} }}];"
    page = window(film=filmed(Image.new("L", (400, 300), 250)), script=NATIVE % ("['qr_code']", finds))
    begin(page)
    page.wait_for_url(f"**{BATCH_PAGE}?v=*")
    assert asked_for(page, "decoder") == []


@BRINGS_DECODER
@pytest.mark.parametrize(
    ("listed", "detect"),
    [("[]", "return [];"), ("['qr_code']", "throw new DOMException('no service', 'NotSupportedError');")],
)
def test_a_detector_that_lists_or_does_nothing_gives_way_to_ours(window, shop, filmed, listed, detect):
    page = window(film=filmed(label(shop[1]), aim=SYMBOL), script=NATIVE % (listed, detect))
    begin(page)
    page.wait_for_url(f"**{BATCH_PAGE}?v=*")
    assert len(asked_for(page, "decoder")) == 1


@BRINGS_DECODER
def test_the_checker_of_accessibility_finds_nothing_in_any_state(window, filmed):
    page = window(film=filmed(symbol(FOREIGN), widest=380))
    for query, scheme in (("", "light"), ("", "dark"), ("?m=elder", "light"), ("?lang=en", "dark")):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{page.home}/scan{query}")
        page.locator("[data-part=cam]").wait_for()
        page.evaluate(AXE)
        assert page.evaluate(RUN, RULES) == [], query
        begin(page)
        noted(page, "foreign")
        assert page.evaluate(RUN, RULES) == [], query


@BRINGS_DECODER
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_is_wider_than_the_screen_or_too_small_for_a_finger(window, filmed, width):
    page = window(film=filmed(symbol(FOREIGN), widest=380), size=(width, 844))
    for query, least in (("", 24), ("?m=elder", 44), ("?lang=en", 24)):
        page.goto(f"{page.home}/scan{query}")
        page.locator("[data-part=cam]").wait_for()
        fits(page, least)
        begin(page)
        noted(page, "foreign")
        fits(page, least)


def fits(page, least):
    assert page.evaluate(OVERFLOW) == [0, []]
    small = [
        each for each in page.evaluate(SMALL, least) if "privacy" not in each and "verify-help" not in each
    ]
    assert small == []
