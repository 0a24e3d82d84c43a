"""Platform codes (goods without a GTIN) in the same resolver, with the same resolution; their item codes."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.servers.platform import TestPlatform
from tests.servers.resolving import (
    BROWSER,
    HOST,
    LOOSE,
    a_link,
    keep_link,
    pack_loose,
    resolver_over,
    set_lot_state,
    tell_with_links,
)
from trace.usecases.lots.states import INACTIVE, RECALLED, WITHDRAWN
from trace.usecases.resolver.resolve_link import (
    PlatformCodeItem,
)

VOC = "https://ref.gs1.org/voc/"
LINKSET = "application/linkset+json"
K7 = made.lot(made.MILL, "K7")
CODE = f"/t/{LOOSE}"
NEVER = "/t/ZZZZ-ZZZZ-ZZZZ"
ITEMS = {
    "0000-1111-2222": PlatformCodeItem(K7, "normal"),
    "0000-1111-3333": PlatformCodeItem(K7, INACTIVE),
    "0000-1111-4444": PlatformCodeItem(K7, RECALLED),
    "0000-1111-5555": PlatformCodeItem(K7, WITHDRAWN),
}


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    told = tell_with_links(platform, clock)
    pack_loose(told, clock)
    return told


@pytest.fixture
def web(story, platform, tmp_path):
    return resolver_over(platform, tmp_path, platform_code_items=ITEMS.get)


@pytest.mark.parametrize(
    "typed",
    [LOOSE, LOOSE.lower(), LOOSE.replace("-", ""), "8k3f2q7mpx4o", "8K3F%202Q7M%20PX40", "8K3F–2Q7M–PX40"],
)
def test_every_way_of_writing_a_code_leads_to_its_one_address(web, typed):
    answered = web.get(f"/t/{typed}?v=abc&x=%2f")
    assert (answered.status, answered.location) == (307, f"{HOST}/page{CODE}?v=abc&x=%2f")
    assert f"<{HOST}{CODE}?linkType=linkset>" in answered.headers["Link"]
    (level,) = web.get(f"/t/{typed}", LINKSET).json["linkset"]
    assert level["anchor"] == HOST + CODE


@pytest.mark.parametrize(
    "typed", ["short", "8K3F-2Q7M-PX4U", "8K3F-2Q7M-PX40-1", f"{LOOSE}/21/x", "%00", "a" * 4000]
)
@pytest.mark.parametrize("decoded", [False, True])
def test_what_cannot_be_a_code_is_400(web, typed, decoded):
    answered = web.send("GET", f"/t/{typed}", decoded=decoded)
    assert (answered.status, answered.json["code"]) == (400, "serial-malformed")
    assert web.send("GET", f"/t/{typed}", BROWSER, decoded=decoded).status == 400


def test_people_reach_the_batch_behind_its_code(web):
    page = web.get(web.get(CODE, BROWSER).location.removeprefix(HOST), BROWSER)
    assert page.status == 200
    assert LOOSE.encode() in page.body


def test_a_code_that_nobody_was_given_is_sent_to_our_own_page_which_says_so(web):
    answered = web.get(NEVER, BROWSER)
    assert (answered.status, answered.location) == (307, f"{HOST}/page{NEVER}")
    page = web.get(f"/page{NEVER}", BROWSER)
    assert page.status == 404
    assert "未登记".encode() in page.body
    level = web.get(NEVER, LINKSET).level(NEVER)
    assert level.keys() == {"anchor", "itemDescription", VOC + "defaultLink", VOC + "verificationService"}


def test_links_of_the_batch_and_of_its_product_stand_at_the_code(story, web, clock):
    product = f"urn:product:{made.MILL}:BULK"
    stated = made.a_product(gtin=made.ABSENT, name="散装大米")
    story.log("bulk", story.mill.state("master.product", product, stated, at=clock()))
    keep_link(story, "recipe", a_link("gs1:recipeInfo", "/bulk", "散米做法"), clock, sub=product)
    keep_link(story, "recipe", a_link("gs1:recipeInfo", "/k7", "这一批的做法"), clock, sub=K7)
    links = web.get(CODE, LINKSET).level(CODE)[VOC + "recipeInfo"]
    assert [each["title"] for each in links] == ["这一批的做法", "散米做法"]


def test_a_recalled_and_a_withdrawn_batch_answer_as_a_gtin_does(story, platform, web, clock):
    set_lot_state(platform, K7, "recalled")
    answered = web.get(CODE)
    assert (answered.status, answered.location) == (307, f"{HOST}/page{CODE}")
    assert f'rel="{VOC}recallStatus"' in answered.headers["Link"]
    (status,) = web.get(CODE, LINKSET).level(CODE)[VOC + "recallStatus"]
    assert web.get(status["href"].removeprefix(HOST)).json["state"] == "recalled"
    story.log("void", story.mill.state("code.void", K7, made.a_void(lot=K7), at=clock()))
    set_lot_state(platform, K7, "normal")
    gone = web.get(CODE)
    assert (gone.status, gone.json["code"]) == (410, "code-withdrawn")
    assert "停用".encode() in web.get(CODE, BROWSER, accept_language="zh").body


def test_item_codes_without_a_gtin_answer_for_themselves_and_their_batch(platform, web):
    items = {ITEMS[code].state: f"/t/{code}" for code in ITEMS}
    for state in ("normal", INACTIVE, RECALLED):
        assert web.get(items[state]).location == f"{HOST}/page{items[state]}"
        assert web.get(f"/api/v1/recall-status{items[state]}").json["state"] == state
    assert web.get(items[WITHDRAWN]).status == 410
    level = web.get(items[RECALLED], LINKSET).level(items[RECALLED])
    assert level[VOC + "defaultLink"][0]["title"] == "召回信息"
    bundles = [
        each["href"]
        for each in web.get(items["normal"], LINKSET).level(items["normal"])[VOC + "traceability"]
    ]
    assert f"{HOST}/api/v1/lots/{K7}/bundle" in bundles
    set_lot_state(platform, K7, "recalled")
    assert web.get(f"/api/v1/recall-status{items['normal']}").json["state"] == "recalled"


def test_other_methods_and_origins(web):
    assert web.send("OPTIONS", CODE).status == 204
    head = web.send("HEAD", CODE)
    assert (head.status, head.body, head.headers["Access-Control-Allow-Origin"]) == (307, b"", "*")
    assert web.send("POST", CODE).status == 405
    assert web.get(f"{CODE}?linkType=gs1:nosuchlt").status == 404
    assert web.get(f"/t?c={LOOSE}").status == 303  # the form to type a code in is Flask's
