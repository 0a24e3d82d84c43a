"""Serials: their form, what typing does to them, and what a made-up one meets."""

from __future__ import annotations

import random

import pytest

from trace.codes.crockford import ALPHABET, encode
from trace.codes.platform_code import SCOPE, link, shown
from trace.codes.serials import COUNTERS, FORBIDDEN, KeyRing, SerialKey, gtin_scope, is_forbidden, parse
from trace.errors.codes import CodeUnregistered, EpochWithoutSecret, RangeOutside, SerialMalformed

RICE = gtin_scope("6901234567892")


def secret(epoch: str) -> bytes:
    return (epoch * 32).encode()


RING = KeyRing("7", {epoch: secret(epoch) for epoch in "57ZE"})


def test_a_serial_is_twelve_crockford_characters_and_leads_back_to_its_counter() -> None:
    key = RING.key("7", RICE)
    for counter in (0, 1, 31, 10**9, COUNTERS - 1):
        serial = key.serial(counter)
        assert len(serial) == 12
        assert set(serial) <= set(ALPHABET)
        assert serial[0] == "7"
        assert RING.counter(serial, RICE) == counter


def test_a_run_of_serials_is_the_same_as_one_by_one_across_chunks() -> None:
    key = RING.key("7", RICE)
    assert list(key.serials(4000, 5000)) == [key.serial(counter) for counter in range(4000, 9000)]
    assert list(key.serials(5, 0)) == []
    last = COUNTERS - 3
    assert list(key.serials(last, 3)) == [key.serial(last + step) for step in range(3)]


@pytest.mark.parametrize(("first", "count"), [(-1, 1), (COUNTERS, 1), (COUNTERS - 1, 2), (0, -1)])
def test_counters_beyond_the_epoch_are_refused(first: int, count: int) -> None:
    with pytest.raises(RangeOutside):
        next(RING.key("7", RICE).serials(first, count))


def test_another_gtin_and_another_secret_give_other_serials() -> None:
    other = KeyRing("7", {"7": b"other" * 8})
    kinds = [RING.key("7", RICE), RING.key("7", gtin_scope("09521234100010")), other.key("7", RICE)]
    assert len({serial for key in kinds for serial in key.serials(0, 500)}) == 1500
    assert gtin_scope("6901234567892") == gtin_scope("06901234567892")


def test_neighbouring_counters_tell_nothing_about_each_other() -> None:
    bodies = [serial[1:] for serial in RING.key("7", RICE).serials(0, 3200)]
    for place in range(11):
        counts = [sum(body[place] == character for body in bodies) for character in ALPHABET]
        assert sum((count - 100) ** 2 / 100 for count in counts) < 75  # chi squared, 31 degrees, p about 1e-5


def test_made_up_serials_are_refused_and_nearly_all_by_arithmetic_alone() -> None:
    rng, refused = random.Random(3), 0
    for _ in range(2000):
        made_up = "7" + "".join(rng.choices(ALPHABET, k=11))
        try:
            RING.counter(made_up, RICE)
        except CodeUnregistered:
            refused += 1
    assert 1900 < refused < 1980  # 31 of 32


def test_a_serial_of_an_epoch_nobody_opened_is_unregistered() -> None:
    with pytest.raises(CodeUnregistered):
        RING.counter("A" + "0" * 11, RICE)


def walked(key: SerialKey, tail: str, digits: int) -> tuple[int, str]:
    """A counter whose enciphered string has a forbidden form, found by deciphering such strings."""
    for number in range(3000):
        body = f"{tail}{number:0{digits}d}" if not tail.endswith("E") else f"{number:0{digits}d}{tail}3"
        plain = key.permutation.decrypt(int_of(body))
        if encode(plain, 11)[0] == "Z":
            return plain & (COUNTERS - 1), key.epoch + body
    raise AssertionError("none of 3,000 came from a counter")


def int_of(body: str) -> int:
    number = 0
    for character in body:
        number = number * 32 + ALPHABET.index(character)
    return number


