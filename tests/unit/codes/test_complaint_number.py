"""Numbers of complaints: as they are read out, and every slip of the pen noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.codes.complaint_number import RANDOM_BITS, numbered, parse
from trace.codes.crockford import ALPHABET
from trace.errors import CheckDigitWrong, NumberMalformed

BITS = st.integers(0, 2**RANDOM_BITS - 1)


def test_a_number_looks_as_it_always_did() -> None:
    # by hand: body 00000000001, its check a * 1 = 2
    assert numbered(1) == "TS-0000-0000-0012"
    assert numbered(0) == "TS-0000-0000-0000"


@given(BITS)
def test_what_was_issued_is_read_however_it_is_typed(bits: int) -> None:
    number = numbered(bits)
    for typed in (
        number,
        number.lower(),
        number.replace("-", ""),
        number[3:],
        f" {number.replace('-', ' ')} ",
    ):
        assert parse(typed) == number


@given(BITS, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(bits: int, place: int, other: str) -> None:
    plain = numbered(bits)[3:].replace("-", "")
    if plain[place] != other:
        with pytest.raises(CheckDigitWrong):
            parse(plain[:place] + other + plain[place + 1 :])


@given(BITS, st.integers(0, 11), st.integers(0, 11))
def test_two_exchanged_characters_are_noticed(bits: int, one: int, two: int) -> None:
    plain = list(numbered(bits)[3:].replace("-", ""))
    if plain[one] != plain[two]:
        plain[one], plain[two] = plain[two], plain[one]
        with pytest.raises(CheckDigitWrong):
            parse("".join(plain))


@pytest.mark.parametrize(
    "text", ["", "TS-", "TS-0000-0000-001", "TS-0000-0000-00UU", "TS-0000-0000-00122", "投诉"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(NumberMalformed):
        parse(text)


def test_more_than_its_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="fit"):
        numbered(2**RANDOM_BITS)


@pytest.mark.parametrize("around", ["投诉编号：{}。", "《{}》", "编号是 {} 请查", "\u202a{}\u202c", "“{}”"])
def test_a_number_is_found_in_a_message(around):
    number = numbered(12345)
    assert parse(around.format(number)) == number
    assert parse(around.format(number.lower().replace("-", "\u2011"))) == number
