"""A code on a pack, from signed records in a real database to the page and to the verdict."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest

from tests.builders import facts as made
from tests.builders.offline_verifier import verify_bundle
from tests.builders.signed_rice import H1, K1, SHIPPED, SignedRice
from tests.builders.weights import (
    EVIDENCE_BUDGET,
    PAGE_BUDGET,
    VERIFIER_BUDGET,
    answer_weight,
    page_weight,
)
from tests.servers.platform import TestPlatform
from tests.servers.served import both_skins, platform_over
from tests.simulators.witnesses import NAMES, publish
from trace.ledger.statement import label_digest
from trace.wording import say

GTIN, BATCH = "09521234100010", "M20261012A"
PAGE = f"/01/{GTIN}/10/{BATCH}"
PERSON = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    told = SignedRice(platform, clock).tell()
    publish(platform)
    return told


@pytest.fixture
def client(platform, tmp_path):
    return both_skins(platform, tmp_path).test_client()


def test_a_scan_shows_the_chain_from_the_plot_to_the_shop_and_who_signed_it(story, client):
    answer = client.get(PAGE, headers=PERSON)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f"<h1>{say('zh-CN', 'scan.head.normal.title')}</h1>" in html
    phases = ["plot", "harvest", "certificate", "receipt", "merge", "production", "test", "pack", "shipment"]
    places = [html.index(f"<h3>{say('zh-CN', f'scan.phase.{phase}')}") for phase in phases]
    assert places == sorted(places)
    for text in ("子虚牌绿色大米", "（演示）乌有乡稻米专业合作社", "SC10131015199019", "镉", *NAMES):
        assert text in html
    assert page_weight(PAGE, answer.data) <= PAGE_BUDGET


def test_buyers_persons_and_coordinates_are_not_on_the_page(story, client):
    html = client.get(PAGE).get_data(as_text=True)
    for private in ("无何有之乡", made.MARKET, "000-00000008", "310151999299", "16900", "18400"):
        assert private not in html


def test_the_evidence_behind_the_page_verifies_and_belongs_to_the_label(story, client, platform, tmp_path):
    digest = label_digest(story.statements["pack"].compact)
    html = client.get(f"{PAGE}?v={digest}").get_data(as_text=True)
    assert say("zh-CN", "scan.label.matches") in html
    (link,) = re.findall(r'href="(/api/v1/lots/[^"]+)"', html)
    answer = client.get(link)
    assert answer.headers["Content-Disposition"].endswith('.trace.json"')
    trusted = platform_over(platform, tmp_path).trust
    label = f"https://trace.example.cn{PAGE}?v={digest}"
    assert verify_bundle(answer.get_json(), trusted, label, platform.transactions.clock()).ok


def test_the_weight_of_all_that_the_tap_on_verify_brings(story, client):
    """Verifier, trust and evidence travel packed, and decoded they are what others get plain."""
    html = client.get(PAGE).get_data(as_text=True)
    sizes = {}
    for part in ("verifier", "trust", "bundle"):
        (path,) = re.findall(rf'data-{part}="([^"]+)"', html)
        packed = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
        assert packed.headers["Vary"] == "Accept-Encoding"
        plain = client.get(path)
        assert "Content-Encoding" not in plain.headers
        assert brotli.decompress(packed.data) == plain.data
        sizes[part] = answer_weight(path, packed.headers.get("Content-Encoding"), packed.data)
    assert sizes["verifier"] <= VERIFIER_BUDGET
    assert sizes["trust"] + sizes["bundle"] <= EVIDENCE_BUDGET
    kept = client.get(f"/lots/{K1}/trace.html", headers={"Accept-Encoding": "gzip"})
    assert kept.headers["Content-Encoding"] == "gzip"
    assert b"<html" in gzip.decompress(kept.data)


def test_only_a_pack_with_a_code_has_a_page_to_keep(story, client):
    assert client.get(f"/lots/{K1}/trace.html").status_code == 200
    # Nobody learns that a consignment exists; of other lots it is known that others see them.
    for lot, status in ((H1, 403), (made.lot(made.MILL, "R1"), 403), (SHIPPED, 404)):
        refused = client.get(f"/lots/{lot}/trace.html")
        assert refused.status_code == status
        assert "trace-bundle/1" not in refused.get_data(as_text=True)


def test_a_label_of_another_record_is_noticed(story, client):
    other = label_digest(story.statements["H1"].compact)
    html = client.get(f"{PAGE}?v={other}").get_data(as_text=True)
    assert f"<h1>{say('zh-CN', 'scan.head.label-differs.title')}</h1>" in html


def test_before_the_witnesses_have_seen_it_the_page_waits_for_them(platform, clock, client):
    SignedRice(platform, clock).tell()
    publish(platform, NAMES[:1])
    html = client.get(PAGE).get_data(as_text=True)
    assert say("zh-CN", "scan.proof.pending", present=1, needed=2) in html
    assert "/bundle" not in re.sub('data-bundle="[^"]*"', "", html)


def test_a_code_not_in_use_is_said_so_and_a_void_one_is_gone_at_once(platform, clock, client):
    told = SignedRice(platform, clock)
    for step in (told.begin, told.harvests, told.receive, told.make, told.pack):
        step()
    assert say("zh-CN", "scan.head.inactive.title") in client.get(PAGE).get_data(as_text=True)
    told.sell()
    assert client.get(PAGE).status_code == 200
    told.log("void", told.mill.state("code.void", K1, made.a_void(), at=clock()))
    gone = client.get(PAGE)
    assert gone.status_code == 410
    assert say("zh-CN", "scan.head.withdrawn.title") in gone.get_data(as_text=True)


def test_a_declared_gap_is_on_the_page_of_what_was_made_of_it(platform, clock, client):
    told = SignedRice(platform, clock)
    for step in (told.begin, told.harvests, told.receive, told.make_with_a_declared_gap, told.pack):
        step()
    html = client.get(PAGE).get_data(as_text=True)
    assert "地磅维修，按估算" in html
    assert say("zh-CN", "mark.gap.title") in html


def test_one_code_a_product_lets_the_reader_pick_the_batch(story, client):
    html = client.get(f"/01/{GTIN}").get_data(as_text=True)
    assert "<h3>2026-10-12</h3>" in html
    assert f'href="?batch={BATCH}"' in html
    answer = client.get(f"/01/{GTIN}?batch={BATCH}&m=elder")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?m=elder")


@pytest.mark.parametrize(
    "path", ["/01/09521234100027", f"/01/{GTIN}/10/NIE", f"/01/{GTIN}/21/1", "/t/0000-0000-0000"]
)
def test_what_was_never_registered_is_404_with_our_own_page(story, client, path):
    answer = client.get(path, headers=PERSON)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert say("zh-CN", "scan.head.unknown.title") in answer.get_data(as_text=True)


def test_people_get_pages_and_machines_get_problems(client):
    page = client.get("/nowhere", headers=PERSON)
    problem = client.get("/nowhere", headers={"Accept": "application/json"})
    under = client.get("/api/v1/nowhere", headers=PERSON)
    assert [one.mimetype for one in (page, problem, under)] == [
        "text/html", "application/problem+json", "application/problem+json",
    ]  # fmt: skip
    assert {page.status_code, problem.status_code, under.status_code} == {404}
    put = client.put(PAGE, headers=PERSON)
    assert (put.status_code, put.mimetype) == (405, "text/html")
    assert "GET" in put.headers["Allow"]


def test_the_pages_keep_their_own_policy_under_the_frame_of_the_machine_skin(story, client):
    policy = client.get(PAGE).headers["Content-Security-Policy"]
    assert "'sha256-" in policy
    assert "unsafe-inline" not in policy
    assert "script-src 'self'; connect-src 'self'" in policy
    assert (
        client.get(PAGE, headers={"X-Request-Id": "quoted-by-phone-7"}).headers["X-Request-Id"]
        == "quoted-by-phone-7"
    )
