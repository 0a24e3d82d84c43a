"""Recalled, withdrawn, unregistered, forged: what the resolver says when not all is well."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from tests.builders import facts as made
from tests.builders.signed_rice import K1
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from tests.servers.resolving import (
    BATCH,
    BROWSER,
    HOST,
    ITEM,
    LOT,
    OPERATOR,
    PRODUCT,
    SERIAL,
    a_link,
    keep_link,
    resolver_over,
    set_lot_state,
    tell_with_links,
)
from tests.servers.served import PUBLIC_URL

VOC = "https://ref.gs1.org/voc/"
LINKSET = "application/linkset+json"
SERIALS = [f"{number:012X}" for number in range(1000)]


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    return tell_with_links(platform, clock)


@pytest.fixture
def web(story, platform, tmp_path):
    return resolver_over(platform, tmp_path)


def test_a_recall_shows_at_once_in_every_worker_and_overrides_an_own_default(
    story, platform, web, clock, tmp_path
):
    keep_link(story, "start", a_link("gs1:defaultLink", "/rice", "子虚大米"), clock, sub=K1)
    other = resolver_over(platform, tmp_path)
    for worker in (web, other):
        assert worker.get(LOT).location == "https://www.mill.example/rice"
    set_lot_state(platform, K1, "recalled")
    for worker in (web, other):
        for path in (LOT, f"{LOT}/21/{SERIAL}"):
            answered = worker.get(path)
            assert (answered.status, answered.location) == (307, f"{HOST}/page{path}")
            assert f'rel="{VOC}recallStatus"' in answered.headers["Link"]
        level = worker.get(LOT, LINKSET).level(LOT)
        assert level[VOC + "defaultLink"] == [{"href": f"{HOST}/page{LOT}", "title": "召回信息"}]
        (status,) = level[VOC + "recallStatus"]
        assert worker.get(status["href"].removeprefix(HOST)).json["state"] == "recalled"
    assert web.get(PRODUCT).location == f"{HOST}/page{PRODUCT}"
    assert web.get(ITEM).headers["Link"].count("recallStatus") == 1  # its batch is known by its serial


@pytest.fixture
def bureau(platform):
    officer = Signer("11310000MB2F300000", "regulator_market")
    platform.register(officer)
    return officer


def test_a_recall_of_what_it_was_made_of_is_a_recall_of_the_pack(story, web, clock, bureau):
    keep_link(story, "start", a_link("gs1:defaultLink", "/rice", "子虚大米"), clock, sub=K1)
    assert web.get(LOT).location == "https://www.mill.example/rice"
    order = {"matter": "案7", "lots": [made.lot(made.MILL, "S1")]}
    story.log("recall", bureau.state("oversight.recall", "urn:case:7", order, at=clock()))
    for path in (LOT, ITEM):
        answered = web.get(path)
        assert (answered.status, answered.location) == (307, f"{HOST}/page{path}")
        assert f'rel="{VOC}recallStatus"' in answered.headers["Link"]
        assert web.get(f"/api/v1/recall-status{path}").json["state"] == "recalled"


def test_goods_under_a_hold_are_not_led_to_the_shop(story, web, clock, bureau):
    keep_link(story, "start", a_link("gs1:defaultLink", "/rice", "子虚大米"), clock, sub=K1)
    held = {"matter": "案8", "lots": [made.lot(made.MILL, "RICE-A")]}
    story.log("hold", bureau.state("oversight.hold", "urn:case:8", held, at=clock()))
    for path in (LOT, ITEM):
        assert (web.get(path).status, web.get(path).json["code"]) == (410, "code-withdrawn")
    page = web.get(f"/page{LOT}", BROWSER)
    assert (page.status, "停用".encode() in page.body) == (410, True)
    story.log("closing", bureau.state("oversight.closing", "urn:case:8", held, at=clock()))
    assert web.get(LOT).location == "https://www.mill.example/rice"


def test_a_withdrawn_batch_and_a_void_code_are_410_with_an_answer(story, platform, web, clock):
    assert web.get(LOT).status == 307
    story.log("void", story.mill.state("code.void", K1, made.a_void(), at=clock()))
    for path in (LOT, f"{LOT}/21/{SERIAL}", ITEM, f"{LOT}?linkType=linkset", f"{LOT}?linkType=gs1:pip"):
        gone = web.get(path)
        assert (gone.status, gone.json["code"]) == (410, "code-withdrawn")
        assert gone.json["action"]
        page = web.get(path, BROWSER)
        assert page.status == 410
        assert "停用".encode() in page.body or b"withdrawn" in page.body
    assert web.get(PRODUCT).status == 307


def test_an_unregistered_serial_or_batch_is_sent_to_our_own_page_which_says_so(web):
    for path in (f"{PRODUCT}/21/ZZZZZZZZZZZZ", f"{LOT}/21/ZZZZZZZZZZZZ", f"{PRODUCT}/10/NEVER"):
        answered = web.get(path, BROWSER)
        assert (answered.status, answered.location) == (307, f"{HOST}/page{path}")
        page = web.get(f"/page{path}", BROWSER)
        assert page.status == 404
        assert "未登记".encode() in page.body
        level = web.get(path, LINKSET).level(path)
        assert level.keys() == {"anchor", "itemDescription", VOC + "defaultLink", VOC + "verificationService"}


def test_an_unknown_product_is_404_as_a_page_and_as_a_problem(web):
    assert web.get("/01/06901234567892", BROWSER).status == 404
    assert "未登记".encode() in web.get("/01/06901234567892", BROWSER).body
    assert web.get("/01/06901234567892").json["code"] == "key-unregistered"
    assert b"12315" in web.get("/414/4006381333931", BROWSER).body


def test_forged_serials_cost_no_database_access(web, platform):
    assert web.get(PRODUCT).status == 307
    statements: list[str] = []

    @event.listens_for(platform.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    @event.listens_for(platform.engine, "begin")
    def begun(_connection):
        statements.append("begin")

    try:
        for serial in SERIALS:
            assert web.get(f"{PRODUCT}/21/{serial}").status == 307
            assert web.get(f"{PRODUCT}/10/{BATCH}/21/{serial}").status == 307
        assert statements == []
        web.get(ITEM)
        assert statements  # the listener does listen
    finally:
        event.remove(platform.engine, "before_cursor_execute", note)
        event.remove(platform.engine, "begin", begun)


def test_a_true_serial_leads_to_its_batch_and_not_to_another(web):
    levels = web.get(ITEM, LINKSET).json["linkset"]
    assert [each["anchor"].removeprefix(HOST) for each in levels] == [ITEM, LOT, PRODUCT]
    other = web.get(f"{PRODUCT}/10/OTHER/21/{SERIAL}", LINKSET).json["linkset"][0]
    assert other[VOC + "defaultLink"][0]["title"] == "未登记的追溯码"


def test_the_owner_changes_and_takes_away_links_and_nobody_else_does(story, platform, web, clock):
    before = web.get(f"{PRODUCT}?linkType=gs1:homepage").location
    keep_link(story, "home", a_link("gs1:homepage", "/new", "子虚米业"), clock)
    assert web.get(f"{PRODUCT}?linkType=gs1:homepage").location == "https://www.mill.example/new" != before
    keep_link(story, "home", None, clock)
    assert web.get(f"{PRODUCT}?linkType=gs1:homepage").status == 404


def test_links_that_an_older_rule_took_stay_hidden(web):
    """Second line: admission refuses them today (tests/integration/usecases/test_link_changes.py)."""
    text = web.get(PRODUCT, LINKSET).body
    assert b"www.mill.example" in text
    assert b"evil.example" not in text
    assert b"http://www.mill.example" not in text
    assert b"/forged" not in text


def test_a_host_that_is_no_longer_allowed_takes_its_links_along(story, platform, web, clock):
    operator = Signer(OPERATOR, "platform", stream="desk-2")
    platform.register(operator)
    fewer = {"field": "hosts", "to": ["mill.example"]}
    story.log("fewer", operator.state("link.change", made.uscc(made.MILL), fewer, at=clock()))
    assert web.get(f"{PRODUCT}?linkType=gs1:homepage").status == 404
    assert b"www.mill.example" not in web.get(PRODUCT, LINKSET).body


def test_an_own_default_is_listed_under_a_descriptive_type_too(story, web, clock):
    keep_link(story, "start", a_link("gs1:defaultLink", "/rice", "子虚大米"), clock)
    level = web.get(PRODUCT, LINKSET).level(PRODUCT)
    assert level[VOC + "defaultLink"] == [{"href": "https://www.mill.example/rice", "title": "子虚大米"}]
    others = [each["href"] for name, links in level.items() if name.startswith(VOC) for each in links]
    assert others.count("https://www.mill.example/rice") == 2


def test_a_batch_with_a_slash_in_its_number_is_found_where_the_server_decodes(story, web, clock):
    data = made.a_pack(
        batchNo="A/B",
        packedAt="2026-10-13T12:00:00+08:00",
        lot=made.lot(made.MILL, "K9"),
        quantity=made.kg("500"),
        packs={"value": "100", "unit": "件"},
    )
    story.log("K9", story.mill.state("food.pack", data["lot"], data, at=clock()))
    for decoded in (True, False):
        answered = web.send("GET", f"{PRODUCT}/10/A%2FB", decoded=decoded)
        assert (answered.status, answered.location) == (307, f"{HOST}/page{PRODUCT}/10/A%2FB")
    assert web.send("GET", f"{PRODUCT}/10/A%2FC", decoded=True).status == 400


def test_a_host_that_no_trusted_proxy_vouches_for_is_never_written(web):
    answered = web.get(LOT, host="evil.example", x_forwarded_host="evil.example")
    assert answered.location.startswith("https://evil.example/")  # 127.0.0.1 is the trusted proxy here
    direct = web.get(LOT, host="evil.example", x_forwarded_host="evil.example", x_forwarded_proto="http",
                     remote="203.0.113.9")  # fmt: skip
    assert direct.location.startswith(PUBLIC_URL)
    assert "evil" not in str(direct.headers)
