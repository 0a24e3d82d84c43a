"""A verifier's page of another origin: it may read all that a linkset leads to, and what proves it."""

from __future__ import annotations

import re

import orjson
import pytest

from tests.builders.signed_links import lister, tell_signed
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BROWSER, HOST, ITEM, LOOSE, LOT, PLACE, PRODUCT, resolver_over

THINGS = (PRODUCT, LOT, ITEM, PLACE, f"/t/{LOOSE}", "/01/09521234100010/10/NONE")
LINKSET = "application/linkset+json"
ORIGIN = "https://verifier.example"
PROOFS = (
    *("/.well-known/jwks.json", "/.well-known/trace-policy", "/.well-known/gs1resolver", "/log/checkpoint"),
    *("/linkset-context.jsonld", "/verifier.json", "/log/tile/0/000.p/9", "/log/tile/entries/000.p/9"),
)


@pytest.fixture(scope="module")
def web(databases, tmp_path_factory):
    url, clock = databases.migrated("sqlite"), SteppingClock()
    with TestPlatform(url, clock) as running:
        tell_signed(running, clock)
        yield resolver_over(running, tmp_path_factory.mktemp("resolver"), key=lister().key)
    databases.discard(url)


def shared(web, path, accept="*/*"):
    """The answers to a page of another origin: its preflight, and what it then reads."""
    asked = web.send("OPTIONS", path, origin=ORIGIN, access_control_request_method="GET")
    assert asked.status in {200, 204}, path
    assert "GET" in asked.headers["Access-Control-Allow-Methods"], path
    answer = web.get(path, accept, origin=ORIGIN)
    for one in (asked, answer):
        assert one.headers.getlist("Access-Control-Allow-Origin") == ["*"], (path, one.headers)
        assert one.headers.get("Access-Control-Allow-Credentials") is None
    return answer


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_every_link_of_a_linkset_can_be_read_from_another_origin(web, thing, accept):
    answer = shared(web, f"{thing}?linkType=linkset", LINKSET)
    links = {link["href"] for level in answer.json["linkset"] for name, found in level.items()
             if name.startswith("https://ref.gs1.org/voc/") for link in found}  # fmt: skip
    ours = {href.removeprefix(HOST) for href in links if href.startswith(HOST)}
    assert ours
    statuses = {path: shared(web, path, accept).status for path in ours}
    assert all(status < 500 for status in statuses.values()), statuses
    for header in re.findall(r"<([^>]*)>", answer.headers["Link"]):
        shared(web, header.removeprefix(HOST))


@pytest.mark.parametrize("path", PROOFS)
def test_what_proves_it_can_be_read_too_refusals_included(web, path):
    shared(web, path)


def test_a_redirect_can_be_followed(web):
    first = shared(web, LOT)
    assert first.status == 307
    assert shared(web, first.location.removeprefix(HOST)).status == 200


@pytest.mark.parametrize("thing", [PRODUCT, LOT, PLACE])
def test_the_page_of_a_linkset_holds_it_as_json_ld(web, thing):
    page = web.get(f"{thing}?linkType=linkset", BROWSER).body.decode()
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert orjson.loads(data) == web.get(f"{thing}?linkType=linkset", "application/ld+json").json


@pytest.mark.parametrize("odd", ["?=", "?=x", "?&=&", "?foo=1&=2"])
@pytest.mark.parametrize("thing", [PRODUCT, LOT, ITEM])
def test_a_parameter_without_a_name_hinders_nobody(web, thing, odd):
    assert web.get(thing + odd).status == 307


def test_the_state_of_a_code_says_how_fresh_the_signed_list_of_recalls_is(web):
    for thing in (LOT, PRODUCT, ITEM):
        assert web.get(f"/api/v1/recall-status{thing}").json["signedList"] == {"state": "none", "asOf": None}
