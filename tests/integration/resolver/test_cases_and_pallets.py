"""A case's own GTIN leads to what is in it, a known SSCC to the batches in the case or on the pallet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import K1, SignedRice
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BATCH, BROWSER, GTIN, HOST, Asking, resolver_over, set_lot_state

CASE_GTIN = "19521234100017"
CASE, PALLET = "095212341000000010", "095212341000000027"
LINKSET = "application/linkset+json"


@pytest.fixture
def told(database_url: str, clock: SteppingClock, tmp_path: Path) -> Iterator[tuple[TestPlatform, Asking]]:
    with TestPlatform(database_url, clock) as platform:
        serials = {"epoch": "0", "first": 0, "count": 1600}
        story = SignedRice(platform, clock, packed={"codeLevel": "item", "serials": serials}).tell()
        now = clock() + timedelta(hours=1)
        product = made.a_product(caseGtin=CASE_GTIN)
        story.log("cased", story.mill.state("master.product", made.RICE, product, at=now))
        urn = f"urn:sscc:{CASE}"
        story.log("case", story.mill.state("code.aggregate", urn, made.an_aggregation(container=urn), at=now))
        pallet = made.an_aggregation(container=f"urn:sscc:{PALLET}", containers=[urn], items=[])
        story.log("pallet", story.mill.state("code.aggregate", f"urn:sscc:{PALLET}", pallet, at=now))
        yield platform, resolver_over(platform, tmp_path)


def test_a_case_is_asked_about_as_what_is_in_it(told: tuple[TestPlatform, Asking]) -> None:
    web = told[1]
    assert web.get(f"/01/{CASE_GTIN}", BROWSER).location == f"{HOST}/page/01/{GTIN}"
    batch = web.get(f"/01/{CASE_GTIN}/10/{BATCH}", BROWSER)
    assert batch.location == f"{HOST}/page/01/{GTIN}/10/{BATCH}"
    assert web.get(f"/api/v1/recall-status/01/{CASE_GTIN}/10/{BATCH}").json["state"] == "normal"
    assert web.get("/01/29521234100014").json["code"] == "key-unregistered"


@pytest.mark.parametrize("sscc", [CASE, PALLET])
def test_a_known_container_names_its_batches_and_not_how_many(
    told: tuple[TestPlatform, Asking], sscc: str
) -> None:
    platform, web = told
    assert web.get(f"/00/{sscc}", BROWSER).location == f"{HOST}/page/00/{sscc}"
    page = web.get(f"/page/00/{sscc}", BROWSER)
    assert page.status == 200
    assert f"/page/01/{GTIN}/10/{BATCH}" in page.body.decode()
    listed = web.get(f"/00/{sscc}?linkType=all", LINKSET)
    assert listed.status == 200
    assert "24" not in page.body.decode().split()
    assert web.get(f"/api/v1/recall-status/00/{sscc}").json["state"] == "normal"
    set_lot_state(platform, K1, "recalled")
    assert web.get(f"/api/v1/recall-status/00/{sscc}").json["state"] == "recalled"


def test_a_container_that_nobody_packed_is_unregistered(told: tuple[TestPlatform, Asking]) -> None:
    answered = told[1].get("/00/095201234567891235")
    assert (answered.status, answered.json["code"]) == (404, "key-unregistered")
