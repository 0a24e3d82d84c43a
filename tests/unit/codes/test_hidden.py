"""Hidden codes: digits that follow from the key and from nothing else."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.codes.hidden import hidden_code, is_hidden_code
from trace.codes.serials import KeyRing, gtin_scope
from trace.errors import EpochWithoutSecret

RING = KeyRing("0", {"0": b"a" * 32, "1": b"b" * 32})
SCOPE = gtin_scope("09521234100010")
SERIALS = [RING.key("0", SCOPE).serial(counter) for counter in range(2000)]


def test_one_value_is_kept_for_good() -> None:
    """Printed panels cannot be printed again: a change of this value breaks every one of them."""
    assert hidden_code(RING, SCOPE, "0ABCDEFGHJKM") == "47527962"


def test_the_digits_are_eight_and_evenly_spread() -> None:
    codes = [hidden_code(RING, SCOPE, serial) for serial in SERIALS]
    assert {len(code) for code in codes} == {8}
    assert all(code.isdigit() for code in codes)
    assert len(set(codes)) > 1990
    firsts = Counter(code[0] for code in codes)
    assert all(130 < firsts[digit] < 270 for digit in "0123456789")


def test_another_key_scope_epoch_or_serial_gives_other_digits() -> None:
    serial = SERIALS[0]
    own = hidden_code(RING, SCOPE, serial)
    others = {
        hidden_code(KeyRing("0", {"0": b"c" * 32}), SCOPE, serial),
        hidden_code(RING, gtin_scope("09521234100027"), serial),
        hidden_code(RING, SCOPE, "1" + serial[1:]),
        hidden_code(RING, SCOPE, SERIALS[1]),
    }
    assert own not in others
    assert len(others) == 4


def test_an_epoch_without_a_secret_has_none() -> None:
    with pytest.raises(EpochWithoutSecret):
        hidden_code(RING, SCOPE, "2" + SERIALS[0][1:])


@given(st.sampled_from(SERIALS[:50]), st.integers(4, 12))
def test_fewer_digits_are_still_that_many(serial: str, digits: int) -> None:
    code = hidden_code(RING, SCOPE, serial, digits)
    assert len(code) == digits
    assert is_hidden_code(code, RING, SCOPE, serial, digits)


@pytest.mark.parametrize("form", ["{0}", " {0} ", "{1} {2}", "{1}-{2}"])
def test_it_is_read_with_the_gaps_that_people_type(form: str) -> None:
    code = hidden_code(RING, SCOPE, SERIALS[0])
    assert is_hidden_code(form.format(code, code[:4], code[4:]), RING, SCOPE, SERIALS[0])


@given(st.text(max_size=30))
def test_any_other_text_is_wrong_and_never_an_error(text: str) -> None:
    code = hidden_code(RING, SCOPE, SERIALS[0])
    assert is_hidden_code(text, RING, SCOPE, SERIALS[0]) == (text.translate({32: "", 45: ""}) == code)
