"""One reading of every number that a person types."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner_web.assets.scanner_script import MODULES
from scanner_web.consumer.picker import picker_of
from scanner_web.frame.typed_code import address_for
from tests.verifier.node import node_or_skip
from trace.codes.complaint_number import numbered, parse
from trace.codes.hidden import hidden_code, is_hidden_code
from trace.codes.serials import KeyRing
from trace.identity.typed import bare, links_in, typed, ungrouped, visible

VECTORS = Path(__file__).parents[2] / "fixtures" / "typed.json"
RING = KeyRing("0", {"0": b"a secret of the tests, 32 bytes.."})
SCOPE, SERIAL = "platform", "0A1B2C3D4E5F"
GROUPS = [
    lambda text: f"{text[:4]} {text[4:]}",
    lambda text: f"{text[:4]}-{text[4:8]}\u2014{text[8:]}",
    lambda text: f"\u3000{text[:4]}\uff0d{text[4:]}\u200b ",
    lambda text: "".join(chr(ord(each) + 0xFEE0) for each in text),  # full-width
    lambda text: f"{text[:4]}.{text[4:8]}\u00b7{text[8:]}",
]


@pytest.mark.parametrize("grouped", GROUPS)
def test_every_number_is_read_alike_however_it_is_grouped(grouped):
    number, digits = numbered(12345), hidden_code(RING, SCOPE, SERIAL)
    assert parse(grouped(number.replace("-", ""))) == number
    assert is_hidden_code(grouped(digits), RING, SCOPE, SERIAL)
    assert address_for(grouped("8K3F2Q7MPX40")) == "/t/8K3F-2Q7M-PX40"
    assert address_for(grouped("09521234100010")) == "/01/09521234100010"


def test_a_day_may_be_typed_in_full_width_digits():
    assert picker_of([], "\u3000２０２６-10-12 ").asked == "2026-10-12"


def test_what_separates_elements_is_no_blank():
    assert typed(" 10A\x1d") == "10A\x1d"


@given(st.text(max_size=40))
def test_cleaning_twice_is_cleaning_once(text):
    assert typed(typed(text)) == typed(text)
    assert ungrouped(ungrouped(text)) == ungrouped(text)


@given(st.text(st.characters(max_codepoint=126, min_codepoint=33), max_size=40))
def test_plain_text_stays_as_it_is(text):
    assert typed(text) == text


def test_the_vectors_are_answered_as_written() -> None:
    for row in json.loads(VECTORS.read_text("utf-8")):
        text = row["text"]
        answered = (typed(text), ungrouped(typed(text)), bare(text), list(links_in(text)))
        assert answered == (row["typed"], row["ungrouped"], row["bare"], row["links"]), row


def test_the_scanners_script_cleans_alike(tmp_path: Path) -> None:
    script = tmp_path / "typed.mjs"
    script.write_text((MODULES / "typed.js").read_text("utf-8"), "utf-8")
    program = (
        f"import {{ typed, ungrouped, bare, linksIn }} from {json.dumps(script.as_uri())};"
        f"const rows = {json.dumps(json.loads(VECTORS.read_text('utf-8')))};"
        "console.log(JSON.stringify(rows.map(({ text }) =>"
        " [typed(text), ungrouped(typed(text)), bare(text), linksIn(text)])))"
    )
    ran = subprocess.run(
        [node_or_skip(), "--input-type=module", "-e", program], capture_output=True, text=True, check=True
    )
    for row, said in zip(json.loads(VECTORS.read_text("utf-8")), json.loads(ran.stdout), strict=True):
        assert said == [row["typed"], row["ungrouped"], row["bare"], row["links"]], row


@pytest.mark.parametrize("odd", ["\0", "\x1b", "\x85", "\u202e", "\u2066", "\u200f"])
def test_what_would_hide_or_turn_a_text_is_shown(odd: str) -> None:
    assert visible(f"子虚{odd}米业") == "子虚\ufffd米业"
    assert visible("两行\n又一行\t格，\U00031350") == "两行\n又一行\t格，\U00031350"


@pytest.mark.parametrize("sign", [".", "…", "a.", "http", "-", "\u3000x"])
def test_long_rows_of_signs_take_no_time(sign):
    """Anybody may ask for a path, and show a symbol, of thousands of signs."""
    text = "1" + sign * 30_000 + "x"
    began = time.process_time()
    assert bare(text)[:1] == "1"
    assert not links_in(text)
    assert time.process_time() - began < 1