@pytest.mark.parametrize(
    ("epoch", "tail", "digits"),
    [("7", "0", 10), ("7", "E", 9), ("Z", "13", 9), ("5", "2", 10), ("E", "138", 8)],
)
def test_forbidden_forms_are_walked_past_and_back(epoch: str, tail: str, digits: int) -> None:
    key = RING.key(epoch, RICE)
    counter, ugly = walked(key, tail, digits)
    assert any(form.fullmatch(ugly) for form in FORBIDDEN)
    serial = key.serial(counter)
    assert serial != ugly
    assert not is_forbidden(serial)
    assert key.counter(serial) == counter
    assert list(key.serials(counter, 1)) == [serial]
    with pytest.raises(CodeUnregistered):
        key.counter(ugly)


@pytest.mark.parametrize(
    "text", ["012345678901", "12E345678901", "A13812345678", "138123456789", "1234567890E1", "E13812345678"]
)
def test_forms_that_other_programs_would_change_are_forbidden(text: str) -> None:
    assert is_forbidden(text)


@pytest.mark.parametrize(
    "text", ["7ET5E1J3KCBD", "7K3F9QXP2MWD", "A12812345678", "E12345678901", "Z00000000000"]
)
def test_other_forms_are_not(text: str) -> None:
    assert not is_forbidden(text)


def test_no_forbidden_form_can_start_a_counter() -> None:
    rng = random.Random(5)
    for epoch in ALPHABET:
        for _ in range(200):
            assert not is_forbidden(epoch + "Z" + "".join(rng.choices("0123456789E13", k=10)))


@pytest.mark.parametrize("typed", ["7K3F9QXP2MWD", "7k3f-9qxp-2mwd", " 7K3F 9QXP 2MWD ", "7K3F–9QXP–2MWD"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert parse(typed) == "7K3F9QXP2MWD"


def test_letters_that_look_like_digits_are_taken_for_them() -> None:
    assert parse("oOiIlL123456") == "001111123456"


@pytest.mark.parametrize(
    "typed", ["", "7K3F9QXP2MW", "7K3F9QXP2MWDD", "7K3F9QXP2MWU", "稻米", "7" * 500, "７K3F9QXP2MWD"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(SerialMalformed) as refused:
        parse(typed)
    assert len(str(refused.value.params["text"])) <= 40


def test_a_platform_code_is_shown_in_fours_and_linked_without_hyphens() -> None:
    serial = RING.key("7", SCOPE).serial(12)
    assert parse(shown(serial)) == serial
    assert shown("7k3f9qxp2mwd") == "7K3F-9QXP-2MWD"
    assert link("https://trace.example.cn/", "7K3F-9QXP-2MWD") == "https://trace.example.cn/t/7K3F9QXP2MWD"


def test_rotation_keeps_the_old_epochs_and_never_reuses_one() -> None:
    later = RING.rotated("8", secret("8"))
    assert later.current == "8"
    old = RING.key("7", RICE).serial(5)
    assert later.counter(old, RICE) == 5
    with pytest.raises(EpochWithoutSecret):
        later.rotated("7", secret("7"))


@pytest.mark.parametrize(
    ("current", "secrets"),
    [
        ("8", {}),
        ("7", {"7": b"short"}),
        ("u", {"u": b"x" * 32}),
        ("77", {"77": b"x" * 32}),
        ("", {"": b"x" * 32}),
    ],
)
def test_a_ring_with_an_unfit_epoch_or_secret_is_refused(current: str, secrets: dict[str, bytes]) -> None:
    with pytest.raises(EpochWithoutSecret):
        KeyRing(current, secrets)


def test_secrets_are_not_printed() -> None:
    assert "7777" not in repr(RING)
    assert "permutation" not in repr(RING.key("7", RICE))


def test_scopes_out_of_strangers_links_do_not_pile_up() -> None:
    ring = KeyRing("7", {"7": secret("7")})
    first = ring.key("7", "gtin:0").serial(1)
    for number in range(5000):
        ring.key("7", f"gtin:{number}")
    assert len(ring._made) <= 4096
    assert ring.key("7", "gtin:0").serial(1) == first
