"""Stock on the desk: own lots with what is left, one step up and down, and nobody else's lots."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.traced_chain import FARM, K1, MILL, SHOP, TracedChain
from tests.servers.door import Door
from trace.access.roles import OPERATOR


@pytest.fixture
def door(tmp_path_factory, databases) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        chain = TracedChain(door, door.clock)
        report = chain.packed_rice()
        chain.ship("D1", 4_800, K1, to=SHOP, report=report)
        yield door


def test_the_pages_show_them_and_no_lot_of_another_firm(door) -> None:
    desk: Desk = signed_in(door.platform, door.client, "wangmin")
    page = desk.get("/desk/stock")
    row = f"/desk/stock/{K1}"
    assert (page.status_code, "200 kg" in page.text, row in page.text) == (200, True, True)
    assert row not in desk.get("/desk/stock?standing=expired").text
    lot = desk.get(f"/desk/stock/{K1}?whole=1")
    assert (lot.status_code, "P1" in lot.text, "D1" in lot.text) == (200, True, True)
    for other in (made.lot(FARM, "H1"), made.lot(MILL, "nowhere")):
        assert desk.get(f"/desk/stock/{other}").status_code == 404
