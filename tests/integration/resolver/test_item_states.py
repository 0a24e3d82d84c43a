"""Item codes as they are issued: 未激活, live, void, recalled, never issued; with and without a GTIN."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import event

from tests.builders import facts as made
from tests.builders.signed_links import DEFAULT, JWS, LINKSET, VOC, fetched, judged, lister
from tests.builders.signed_rice import K1, SignedRice
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BATCH, BROWSER, GTIN, HOST, PRODUCT, resolver_over
from tests.servers.served import RING
from tests.simulators.witnesses import policy_text, publish, trust
from trace.codes import platform_code
from trace.codes.crockford import ALPHABET
from trace.codes.serials import gtin_scope
from trace.usecases.codes.item_codes import IssuedCodes

KEY, LOOSE_KEY = RING.key("0", gtin_scope(GTIN)), RING.key("0", platform_code.SCOPE)
K8 = made.lot(made.MILL, "K8")


def item(counter: int) -> str:
    return f"{PRODUCT}/21/{KEY.serial(counter)}"


def loose(counter: int) -> str:
    return f"/t/{platform_code.shown(LOOSE_KEY.serial(counter))}"


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    """1,600 packs with a GTIN and 100 without, all of them live."""
    serials = {"epoch": "0", "first": 0, "count": 1600}
    told = SignedRice(platform, clock, packed={"codeLevel": "item", "serials": serials}).tell()
    bulk = made.a_pack(
        lot=K8,
        product=f"urn:product:{made.MILL}:BULK",
        gtin=made.ABSENT,
        batchNo="K8",
        quantity=made.kg("500"),
        packs={"value": "100", "unit": "件"},
        codeLevel="item",
        serials={"epoch": "0", "first": 0, "count": 100},
        packedAt="2026-10-13T12:00:00+08:00",
    )
    told.log("K8", told.mill.state("food.pack", K8, bulk, at=clock()))
    live = made.an_activation(
        lot=K8,
        codeLevel="item",
        gtin=made.ABSENT,
        batchNo=made.ABSENT,
        range={"first": 0, "count": 90},
        report=told.receipts["report"].statement_id,
    )
    told.log("live", told.mill.state("code.activate", K8, live, at=clock()))
    platform.register(lister())
    return told


@pytest.fixture
def web(story, platform, tmp_path):
    codes = IssuedCodes(platform.transactions, RING)
    return resolver_over(platform, tmp_path, codes, codes.find_platform_code, lister().key)


def state_of(web, path):
    return web.get(f"/api/v1/recall-status{path}").json["state"]


def test_a_live_item_leads_to_its_page_and_its_batch(web):
    for path in (item(7), loose(7)):
        answered = web.get(f"{path}?v=abc")
        assert (answered.status, answered.location) == (307, f"{HOST}/page{path}?v=abc")
        assert state_of(web, path) == "normal"
    levels = web.get(item(7), LINKSET).json["linkset"]
    anchors = [each["anchor"].removeprefix(HOST) for each in levels]
    assert anchors == [item(7), f"{PRODUCT}/10/{BATCH}", PRODUCT]


def test_items_that_are_not_live_yet_are_sent_to_our_page_and_say_so(web):
    answered = web.get(loose(95))
    assert (answered.status, answered.location) == (307, f"{HOST}/page{loose(95)}")
    assert state_of(web, loose(95)) == "inactive"
    assert state_of(web, loose(5)) == "normal"


def test_void_items_are_410_and_their_neighbours_are_not(story, web, clock):
    for lot, path in ((K1, item), (K8, loose)):
        void = made.a_void(lot=lot, range={"first": 5, "count": 1})
        story.log(f"void {lot}", story.mill.state("code.void", lot, void, at=clock()))
        gone = web.get(path(5))
        assert (gone.status, gone.json["code"]) == (410, "code-withdrawn")
        page = web.get(path(5), BROWSER, accept_language="zh")
        assert page.status == 410
        assert "停用".encode() in page.body
        assert web.get(path(5) + "?linkType=linkset").status == 410
        assert web.get(path(6)).status == 307


def test_recalled_items_carry_their_recall_in_the_resolution(story, platform, web, clock):
    order = {"matter": "封口不良", "lots": [], "serials": [{"lot": K1, "first": 10, "count": 5}]}
    story.log("recall", platform.registrar.state("oversight.recall", K1, order, at=clock()))
    for counter, state in ((9, "normal"), (10, "recalled"), (14, "recalled"), (15, "normal")):
        assert state_of(web, item(counter)) == state, counter
    answered = web.get(item(12))
    assert (answered.status, answered.location) == (307, f"{HOST}/page{item(12)}")
    assert f'rel="{VOC}recallStatus"' in answered.headers["Link"]
    assert "recallStatus" not in web.get(item(9)).headers["Link"]
    level = web.get(item(12), LINKSET).level(item(12))
    assert level[DEFAULT] == [{"href": f"{HOST}/page{item(12)}", "title": "召回信息"}]
    publish(platform)
    trusted = trust(platform, policy_text(clock))
    assert judged(*fetched(web, item(12)), trusted, clock).state == "recalled"
    assert judged(*fetched(web, item(9)), trusted, clock).state == "normal"


def test_a_recall_of_the_lot_is_a_recall_of_each_of_its_items(story, platform, web, clock):
    for lot, path in ((K1, item), (K8, loose)):
        order = {"matter": "镉超标", "lots": [lot]}
        story.log(f"recall {lot}", platform.registrar.state("oversight.recall", lot, order, at=clock()))
        assert state_of(web, path(3)) == "recalled"
        assert web.get(path(3), LINKSET).level(path(3))[DEFAULT][0]["title"] == "召回信息"


def test_items_that_nobody_issued_are_unregistered(web):
    beyond, foreign = item(1600), f"{PRODUCT}/21/{LOOSE_KEY.serial(7)}"
    for path in (beyond, foreign, loose(100), "/t/ZZZZ-ZZZZ-ZZZZ"):
        answered = web.get(path, BROWSER)
        assert (answered.status, answered.location) == (307, f"{HOST}/page{path}")
        page = web.get(f"/page{path}", BROWSER)
        assert page.status == 404
        assert "未登记".encode() in page.body
        level = web.get(path, LINKSET).level(path)
        assert level.keys() == {"anchor", "itemDescription", DEFAULT, VOC + "verificationService"}
        assert JWS not in level


def test_signed_items_without_a_gtin_verify(story, platform, web, clock):
    publish(platform)
    trusted = trust(platform, policy_text(clock))
    verdict = judged(*fetched(web, loose(7)), trusted, clock)
    assert verdict.ok, verdict.as_dict()
    assert judged(*fetched(web, loose(95)), trusted, clock).state == "inactive"


def forged(count: int) -> list[str]:
    chance = random.Random(7)
    return ["0" + "".join(chance.choices(ALPHABET, k=11)) for _ in range(count)]


def test_forged_serials_cost_no_database_access(platform, web, databases, database_url):
    """Counted at the engine over the whole resolver; then shown by taking the database away."""
    assert web.get(item(7), LINKSET).status == 200
    asked: list[str] = []

    def note(*given):
        asked.append(str(given[2]) if len(given) > 2 else "begin")

    for name in ("before_cursor_execute", "begin", "checkout"):
        event.listen(platform.engine, name, note)
    try:
        for serial in forged(1000):
            assert web.get(f"{PRODUCT}/21/{serial}").status == 307
            assert web.get(f"{PRODUCT}/10/{BATCH}/21/{serial}").status == 307
        assert asked == []
        assert web.get(f"{PRODUCT}/10/NEVER").status == 307
        assert asked  # the listener does listen
    finally:
        for name in ("before_cursor_execute", "begin", "checkout"):
            event.remove(platform.engine, name, note)
    platform.engine.dispose()
    databases.take_away(database_url)
    for serial in forged(200):
        answered = web.get(f"{PRODUCT}/21/{serial}", LINKSET)
        assert (answered.status, len(answered.json["linkset"])) == (200, 2)
        assert web.get(f"{PRODUCT}/21/{serial}").status == 307
    assert web.get(item(7)).status in {500, 503}  # a true one does ask
