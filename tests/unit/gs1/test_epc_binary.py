"""EPC binary strings beyond the published vectors: every serial encoding, and what must be refused."""

from __future__ import annotations

import random

import pytest

from trace.errors.base import Refusal
from trace.gs1.coupons import coupon, offer
from trace.gs1.epc_binary import is_epc_binary, read_epc_binary

GTIN = "09521234100010"


def sgtin_plus(bits: str) -> str:
    """An SGTIN+ of our GTIN with these bits for its serial."""
    written = f"{0xF7:08b}0000" + "".join(f"{int(digit):04b}" for digit in GTIN) + bits
    written += "0" * (-len(written) % 4)
    return "eh" + "".join(f"{int(written[at : at + 4], 2):x}" for at in range(0, len(written), 4))


def coded(encoding: int, length: int, data: str) -> str:
    return sgtin_plus(f"{encoding:03b}{length:05b}{data}")


@pytest.mark.parametrize(
    ("segment", "serial"),
    [
        (coded(0, 3, f"{7:010b}"), "007"),
        (coded(1, 2, "10101011"), "AB"),
        (coded(2, 2, "10101011"), "ab"),
        (coded(3, 2, f"{0:06b}{62:06b}"), "A-"),
        (coded(4, 2, f"{ord('a'):07b}{ord('/'):07b}"), "a/"),
        (coded(5, 3, f"{1 * 1600 + 2 * 40 + 30 + 1:016b}"), "AB0"),
    ],
)
def test_every_encoding_of_a_serial_is_read(segment, serial):
    assert read_epc_binary(segment).serial_no == serial


@pytest.mark.parametrize(
    "segment",
    [
        coded(0, 0, ""),
        coded(0, 1, "1111"),
        coded(5, 3, "0" * 16),
        coded(6, 1, "0000000"),
        coded(4, 2, f"{0:07b}{ord('a'):07b}"),
        sgtin_plus("") + "f",
        "eh301e" + "0" * 20,
        "ex",
        "exA",
        "eh" + "f" * 300,
        "",
    ],
)
def test_what_cannot_be_read_is_refused(segment):
    with pytest.raises(Refusal):
        read_epc_binary(segment)


def test_anything_at_all_is_read_or_refused():
    chance = random.Random(20261122)
    read = 0
    for _ in range(3_000):
        header = chance.choice(
            (0x30, 0x31, 0x34, 0x3C, 0xF0, 0xF7, 0xF8, 0xFA, 0xFB, 0xFD, chance.randrange(256))
        )
        text = f"eh{header:02x}" + "".join(chance.choices("0123456789abcdef", k=chance.randrange(2, 60)))
        try:
            read += read_epc_binary(text).key.ai != ""
        except Refusal:
            continue
    assert read_epc_binary("eh30164596f40c0e5cbe991a83").serial_no == "123456789123"
    assert is_epc_binary("eh30")
    assert not is_epc_binary("01")
    assert read < 3_000


def test_a_coupon_may_not_end_before_it_begins():
    base = "012345612345611110123"
    assert coupon(base, lambda _: True)
    assert coupon(base + "3261201" + "4261101", lambda _: True)
    assert not coupon(base + "3261101" + "4261201", lambda _: True)
    assert not coupon(base + "3261101", lambda _: False)
    assert not coupon(base + "7", lambda _: True)
    assert offer("001234561234560123456", lambda _: True)
    assert not offer("201234561234560123456", lambda _: True)
