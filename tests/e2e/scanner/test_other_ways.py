"""The scanner page where no camera helps: photographs, typing, WeChat, with and without scripts."""

from __future__ import annotations

import io
import json
import re

import pytest
from flask import Response
from PIL import Image

from tests.builders.batch_pages import Answering, a_batch, pages_over
from tests.builders.scanned import (
    BATCH_PAGE,
    BRINGS_DECODER,
    FOREIGN,
    SYMBOL,
    a_file,
    a_photo,
    asked_for,
    begin,
    label,
    noted,
    only_here,
)
from tests.e2e.test_pages_in_a_browser import AXE, OVERFLOW, RULES, RUN
from tests.servers.served import serving
from trace.labels.symbol import encode, png

WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile MicroMessenger/8.0.50"
WX = """globalThis.wx = {
  ready: (done) => setTimeout(done, 20),
  error() {},
  scanQRCode: ({ needResult, scanType, success }) => {
    if (needResult === 1 && scanType[0] === 'qrCode') success({ resultStr: %s });
  },
};"""


@BRINGS_DECODER
def test_a_code_read_without_a_network_is_kept_as_a_link(window, shop):
    page = window()
    page.locator("[data-part=photo]").set_input_files(a_file(b"no picture"))
    noted(page, "unreadable")
    page.locator("[data-part=photo]").set_input_files(a_photo(Image.new("L", (600, 400), 250)))
    noted(page, "no-code")  # the decoder is here now
    page.context.set_offline(True)
    page.locator("[data-part=photo]").set_input_files(a_photo(label(shop[1])))
    note = noted(page, "offline")
    page.context.set_offline(False)
    note.get_by_role("link").click()
    page.wait_for_url(f"**{BATCH_PAGE}?v=*")


@BRINGS_DECODER
def test_a_photo_is_read_on_the_phone_and_not_sent(window, shop):
    page = window()
    assert page.get_by_role("button", name="识别照片").is_hidden()
    page.get_by_label("选一张拍有二维码的照片").set_input_files(a_photo(label(shop[1])))
    page.wait_for_url(f"**{BATCH_PAGE}?v=*")
    assert {method for method, _ in page.asked} == {"GET"}
    assert only_here(page) == []


@BRINGS_DECODER
def test_the_small_symbol_in_a_large_photo_is_found(window, shop):
    large = Image.new("L", (3600, 2700), 150)
    large.paste(label(shop[1]).resize((480, 320)), (2200, 1500))
    written = io.BytesIO()
    large.save(written, "JPEG", quality=85)
    page = window()
    page.locator("[data-part=photo]").set_input_files(a_file(written.getvalue()))
    page.wait_for_url(f"**{BATCH_PAGE}?v=*")


def test_without_scripts_the_server_reads_the_photo(window, shop):
    page = window(java_script_enabled=False)
    assert page.locator("[data-part=cam]").is_hidden()
    page.get_by_label("选一张拍有二维码的照片").set_input_files(a_photo(label(shop[1])))
    page.get_by_role("button", name="识别照片").click()
    page.wait_for_url(f"**{BATCH_PAGE}?v=*")


def test_without_scripts_a_foreign_code_is_shown_and_an_empty_photo_explained(window):
    page = window(java_script_enabled=False)
    page.get_by_label("选一张拍有二维码的照片").set_input_files(a_file(png(encode(FOREIGN))))
    page.get_by_role("button", name="识别照片").click()
    assert FOREIGN in noted(page, "foreign").inner_text()
    page.get_by_label("选一张拍有二维码的照片").set_input_files(a_photo(Image.new("L", (600, 400), 250)))
    page.get_by_role("button", name="识别照片").click()
    noted(page, "no-code")
    page.get_by_label("选一张拍有二维码的照片").set_input_files(a_file(b"GIF89a"))
    page.get_by_role("button", name="识别照片").click()
    assert "JPEG" in noted(page, "photo-unreadable").inner_text()


def test_an_element_string_can_be_typed_without_scripts(window):
    page = window(java_script_enabled=False)
    page.get_by_role("textbox", name="追溯码").fill("（01）9521234100010 (10) M20261012A")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url(f"**{BATCH_PAGE}")


def without_vendor(page):
    """The page as it is where `make vendor` brought nothing."""
    strip = re.compile(r'data-(decoder|wasm)="[^"]*"')

    def stripped(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=strip.sub(r'data-\1=""', answer.text()))

    page.route(re.compile("/scan$"), stripped, times=1)
    page.goto(f"{page.home}/scan")


def test_where_nothing_decodes_the_server_does(window, shop, filmed):
    page = window(film=filmed(label(shop[1]), aim=SYMBOL))
    without_vendor(page)
    assert "传" in noted(page, "no-decoder").inner_text()
    assert page.locator("[data-part=cam]").is_hidden()
    page.locator("[data-part=photo]").set_input_files(a_photo(label(shop[1])))
    page.get_by_role("button", name="识别照片").click()
    page.wait_for_url(f"**{BATCH_PAGE}?v=*")


@pytest.mark.parametrize("width", [320, 1440])
def test_what_the_server_found_fits_every_screen_and_harms_nobody(window, width):
    page = window(size=(width, 700), color_scheme="dark")
    for picture, note in ((png(encode(FOREIGN)), "foreign"), (b"GIF89a", "photo-unreadable")):
        without_vendor(page)
        noted(page, "no-decoder")
        assert (page.evaluate(OVERFLOW), checked(page)) == ([0, []], [])
        page.locator("[data-part=photo]").set_input_files(a_file(picture))
        page.get_by_role("button", name="识别照片").click()
        noted(page, note)
        assert (page.evaluate(OVERFLOW), checked(page)) == ([0, []], [])


def checked(page):
    page.evaluate(AXE)
    return page.evaluate(RUN, RULES)


def test_inside_wechat_the_reader_is_sent_to_its_own_scanner(window):
    page = window(user_agent=WECHAT)
    assert "扫一扫" in page.get_by_text("您在微信里").inner_text()
    assert page.locator("#scan").get_attribute("data-wechat") == ""


def test_wechats_scanner_is_used_where_the_operator_set_it_up(window, shop):
    """The operator's script and WeChat's `wx` are played here; the page's part is real."""
    app = pages_over(Answering(a_batch()), wechat="/wechat.js")

    @app.get("/wechat.js")
    def of_the_operator():
        text = WX % json.dumps(shop[1])
        return Response(text, content_type="text/javascript")

    with serving(app) as address:
        page = window(at=address, user_agent=WECHAT)
        assert asked_for(page, "wechat.js") == []
        begin(page)
        page.wait_for_url(f"**{BATCH_PAGE}?v=*")
        assert asked_for(page, "decoder") == []
        elsewhere = window(at=address)
        assert elsewhere.locator("#scan").get_attribute("data-wechat") == ""
