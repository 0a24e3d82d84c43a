"""The style: colours only from tokens, readable contrast in light and dark, assets under their hash."""

from __future__ import annotations

import re

import pytest

from scanner_web.assets.folders import static_paths
from scanner_web.assets.static_files import address_of
from scanner_web.assets.style import squeezed, style_sheet
from tests.builders.batch_pages import Answering, pages_over
from tests.servers.page_workers import UNPACK

TOKENS = static_paths()["tokens.css"].read_text(encoding="utf-8")
SHEET = static_paths()["consumer.css"].read_text(encoding="utf-8")
LIGHT, DARK = TOKENS.split(':root[data-theme="dark"]')
TEXT, LARGE = 4.5, 3.0
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3", "brand", "danger", "warn", "info")
      for ground in ("surface", "bg")),
    *((ink, f"{ink}-tint", TEXT) for ink in ("ok", "danger", "warn", "info", "mute")),
    *(("ink", f"{tone}-tint", TEXT) for tone in ("danger", "warn", "info", "mute")),
    *(("ink-2", f"{tone}-tint", TEXT) for tone in ("danger", "warn", "info", "mute")),
    *(("head-ink", f"head-{tone}", TEXT) for tone in ("ok", "danger", "warn", "mute")),
    ("ink-3", "surface-2", TEXT),
    ("ink", "surface-2", TEXT),
    ("on-brand", "brand", TEXT),
    ("brand", "brand-tint", TEXT),
    ("line-strong", "surface", LARGE),
    ("focus", "surface", LARGE),
]  # fmt: skip


def colours(block):
    return dict(re.findall(r"--([\w-]+):(#[0-9A-Fa-f]{6})", block))


def luminance(colour):
    def linear(channel):
        share = int(channel, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[at : at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_colours_is_readable(theme, ink, ground, least):
    found = colours(LIGHT) | (colours(DARK) if theme == "dark" else {})
    assert contrast(found[ink], found[ground]) >= least


def test_only_the_tokens_name_a_colour():
    assert (
        re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(|hsla?\(|[: ](?:white|black|red|green)\b(?!-)", SHEET) == []
    )


def test_every_token_that_is_used_is_defined_in_what_is_sent():
    text = style_sheet("consumer.css").text
    used = set(re.findall(r"var\(--([\w-]+)", text))
    own = {"h", "c", "t"}
    assert used - own <= set(re.findall(r"--([\w-]+):", text))
    assert "--g-source" not in text


def test_dark_follows_the_device_and_paper_stays_light():
    assert "@media screen and (prefers-color-scheme:dark)" in style_sheet("consumer.css").text


def test_squeezing_keeps_what_matters():
    assert squeezed('a { b : "x  y" ; } /* gone */\n c > d { e : f }') == 'a{b : "x y"}c>d{e : f}'


def test_an_asset_is_served_for_good_under_its_hash_and_under_no_other():
    client = pages_over(Answering()).test_client()
    address = address_of("tokens.css")
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    wrong = re.sub(r"\.[0-9a-f]{16}\.", ".0123456789abcdef.", address)
    assert client.get(wrong).status_code == 404
    assert client.get("/static/..%2F..%2Fpyproject.0123456789abcdef.toml").status_code == 404


@pytest.mark.parametrize(("accepted", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None)])
def test_an_asset_travels_packed_as_its_reader_likes(accepted, coding):
    client = pages_over(Answering()).test_client()
    address = address_of("tokens.css")
    plain = client.get(address)
    answer = client.get(address, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert UNPACK[coding or ""](answer.data) == plain.data
    if coding:
        assert len(answer.data) < len(plain.data)
        assert answer.headers["ETag"] != plain.headers["ETag"]
    again = {"Accept-Encoding": accepted, "If-None-Match": answer.headers["ETag"]}
    assert client.get(address, headers=again).status_code == 304
    changed = {**again, "Accept-Encoding": "gzip" if coding != "gzip" else "br"}
    assert client.get(address, headers=changed).status_code == 200


@pytest.mark.parametrize(("where", "size"), [("", "48px"), (".elder ", "60px")])
def test_the_place_of_a_button_that_comes_with_its_script_is_kept(where, size):
    """Else everything below it jumps when the script is there."""
    scripted = SHEET.partition("@media (scripting:enabled){")[2].partition("}}")[0] + "}"
    assert f"{where}[data-verifier]{{min-height:{size}}}" in scripted
    button = re.search(rf"(?:^|\n){re.escape(where)}\.btn(?:,[^{{]*)?{{([^}}]*)}}", SHEET)
    assert button and f"min-height:{size}" in button[1]
