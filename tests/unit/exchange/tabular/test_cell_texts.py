"""Texts of cells: rare ideographs are text on every Python, controls and unknown characters are not."""

from __future__ import annotations

import pytest

from trace.errors.tables import CellLookAlike, CellTextUnclean
from trace.exchange.tabular.cells import Reading, as_text, read_cell
from trace.exchange.tabular.forms import Column
from trace.exchange.tabular.markup import unescaped

NAME = Column("收货人", "receiverName", "text")


@pytest.mark.parametrize("text", ["\U0002ebf0\U00031350先生", "\U000323b0", "稻谷 é 😀"])
def test_rare_ideographs_are_text(text):
    assert as_text(NAME, text) == text


@pytest.mark.parametrize("text", ["a\ufffeb", "a\ue000b", "a\x0bb", "a\U0001fae9b", "a\ufffdb"])
def test_what_nobody_can_read_is_not(text):
    with pytest.raises(CellTextUnclean):
        as_text(NAME, text)


@pytest.mark.parametrize(
    ("escaped", "read"),
    [
        ("a_xD83D_b", "a\ufffdb"),  # an emoji that a formula has cut
        ("_xDC00__xD800_", "\ufffd\ufffd"),
        ("_xD83D__xDE00_", "😀"),
        ("_x000D_", "\r"),
    ],
)
def test_half_a_sign_of_a_workbook_is_one_that_can_be_kept_and_told(escaped, read):
    assert unescaped(escaped) == read


NUMBER = Column("报告编号", "reportNo", "number")


@pytest.mark.parametrize(
    ("text", "read"),
    [("Ｊ１", "J1"), ("J\u200b1", "J1"), ("沪检字（2026）第1号", "沪检字(2026)第1号"), ("J-1/2", "J-1/2")],
)
def test_a_number_is_read_in_plain_signs(text, read):
    assert read_cell(NUMBER, text, Reading("X")) == read


@pytest.mark.parametrize("text", ["Ј1", "J1Α", "Je\u03011", "JロB"])
def test_a_number_of_letters_that_only_look_like_it_is_refused(text):
    with pytest.raises(CellLookAlike):
        read_cell(NUMBER, text, Reading("X"))
