"""FF1 gives what NIST's samples say, and is a permutation."""

from __future__ import annotations

import pytest

from trace.codes.ff1 import FF1

KEYS = {
    128: "2B7E151628AED2A6ABF7158809CF4F3C",
    192: "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F",
    256: "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94",
}
DIGITS = "0123456789"
LETTERS = "0123456789abcdefghi"
TWEAKS = {"": b"", "ten": bytes.fromhex("39383736353433323130"), "11": b"7777pqrs777"}
# SP 800-38G, sample data of FF1: key bits, radix, tweak, plain, enciphered
SAMPLES = [
    (128, 10, "", DIGITS, "2433477484"),
    (128, 10, "ten", DIGITS, "6124200773"),
    (128, 36, "11", LETTERS, "a9tv40mll9kdu509eum"),
    (192, 10, "", DIGITS, "2830668132"),
    (192, 10, "ten", DIGITS, "2496655549"),
    (192, 36, "11", LETTERS, "xbj3kv35jrawxv32ysr"),
    (256, 10, "", DIGITS, "6657667009"),
    (256, 10, "ten", DIGITS, "1001623463"),
    (256, 36, "11", LETTERS, "xs8a0azh2avyalyzuwd"),
]


@pytest.mark.parametrize(("bits", "radix", "tweak", "plain", "enciphered"), SAMPLES)
def test_the_samples_of_the_standard_come_out(bits, radix, tweak, plain, enciphered) -> None:
    cipher = FF1(bytes.fromhex(KEYS[bits]), radix, len(plain), TWEAKS[tweak])
    assert cipher.encrypt(int(plain, radix)) == int(enciphered, radix)
    assert cipher.decrypt(int(enciphered, radix)) == int(plain, radix)
    assert cipher.encrypt_many([int(plain, radix)]) == [int(enciphered, radix)]


@pytest.mark.parametrize("tweak", [b"", b"elevenbytes", b"longer than one block"])
def test_many_at_once_are_the_same_as_one_by_one(tweak: bytes) -> None:
    cipher = FF1(b"k" * 32, 32, 11, tweak)
    numbers = [0, 1, 2**55 - 1, *range(2**40, 2**40 + 300)]
    many = cipher.encrypt_many(numbers)
    assert many == [cipher.encrypt(number) for number in numbers]
    assert [cipher.decrypt(number) for number in many] == numbers


@pytest.mark.unmeasured
def test_the_whole_of_a_small_domain_is_permuted() -> None:
    cipher = FF1(b"k" * 32, 32, 4, b"elevenbytes")
    assert cipher.domain == 1 << 20
    assert set(cipher.encrypt_many(range(1 << 20))) == set(range(1 << 20))


def test_key_and_tweak_both_change_everything() -> None:
    numbers = list(range(100))
    made = [
        FF1(key, 32, 11, tweak).encrypt_many(numbers)
        for key in (b"a" * 32, b"b" * 32)
        for tweak in (b"1", b"2")
    ]
    assert len(set().union(*made)) == 400


@pytest.mark.parametrize("number", [-1, 1 << 55])
def test_numbers_outside_the_domain_and_domains_too_small_are_refused(number: int) -> None:
    cipher = FF1(b"k" * 32, 32, 11)
    for work in (cipher.encrypt, cipher.decrypt):
        with pytest.raises(ValueError, match="domain"):
            work(number)
    with pytest.raises(ValueError, match="domain"):
        FF1(b"k" * 32, 32, 3)
