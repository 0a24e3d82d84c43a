"""What is printed is read back first, and a wrong symbol never leaves."""

from __future__ import annotations

import pytest
from PIL import Image

from trace.errors.codes import SymbolUnreadable
from trace.labels.read_back import check, checked, read_symbols
from trace.labels.symbol import encode, png

URIS = [f"https://id.example.cn/01/06901234567892/21/{number:012d}" for number in range(6)]
GOOD = [(uri, png(encode(uri), module_px=3)) for uri in URIS]
WRONG = (URIS[0], GOOD[1][1])


def test_good_symbols_pass_unchanged() -> None:
    assert list(checked(GOOD)) == [picture for _, picture in GOOD]
    assert read_symbols(GOOD[2][1]) == [URIS[2]]


def test_a_symbol_that_says_something_else_stops_the_run() -> None:
    made = checked([GOOD[0], WRONG, GOOD[2]])
    assert next(made) == GOOD[0][1]
    with pytest.raises(SymbolUnreadable) as refused:
        next(made)
    assert refused.value.params == {"text": URIS[0], "read": [URIS[1]]}


def test_a_sample_looks_at_the_first_and_every_nth() -> None:
    assert len(list(checked([GOOD[0], WRONG, WRONG, GOOD[3]], every=3))) == 4
    with pytest.raises(SymbolUnreadable):
        list(checked([GOOD[0], GOOD[1], WRONG], every=2))
    with pytest.raises(SymbolUnreadable):
        next(checked([WRONG], every=1000))


def test_an_empty_picture_holds_no_symbol() -> None:
    with pytest.raises(SymbolUnreadable) as refused:
        check(Image.new("L", (100, 100), 255), URIS[0])
    assert refused.value.params["read"] == []
