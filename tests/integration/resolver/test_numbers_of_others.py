"""Numbers of others in the resolver: who speaks for a GTIN is shown, others' words are not; in-store numbers
lead nowhere, and their goods answer by a platform code."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from tests.servers.resolving import GLN, GTIN, LOOSE, PLACE, PRODUCT, a_link, resolver_over, tell_with_links
from trace.errors import RestrictedNumber
from trace.identity.check_digit import gs1_mod_10
from trace.usecases.lots.packs import packs_under_key
from trace.usecases.printing.printable_pack import open_pack

IN_STORE = "201234567890" + gs1_mod_10("201234567890")
K8 = made.lot(made.MILL, "K8")
LINKSET = "application/linkset+json"


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    return tell_with_links(platform, clock)


def pack_in_store(story, clock) -> None:
    """A pack of the mill under an in-store number; its platform code goes live under the second edition."""
    log = story.receipts["hosts"].log
    registrar = story.platform.registrar
    story.log("edition", registrar.state("platform.edition", log, {"log": log, "edition": 2}, at=clock()))
    few = {"quantity": made.kg("500"), "packs": {"value": "100", "unit": "件"}, "lbNo": made.ABSENT}
    named = {"product": f"urn:product:{made.MILL}:BULK", "gtin": IN_STORE, "lot": K8, "batchNo": "K8"}
    data = made.a_pack(**named, **few, packedAt="2026-10-13T12:00:00+08:00")
    story.log("K8", story.mill.state("food.pack", K8, data, at=clock()))
    code = {"gtin": made.ABSENT, "batchNo": made.ABSENT, "platformCode": LOOSE}
    report = story.receipts["report"].statement_id
    live = made.an_activation(lot=K8, report=report, **code)
    story.log("K8-live", story.mill.state("code.activate", K8, live, at=clock()))


def test_an_in_store_number_leads_nowhere_and_its_goods_answer_by_a_platform_code(
    story, platform, clock, tmp_path
):
    pack_in_store(story, clock)
    web = resolver_over(platform, tmp_path)
    for path in (f"/01/0{IN_STORE}", f"/01/0{IN_STORE}/10/K8", f"/01/0{IN_STORE}/21/0ABCDEFGHJKM"):
        answered = web.get(path, accept="application/problem+json")
        assert (answered.status, answered.json["code"]) == (404, "restricted-number")
        assert "/t/" in answered.json["action"]
    assert web.get(f"/t/{LOOSE}").status == 307
    with platform.transactions.look() as tx:
        pack = open_pack(tx.connection, K8)
        assert f"/t/{LOOSE.replace('-', '')}" in pack.link("https://id.example.org")
        with pytest.raises(RestrictedNumber):
            packs_under_key(tx.connection, gtin=IN_STORE, batch_no="K8")


def test_what_a_stranger_says_of_a_registered_number_is_not_shown(story, platform, clock, tmp_path):
    stranger = Signer(made.TOFU, "processor")
    platform.register(stranger)
    web = resolver_over(platform, tmp_path)
    before = [web.get(path, accept=LINKSET).body for path in (PRODUCT, PLACE)]
    now = clock()
    product = made.a_product(name="假米")
    story.log("squatted", stranger.state("master.product", f"urn:gtin:{GTIN}", product, at=now))
    place = {"name": "假库", "kind": "warehouse", "region": "310151", "gln": GLN}
    story.log("place", stranger.state("master.place", f"urn:place:{made.TOFU}-1", place, at=now))
    same = {"name": "改名库", "kind": "warehouse", "region": "310151"}
    story.log("same", stranger.state("master.place", f"urn:place:{made.MILL}-1", same, at=now))
    web = resolver_over(platform, tmp_path)
    assert [web.get(path, accept=LINKSET).body for path in (PRODUCT, PLACE)] == before
    link = {"field": "mine", "to": a_link("gs1:pip", "/fake", "假页")}
    (refused,) = platform.accept(stranger.state("link.change", f"urn:gtin:{GTIN}", link, at=now))
    assert refused.refusal.code == "link-subject-foreign"
