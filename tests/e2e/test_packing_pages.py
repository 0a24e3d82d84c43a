"""Cases packed by scanning, on pages without scripts: each code judged at once, one record signed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.print_shop import GTIN, Shop
from tests.builders.signers import Signer
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.ledger.key_sealing import MasterKey
from trace.parties import Actor
from trace.store.accounts.people import Organisation, add_organisation
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device
from trace.usecases.lots.show_container import show_container
from trace.usecases.signing.held_keys import hold_key

CASE, OTHER, PALLET = "095212341000000010", "095212341000000027", "095212341000000034"


@pytest.fixture(scope="module")
def shop(tmp_path_factory, databases) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("desk")
    with Door(folder, databases.migrated("sqlite"), pages=create_pages) as door:
        shop = Shop(door)
        door.platform.master_key = MasterKey(bytes(range(32)))
        kept = Signer(made.MILL, "processor", stream="desk-2")
        door.log(door.registrar.register(kept, custody="server"))
        hold_key(door.platform.transactions, door.platform.master_key, made.uscc(made.MILL), kept.key)
        add_member(door.platform.transactions, OPERATOR, ["warehouse"], "lili")
        yield shop


@pytest.fixture
def desk(shop) -> Desk:
    return signed_in(shop.door.platform, shop.door.client, "lili")


def sign(desk: Desk, batch: str) -> None:
    page = desk.get(batch).text
    shown = re.search(r'name="shown" value="([^"]+)"', page)[1]
    key = re.search(r'name="key" value="([^"]+)"|<option value="([^"]+)"', page)
    kid = key[1] or key[2]
    assert desk.post(f"{batch}/held", agreed="yes", key=kid, shown=shown).status_code == 303


def pack(desk: Desk, case: str, *codes: str, **more: str):
    desk.get("/desk/packing")
    return desk.post("/desk/packing", case=case, codes="\n".join(codes), **{"sign": "1", **more})


def inside(shop: Shop, case: str) -> list[tuple[int, int]]:
    actor = Actor("t", made.uscc(made.MILL))
    found = show_container(shop.door.platform.transactions, f"urn:sscc:{case}", actor)
    return sorted((one.first, one.count) for one in found.items)


def look(desk: Desk, code: str, case: str = CASE, action: str = "add") -> dict[str, object]:
    answer = desk.client.get(
        "/desk/packing/look", query_string={"case": case, "codes": code, "action": action},
        environ_overrides=desk.where,
    )  # fmt: skip
    return dict(answer.json)


def codes(shop: Shop, first: int, count: int) -> list[str]:
    return [f"https://id.trace.test/01/{GTIN}/21/{serial}" for serial in shop.serials(first, count)]


def test_codes_go_into_a_case_by_one_signature_and_come_out_again(shop, desk) -> None:
    plain, bracketed, *rest = shop.serials(0, 4)
    said = [f"(01){GTIN}(21){plain}", f"]Q301{GTIN}21{bracketed}", *(f"/01/{GTIN}/21/{one}" for one in rest)]
    answer = pack(desk, CASE, *said)
    assert answer.status_code == 303, answer.text
    sign(desk, answer.headers["Location"])
    assert inside(shop, CASE) == [(0, 4)], "codes that follow each other are one interval"
    answer = pack(desk, f"(00){CASE}", *codes(shop, 1, 1), action="remove")
    sign(desk, answer.headers["Location"])
    assert inside(shop, CASE) == [(0, 1), (2, 2)]
    answer = pack(desk, PALLET, f"(00){CASE}")
    sign(desk, answer.headers["Location"])
    assert look(desk, f"(00){PALLET}")["told"] == "就是这个箱，或者这个箱正装在它里面"


def test_each_code_is_told_at_once_what_it_is(shop, desk) -> None:
    sign(desk, pack(desk, OTHER, *codes(shop, 20, 2)).headers["Location"])
    (fresh,) = codes(shop, 30, 1)
    good = look(desk, fresh)
    assert (good["good"], good["note"]) == (True, "码还没有激活。")
    assert OTHER in look(desk, codes(shop, 20, 1)[0])["told"]
    assert look(desk, "8K3F-2Q7M-PX40")["told"] == "没有发出过这个码"
    assert look(desk, "hello")["told"] == "读不出来，不是追溯码"
    assert look(desk, f"(01){GTIN}(10)M20261012A")["told"] == "这是整批的码，不是单个包装的"
    assert look(desk, fresh, action="remove")["told"] == "不在这个箱里"
    assert look(desk, f"(00){PALLET[:-1]}9")["told"] == "读不出来，不是追溯码", "a wrong check digit"
    assert not look(desk, fresh, case="123")["caseGood"]


def test_nothing_is_prepared_while_one_code_is_wrong(shop, desk) -> None:
    first, second = codes(shop, 40, 2)
    answer = pack(desk, CASE, first, first, "8K3F-2Q7M-PX40", second)
    assert answer.status_code == 422
    assert "清单里重复" in answer.text
    assert "没有发出过这个码" in answer.text
    assert first in answer.text, "what was scanned is kept"
    mended = desk.post(
        "/desk/packing",
        case=CASE,
        codes=f"{first}\n{first}\n8K3F-2Q7M-PX40\n{second}",
        good="1",
        sign="1",
    )
    assert mended.status_code == 303, "the others alone, when asked for"
    scattered = pack(desk, CASE, *(code for code in codes(shop, 100, 300)[::2]))
    assert (scattered.status_code, "要分成 150 段" in scattered.text) == (422, True)


def test_a_case_that_waits_is_shown_and_the_same_codes_take_its_place(shop, desk) -> None:
    first = pack(desk, OTHER, *codes(shop, 60, 2)).headers["Location"]
    shown = desk.get("/desk/packing").text
    assert f"箱 {OTHER} 的“装箱关联”已经备好" in shown
    assert first in shown
    beside = pack(desk, OTHER, *codes(shop, 70, 1)).headers["Location"]
    assert first in desk.get("/desk/packing").text, "other codes go into the case beside the first ones"
    again = pack(desk, OTHER, *codes(shop, 61, 2)).headers["Location"]
    shown = desk.get("/desk/packing").text
    assert [one in shown for one in (first, beside, again)] == [False, True, True]
    sign(desk, again)
    sign(desk, beside)
    assert set(inside(shop, OTHER)) >= {(61, 2), (70, 1)}
    assert f"箱 {OTHER} 的“装箱关联”已经备好" not in desk.get("/desk/packing").text


def test_another_firm_learns_that_a_code_is_not_its_own_and_no_more(shop) -> None:
    transactions = shop.door.platform.transactions
    tofu = Organisation(made.uscc(made.TOFU), "豆制品（测试）", OPERATOR)
    with transactions.begin("test") as tx:
        add_organisation(tx.connection, tofu, tx.now)
        token = invite(tx, tofu.urn, "tofu", ["warehouse"], None)
    join(transactions, token, "tofu", "a long river of plain words", Device("192.0.2.1", "test"))
    desk = signed_in(shop.door.platform, shop.door.app.test_client(), "tofu")
    told = look(desk, codes(shop, 0, 1)[0], case="106141411234567897")
    assert (told["good"], told["told"]) == (False, "不是本单位的码")
    foreign = look(desk, codes(shop, 0, 1)[0], case=CASE)
    assert not foreign["caseGood"], "the number begins with the mill's prefix"
    assert "装入" not in str(foreign["case"])
