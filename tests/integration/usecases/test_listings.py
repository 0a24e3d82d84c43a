"""Checks of online listings and ended proofs of trace systems: recorded, compared, asked as warnings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import facts as made
from tests.builders.traced_chain import MILL, SHOP, TracedChain, october
from tests.builders.two_bureaus import agriculture, key, market
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import RiskItemUnknown, RiskUnfit
from trace.oversight.claimed_marks import HOLDS, OF_ANOTHER, UNKNOWN
from trace.oversight.register_entries import SYSTEM, Entry
from trace.oversight.warnings import IN_DOUBT
from trace.store.monthly.register_entries import add_entries
from trace.usecases.casework.take_step import Paper
from trace.usecases.supervision.find_warnings import find_warnings
from trace.usecases.supervision.listings import (
    AT_ONCE,
    Checking,
    check_listing,
    read_listings,
    read_screenshot,
)
from trace.usecases.supervision.triage import read_triage

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)
FOUND = {
    "platform": "（演示）某平台", "shop": "（演示）某店", "address": "https://shop.test/1", "mark": "LB-00-0",
    "checked_on": "2026-10-20", "result": "conforms",
}  # fmt: skip


@pytest.fixture
def chain(databases):
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        clock.advance(october("31 12:00") - clock())
        yield TracedChain(platform, clock)


SHOT = Paper("页面.png", PICTURE)


def checking(actor, faults=(), screenshot=SHOT, **changed):
    return Checking(actor, key(), {**FOUND, **changed}, faults, screenshot)


@pytest.mark.requirement("S3-34", "S0-12", "S0-11")
def test_what_an_officer_saw_online_is_kept_compared_and_asked(chain):
    of, ju = chain.platform.transactions, market(chain)
    unfit = (
        {"screenshot": None},
        {"shop": ""},
        {"address": "shop.test"},
        {"product": "urn:product:NOBODY:X"},
        {"seller": made.uscc("9" * 18)},
        {"result": "fails"},  # in nothing
        {"faults": ("mark",)},  # though nothing was found
        {"result": "doubtful"},  # without a word
        {"checked_on": "2027-01-01"},
    )
    for changed in unfit:
        with pytest.raises(RiskUnfit):
            check_listing(of, checking(ju, **changed))
    assert read_listings(of, ju).rows == []
    check_listing(of, checking(ju))
    check_listing(of, checking(ju, mark=""))
    check_listing(of, checking(ju, ("label",), mark="", result="fails", words="无生产日期", shop="另一家店"))
    behind = read_listings(of, ju, page=1)
    assert (behind.rows, behind.count, behind.more) == ([], 3, False)
    assert replace(behind, count=2 * AT_ONCE + 1).more, "the last stands on a page behind it"
    failing, sound, unknown = read_listings(of, ju).rows
    assert (unknown.standing, sound.standing, failing.standing) == (UNKNOWN, "", "")
    assert read_screenshot(of, ju, failing.number)[1] == PICTURE
    with pytest.raises(RiskItemUnknown):
        read_screenshot(of, ju, "WY310151-2026-9999")

    firm, today = made.uscc(MILL), date(2026, 10, 31)
    for seq, until in ((1, today - timedelta(days=30)), (1, None)):
        code = MILL if until else made.TOFU
        entry = Entry(
            made.uscc(code), SYSTEM, seq, chain.clock(), {"name": "追溯系统"}, date(2025, 1, 1), until,
            "验收单", "年度核对", "page", ju.party, ju.person, "测试",
        )  # fmt: skip
        with of.begin("test") as tx:
            add_entries(tx.connection, [entry])
    find_warnings(of, balance=False)
    asked = {one.row.rule: one.row for one in read_triage(of, ju).open if one.row.rule in {"W13", "W14"}}
    questioned = {one.row.records[0] for one in read_triage(of, ju).open if one.row.rule == "W13"}
    assert questioned == {failing.number, unknown.number}, "what conforms is asked of nobody"
    assert asked["W13"].party == "" and asked["W13"].area == "310151"
    assert (asked["W14"].party, asked["W14"].figures) == (firm, {"proof-until": "2026-10-01"})
    assert {"W13", "W14"} <= IN_DOUBT
    assert {one.row.rule for one in read_triage(of, agriculture(chain)).open} >= {"W13"}


@pytest.mark.requirement("S0-12")
def test_a_shop_that_sells_the_goods_of_the_licence_is_asked_nothing(chain):
    of, ju, registrar = chain.platform.transactions, market(chain), chain.platform.registrar
    shop, mark = made.uscc(SHOP), made.RICE_MARK
    chain.state(MILL, "master.product", made.RICE, made.a_product(), "30 09:00")
    own = f"urn:product:{SHOP}:TUAN"
    chain.state(SHOP, "master.product", own, made.a_product(gtin=made.ABSENT), "30 09:05")
    for typ, sub, data in (
        ("master.party", shop, made.a_party()),
        ("master.licence", f"urn:licence:{mark}", made.a_licence()),
    ):
        chain.platform.log(registrar.state(typ, sub, data, at=chain.clock()))
    for product in (made.RICE, "", own):
        check_listing(of, checking(ju, mark=mark, seller=shop, product=product))
    rows = read_listings(of, ju).rows
    assert [(one.product, one.standing) for one in rows] == [
        (own, OF_ANOTHER),
        ("", HOLDS),
        (made.RICE, HOLDS),
    ], "the mark is the maker's, whoever sells"
