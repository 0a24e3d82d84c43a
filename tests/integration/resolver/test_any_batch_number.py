"""Every batch number that GS1 allows resolves: redirect, page, recall status, linkset, complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.builders.odd_batches import ODD, lot_of, tell_odd_batches
from tests.builders.traced_chain import TracedChain
from tests.clock import SteppingClock
from tests.servers.databases import Databases
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BROWSER, HOST, Answered, Asking, resolver_over
from trace.errors import CodeWouldNotResolve, PublicAddressUnfit
from trace.ledger.algorithms import PrivateKey
from trace.usecases.codes.coded_lot import find_coded_lot
from trace.usecases.printing.print_label import print_label

GTIN = "09521234100010"
UNSEEN = ("。", ")", "，", "%20", "%E2%80%8B", "》")
"""Clutter that no batch number of these ends in."""
Odd = tuple[TestPlatform, Asking]
_SHOWN = re.compile(r"Q(\d+)\.trace\.json")


def key(number: str) -> str:
    return f"/01/{GTIN}/10/{quote(number, safe='')}"


def shown(answered: Answered) -> str | None:
    found = _SHOWN.search(answered.body.decode())
    return found[1] if found else None


@pytest.fixture(scope="module")
def odd(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Odd]:
    clock, url = SteppingClock(), databases.migrated("sqlite")
    with TestPlatform(url, clock) as platform:
        tell_odd_batches(TracedChain(platform, clock))
        key_of_links = PrivateKey.from_seed(b"l" * 32)
        yield platform, resolver_over(platform, tmp_path_factory.mktemp("odd"), key=key_of_links)
    databases.discard(url)


@pytest.mark.parametrize("decoded", [True, False])
@pytest.mark.parametrize(("at", "number"), list(enumerate(ODD)))
def test_it_resolves_to_its_own_pack(odd: Odd, at: int, number: str, decoded: bool) -> None:
    """`decoded` as the server does that we run: a path is decoded before we see it."""
    web, path = odd[1], key(number)
    sent = web.send("GET", path, BROWSER, decoded=decoded)
    assert sent.status == 307
    assert shown(web.send("GET", sent.location.removeprefix(HOST), BROWSER, decoded=decoded)) == str(at)
    assert shown(web.send("GET", f"/page{path}", BROWSER, decoded=decoded)) == str(at)
    status = web.send("GET", f"/api/v1/recall-status{path}", decoded=decoded)
    assert (status.status, status.json["state"]) == (200, "normal")
    listed = web.send("GET", f"{path}?linkType=all", "application/linkset+json", decoded=decoded)
    assert f"{lot_of(at)}/bundle" in listed.body.decode()
    assert listed.json["linkset"][0]["anchor"] == HOST + key(number)


@pytest.mark.parametrize(("at", "number"), list(enumerate(ODD)))
def test_complaints_find_its_pack(odd: Odd, at: int, number: str) -> None:
    found = find_coded_lot(odd[0].transactions, None, key(number)[1:])
    assert found is not None
    assert found.lot == lot_of(at)


@pytest.mark.parametrize("behind", [*UNSEEN, "/"])
@pytest.mark.parametrize("number", ["26/10/22", "A/21/7", "A+B", "100%", "v"])
def test_clutter_leads_to_the_same_pack(odd: Odd, number: str, behind: str) -> None:
    at = str(ODD.index(number))
    for decoded in (True, False):
        sent = odd[1].send("GET", key(number) + behind, BROWSER, decoded=decoded)
        assert (sent.status, sent.location) == (307, f"{HOST}/page{key(number)}")
        assert shown(odd[1].send("GET", f"/page{key(number)}{behind}", BROWSER, decoded=decoded)) == at


@pytest.mark.parametrize("number", ["A+B", "100%", "A"])
def test_slashes_that_an_app_coded_lead_to_the_same_pack(odd: Odd, number: str) -> None:
    coded = f"/01/{GTIN}{quote('/10/', safe='')}{quote(number, safe='')}"
    for path in (coded, f"/01/{GTIN}{quote(coded[18:], safe='')}"):
        for decoded in (True, False):
            sent = odd[1].send("GET", path, BROWSER, decoded=decoded)
            assert (sent.status, sent.location) == (307, f"{HOST}/page{key(number)}")


@pytest.mark.parametrize(
    "query", ["?v=x", "?utm={a|b}", "?share=%7B%22a%22", '?x="<>"', "?v=%E3%80%82&%", "?=&&"]
)
def test_parameters_that_others_add_hide_no_pack(odd: Odd, query: str) -> None:
    sent = odd[1].get(key("100%") + query, BROWSER)
    assert sent.status == 307
    assert sent.location.startswith(f"{HOST}/page{key('100%')}?")


def test_a_number_that_nobody_registered_stays_unregistered(odd: Odd) -> None:
    for number in ("B/21/7", "ZZ", "A/99", "26/10/23", "26"):
        assert odd[1].get(f"/page{key(number)}", BROWSER).status == 404
        assert odd[1].get(f"/api/v1/recall-status{key(number)}").json["state"] == "unknown"


@pytest.mark.parametrize(("at", "number"), list(enumerate(ODD)))
def test_a_label_is_printed_where_its_symbol_leads_to_its_pack(odd: Odd, at: int, number: str) -> None:
    """A browser resolves "." and ".." before it asks, so no label can bear them."""
    transactions = odd[0].transactions
    if number in {".", ".."}:
        with pytest.raises(CodeWouldNotResolve):
            print_label(transactions, lot_of(at), "json", HOST)
        return
    uri = print_label(transactions, lot_of(at), "json", HOST).uri
    for decoded in (True, False):
        sent = odd[1].send("GET", uri.removeprefix(HOST), BROWSER, decoded=decoded)
        assert shown(odd[1].send("GET", sent.location.removeprefix(HOST), BROWSER, decoded=decoded)) == str(
            at
        )


@pytest.mark.parametrize("address", ["", "trace.example.cn", "https://a.cn/stem"])
def test_nothing_is_printed_without_a_public_address(odd: Odd, address: str) -> None:
    with pytest.raises(PublicAddressUnfit):
        print_label(odd[0].transactions, lot_of(0), "svg", address)
