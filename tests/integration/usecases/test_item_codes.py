"""Item codes over the store: issued, found by computation, shown at once; made-up ones ask no database."""

from __future__ import annotations

import random

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import K1, SignedRice, at
from tests.servers.platform import TestPlatform
from tests.servers.served import RING
from trace.codes.crockford import ALPHABET
from trace.codes.ranges import Standing
from trace.codes.serials import COUNTERS, KeyRing, gtin_scope
from trace.errors import (
    EpochWithoutSecret,
    NotInOwnName,
    RangeExhausted,
    RangeOutside,
    SchemaOutdated,
    StorageLost,
)
from trace.store.faults import DATABASE_ERRORS
from trace.usecases.codes.item_codes import IssuedCodes, NextRange
from trace.usecases.intake.replay_log import replay

GTIN = "09521234100010"
SCOPE = gtin_scope(GTIN)
MINE = made.uscc(made.MILL)
KEY = RING.key("0", SCOPE)


@pytest.fixture
def told(database_url, clock):
    with TestPlatform(database_url, clock) as platform:
        story = SignedRice(platform, clock, packed={"codeLevel": "item", "serials": allocated(0, 1600)})
        yield story.tell()


@pytest.fixture
def codes(told):
    return IssuedCodes(told.platform.transactions, RING)


def allocated(first: int, count: int) -> dict[str, object]:
    return {"epoch": "0", "first": first, "count": count}


def withdraw(told: SignedRice, first: int, count: int) -> None:
    data = made.a_void(range={"first": first, "count": count})
    told.log("void", told.mill.state("code.void", K1, data, at=at("2026-10-15T08:00:00+08:00")))


def test_an_issued_code_is_found_with_its_lot_and_batch(codes):
    serial = KEY.serial(41)
    found = codes.find_item(GTIN, serial)
    assert (found.code, found.counter, found.lot) == (f"01/{GTIN}/21/{serial}", 41, K1)
    assert (found.gtin, found.batch_no, found.standing) == (GTIN, "M20261012A", Standing.ACTIVE)
    assert codes.find_item(GTIN.lstrip("0"), serial) == found
    assert codes(GTIN, serial) == codes(GTIN.lstrip("0"), serial)
    assert (codes(GTIN, serial).batch_no, codes(GTIN, serial).state) == ("M20261012A", "normal")


def test_a_serial_typed_alone_is_found_among_the_products_that_have_codes(codes):
    serial = KEY.serial(41)
    assert codes.find_alone(serial) == [codes.find_item(GTIN, serial)]
    other = RING.key("0", gtin_scope("09521234100027")).serial(41)
    for unknown in (KEY.serial(1600), other, "ZZZZZZZZZZZZ", serial[:-1], serial.lower(), ""):
        assert codes.find_alone(unknown) == []


def test_what_nobody_allocated_is_not_found(codes):
    beyond, other = KEY.serial(1600), RING.key("0", gtin_scope("09521234100027")).serial(41)
    for gtin, serial in (
        (GTIN, beyond),
        (GTIN, other),
        ("09521234100027", KEY.serial(41)),
        (GTIN, "x"),
        (GTIN, ""),
    ):
        assert codes.find_item(gtin, serial) is None
    assert codes.find_platform("0123-4567-89AB") is None
    assert codes.range_of_lot(made.lot(made.MILL, "NONE")) is None


def test_a_void_shows_at_once_in_every_process(told, codes):
    another = IssuedCodes(told.platform.transactions, RING)
    serial, spared = KEY.serial(5), KEY.serial(6)
    assert another.find_item(GTIN, serial).standing is Standing.ACTIVE
    withdraw(told, 5, 1)
    for each in (codes, another):
        assert each.find_item(GTIN, serial).standing is Standing.VOID
        assert each.find_item(GTIN, spared).standing is Standing.ACTIVE
    assert codes.range_of_lot(K1).void.total == 1


def test_made_up_serials_ask_no_database(told, codes, databases, database_url):
    """Shown by taking the database away, which no way of reading it could hide."""
    codes.find_item(GTIN, KEY.serial(0))
    chance = random.Random(19)
    forged = ["0" + "".join(chance.choices(ALPHABET, k=11)) for _ in range(3000)]
    plausible = [KEY.serial(chance.randrange(COUNTERS // 2, COUNTERS)) for _ in range(200)]
    told.platform.transactions.engine.dispose()
    databases.take_away(database_url)
    assert [each for each in forged + plausible if codes.find_item(GTIN, each) is not None] == []
    with pytest.raises((*DATABASE_ERRORS, StorageLost, SchemaOutdated)):
        codes.find_item(GTIN, KEY.serial(0))


def test_the_next_pack_is_told_its_range(codes):
    assert codes.next_range(GTIN, 100) == NextRange(SCOPE, "0", 1600, 100)
    assert codes.next_range(None, 2) == NextRange("platform", "0", 0, 2)
    with pytest.raises(RangeOutside):
        codes.next_range(GTIN, 0)
    with pytest.raises(RangeExhausted):
        codes.next_range(GTIN, COUNTERS)


def test_how_far_the_serials_of_a_gtin_are_is_told_to_those_who_use_it(codes):
    """How many packs a firm has coded is its own business."""
    for stranger in (made.uscc(made.TOFU), None):
        with pytest.raises(NotInOwnName):
            codes.require_user(GTIN, stranger)
    codes.require_user(GTIN, MINE)
    codes.require_user("09521234100027", made.uscc(made.TOFU))


def test_ranges_of_an_old_epoch_answer_after_the_key_was_rotated(told):
    rotated = RING.rotated("1", b"another secret of the tests, 32b")
    codes = IssuedCodes(told.platform.transactions, rotated)
    assert codes.find_item(GTIN, KEY.serial(3)).counter == 3
    assert codes.next_range(GTIN, 5) == NextRange(SCOPE, "1", 0, 5)


def test_without_secrets_nothing_is_issued(told):
    codes = IssuedCodes(told.platform.transactions, None)
    assert codes.find_item(GTIN, KEY.serial(3)) is None
    with pytest.raises(EpochWithoutSecret):
        codes.next_range(GTIN, 5)
    other = IssuedCodes(told.platform.transactions, KeyRing("0", {"0": b"a secret of somebody else, 32 b."}))
    assert other.find_item(GTIN, KEY.serial(3)) is None


def test_replay_makes_the_same_ranges(told, codes):
    withdraw(told, 9, 3)
    report = replay(told.platform.transactions)
    assert report.equal
    assert report.after["code_range"][0] == report.after["code_counter"][0] == 1
    assert report.after["code_interval"][0] == 2
    assert codes.find_item(GTIN, KEY.serial(9)).standing is Standing.VOID
