"""Numbers that look alike are one; letters of other alphabets are found in them."""

from __future__ import annotations

import pytest

from trace.identity.alike import alike, of_another_alphabet

LIKE_A1 = [
    "A-1",
    " A-1 ",
    "А-1",
    "Α-1",
    "Ａ－１",
    "A\u200b-1",
    "A\u2011-1".replace("-1", "1"),
    "A - 1",
    "А́-1",
]


@pytest.mark.parametrize("text", LIKE_A1)
def test_what_looks_like_a_number_reads_as_it(text: str) -> None:
    assert alike(text) == "A-1"


@pytest.mark.parametrize("text", ["A1", "a-1", "B-1", "А-l", "A_1", "甲-1", "A/1"])
def test_what_looks_otherwise_does_not(text: str) -> None:
    assert alike(text) != "A-1"


def test_every_sign_of_a_batch_number_reads_as_itself() -> None:
    signs = "".join(map(chr, range(33, 127)))
    assert alike(signs) == signs


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("沪检字（2026）第1号", None),
        ("Ｊ－１ Ⅳ ½ 〇", None),
        ("J\u200b1", None),
        ("JА1", "А"),
        ("ΟK1", "Ο"),
        ("Je\u03011", "é"),
        ("J1\u0336", "\u0336"),
        ("ロ1", "ロ"),
    ],
)
def test_letters_of_other_alphabets_are_named(text: str, sign: str | None) -> None:
    assert of_another_alphabet(text) == sign
