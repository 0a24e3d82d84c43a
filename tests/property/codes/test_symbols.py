"""Any run, at any version, level and mask, is bit for bit what segno draws."""

from __future__ import annotations

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from trace.codes.crockford import ALPHABET
from trace.errors.gs1 import SymbolTooLarge
from trace.labels.linear import DIGITS_AND_CAPITALS, SymbolFamily, Template, matrix_of, reading_order

BASE64URL = DIGITS_AND_CAPITALS + DIGITS_AND_CAPITALS[10:].lower() + "-_"


@pytest.mark.unmeasured
@settings(max_examples=30, deadline=None)
@given(
    data=st.data(),
    alphabet=st.sampled_from([ALPHABET, "0123456789", BASE64URL]),
    width=st.integers(1, 13),
    stem=st.text("abcdefghijklmnopqrstuvwxyz./0123456789", max_size=60),
    suffix=st.sampled_from(["", "?v=abcdefghijklmnopqrstuv", "?11=261012&17=270412"]),
    level=st.sampled_from("LMQH"),
    version=st.one_of(st.none(), st.integers(3, 20)),
    mask=st.one_of(st.none(), st.integers(0, 7)),
)
def test_a_run_is_bit_for_bit_what_segno_draws(
    data: st.DataObject,
    alphabet: str,
    width: int,
    stem: str,
    suffix: str,
    level: str,
    version: int | None,
    mask: int | None,
) -> None:
    template = Template("https://" + stem, width, suffix, alphabet, level, version, mask)
    try:
        family = SymbolFamily(template)
    except SymbolTooLarge:
        assert version is not None
        return
    texts = data.draw(st.lists(st.text(alphabet, min_size=width, max_size=width), min_size=1, max_size=8))
    for text, symbol in zip(texts, family.table(reading_order).symbols(texts), strict=True):
        theirs = segno.make(
            template.text(text), error=level, version=family.version, mask=family.mask, boost_error=False
        )
        assert theirs.mode == "byte"
        assert matrix_of(symbol, family.modules) == tuple(bytes(row) for row in theirs.matrix)
