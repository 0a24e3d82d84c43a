"""Texts of cells: rare ideographs are text on every Python, controls and unknown characters are not."""

from __future__ import annotations

import pytest

from trace.errors.tables import CellTextUnclean
from trace.exchange.tabular.cells import as_text
from trace.exchange.tabular.forms import Column

NAME = Column("收货人", "receiverName", "text")


@pytest.mark.parametrize("text", ["\U0002ebf0\U00031350先生", "\U000323b0", "稻谷 é 😀"])
def test_rare_ideographs_are_text(text):
    assert as_text(NAME, text) == text


@pytest.mark.parametrize("text", ["a\ufffeb", "a\ue000b", "a\x0bb", "a\U0001fae9b"])
def test_what_nobody_can_read_is_not(text):
    with pytest.raises(CellTextUnclean):
        as_text(NAME, text)
