"""Normal form and assigned code points by one pinned Unicode version, in Python and in the script."""

from __future__ import annotations

import re
import unicodedata

import pytest

from tests.conftest import ROOT
from trace.errors import NotCanonical
from trace.ledger import code_points
from trace.ledger.canonical import decode, encode
from trace.ledger.code_points import UNICODE, find_unknown, is_nfc, is_text, runs

SCRIPT = ROOT / "scanner_web/assets/verifier/codepoints.js"
pinned_here = pytest.mark.skipif(
    unicodedata.unidata_version != UNICODE, reason=f"NOT CHECKED: this Python has not Unicode {UNICODE}"
)


def is_assigned(code: int) -> bool:
    return unicodedata.category(chr(code)) not in {"Cn", "Cs"}


def composing() -> set[int]:
    """What takes part in composition: reordered, decomposed, or part of a decomposition; Hangul by rule."""
    found: set[int] = set()
    for code in range(0x110000):
        if unicodedata.combining(chr(code)):
            found.add(code)
        parts = unicodedata.decomposition(chr(code))
        if parts and not parts.startswith("<"):
            found |= {code, *(int(part, 16) for part in parts.split())}
    for first, last in ((0x1100, 0x1112), (0x1161, 0x1175), (0x11A8, 0x11C2), (0xAC00, 0xD7A3)):
        found |= set(range(first, last + 1))
    return found


@pinned_here
def test_the_tables_are_those_of_the_pinned_version():
    tabled = {code for first, last in runs(code_points._ASSIGNED) for code in range(first, last + 1)}
    assert tabled == {code for code in range(0x110000) if is_assigned(code)}
    asked = {code for first, last in runs(code_points._COMPOSING) for code in range(first, last + 1)}
    assert composing() <= asked <= tabled


@pinned_here
@pytest.mark.unmeasured
def test_every_pair_with_a_mark_is_judged_as_the_pinned_version_does():
    marks = ("\u0301", "\u0323", "\u0338", "\u3099", "\u1161", "\u11a8", "a")
    for code in range(0x110000):
        if not 0xD800 <= code < 0xE000:
            for text in (chr(code) + marks[code % 7], marks[code % 7] + chr(code)):
                assert is_nfc(text) == unicodedata.is_normalized("NFC", text), hex(code)


def test_the_script_has_the_same_table():
    coded = "".join(re.findall(r"^  '([0-9a-z ]+)'", SCRIPT.read_text("utf-8"), re.MULTILINE)).split()
    assert coded == code_points._COMPOSING.split()


@pytest.mark.parametrize(
    "text",
    [
        *("\U0002ebf0", "\U00031350", "\U000323b0", "\U0002f7ff\u0301"),  # ideographs stand for themselves
        "\u0323\U00011f42",  # marks of Unicode 15: out of order there, and nothing here
        "\U00011f42\u0323",
    ],
)
def test_what_the_pinned_version_does_not_compose_stands_for_itself(text):
    assert is_nfc(text)
    assert decode(encode([text])) == [text]


@pytest.mark.parametrize("text", ["\U0002f800", "e\u0301", "\u212b", "\u0323\u0323\u0307a\u0307\u0323"])
def test_what_is_not_in_normal_form_is_refused(text):
    with pytest.raises(NotCanonical, match="not-nfc"):
        encode([text])


def test_unknown_characters_are_found():
    assert find_unknown("稻谷 é 😀 \ue000 \U0002ebf0 \U0003134a \U0003fffd") is None
    for unknown in ("\U0001fae9", "\ufffe", "\U0002fa1e", "\U0002ffff", "\U00011f42", "\u0378"):
        assert find_unknown(f"稻{unknown}谷") == unknown


def test_what_people_write_is_text_and_what_nobody_sees_is_none():
    assert all(is_text(sign) for sign in "稻𠮷é😀 \u00a0\U0002ebf0\U00031350")
    assert not any(is_text(sign) for sign in "\x00\n\u200b\u202e\ud800\ue000\U0001fae9")
