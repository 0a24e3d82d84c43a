"""Item codes over HTTP: a range asked for, stated, seen by those who may, answering in the resolver."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import K1, SignedRice
from tests.servers.door import Door
from trace.codes.serials import gtin_scope

GTIN = "09521234100010"


@pytest.fixture
def mill(door: Door) -> SignedRice:
    """Story 1 with item codes on K1, the range asked for over HTTP as an enterprise does."""
    token = door.token(made.uscc(made.MILL), "statements:write")
    answer = door.get(f"/api/v1/code-ranges/next?gtin={GTIN}&count=1600", token=token)
    assert answer.status_code == 200, answer.text
    due = answer.json
    assert (due["scope"], due["first"], due["count"]) == (gtin_scope(GTIN), 0, 1600)
    stated = {name: due[name] for name in ("epoch", "first", "count")}
    return SignedRice(door, door.clock, packed={"codeLevel": "item", "serials": stated}).tell()


def test_a_range_is_asked_for_with_a_token_only(door: Door) -> None:
    assert door.get("/api/v1/code-ranges/next?count=5").status_code == 401
    token = door.token(made.uscc(made.MILL), "statements:write")
    for wrong in ("", "?count=0", "?count=x", "?count=1&gtin=123", "?count=1&gtin=09521234100011"):
        assert door.get(f"/api/v1/code-ranges/next{wrong}", token=token).status_code in {400, 422}


def test_those_who_may_see_a_lot_see_its_codes(door: Door, mill: SignedRice) -> None:
    assert mill.receipts["pack"].marks == ()
    token = door.token(made.uscc(made.MILL), "statements:write")
    shown = door.get(f"/api/v1/lots/{K1}/codes", token=token).json
    assert (shown["first"], shown["count"], shown["live"]) == (0, 1600, 1600)
    assert shown["active"]["intervals"] == [{"first": 0, "count": 1600}]
    following = door.get(f"/api/v1/code-ranges/next?gtin={GTIN}&count=1", token=token).json
    assert following["first"] == 1600
    assert door.get(f"/api/v1/lots/{K1}/codes").status_code == 403
    none = door.get(f"/api/v1/lots/{made.lot(made.MILL, 'RICE-A')}/codes", token=token)
    assert (none.status_code, none.json["code"]) == (409, "codes-not-allocated")
    assert door.get(f"/api/v1/lots/{made.lot(made.MILL, 'X9')}/codes", token=token).status_code == 404


def test_a_live_serial_is_no_forged_one(door: Door, mill: SignedRice) -> None:
    codes = door.platform.codes
    serial = codes.ring.key("0", gtin_scope(GTIN)).serial(17)
    assert codes.find_item(GTIN, serial).lot == K1
    status = door.get(f"/api/v1/recall-status/01/{GTIN}/21/{serial}")
    assert (status.status_code, status.json["state"]) == (200, "normal")
    forged = door.get(f"/api/v1/recall-status/01/{GTIN}/21/0ABCDEFGHJKM")
    assert (forged.status_code, forged.json["state"]) == (200, "unknown")


def test_a_pallet_names_its_codes_for_a_recall(door: Door, mill: SignedRice) -> None:
    case, pallet = "095212341000000010", "095212341000000027"
    inside = made.an_aggregation(container=f"urn:sscc:{case}")
    stacked = made.an_aggregation(container=f"urn:sscc:{pallet}", items=[], containers=[f"urn:sscc:{case}"])
    for name, data in (("case", inside), ("pallet", stacked)):
        mill.log(name, mill.mill.state("code.aggregate", data["container"], data, at=door.clock()))
    token = door.token(made.uscc(made.MILL), "statements:write")
    found = door.get(f"/api/v1/containers/{pallet}", token=token).json
    assert found["items"] == [{"lot": K1, "first": 0, "count": 24}]
    assert (found["containers"], found["total"]) == ([f"urn:sscc:{case}"], 24)
    inner = door.get(f"/api/v1/containers/{case}", token=door.regulator()).json
    assert (inner["outward"], inner["total"]) == ([f"urn:sscc:{pallet}"], 24)
    assert door.get(f"/api/v1/containers/{pallet}").status_code == 404
    assert door.get("/api/v1/containers/095212341000000034", token=token).status_code == 404
    assert door.get("/api/v1/containers/095212341000000011", token=token).status_code == 400
