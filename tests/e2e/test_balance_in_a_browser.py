"""The balance's page in Chromium: axe-core, narrow and wide, dark, English, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member
from tests.builders.traced_chain import TracedChain
from tests.e2e.desk_browser import VIEWS, browsing, enter, follow, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import OPERATOR

pytestmark = pytest.mark.browser


def overdrawn(chain: TracedChain) -> None:
    """More rice than paddy, declared, and packs of it under the mark."""
    licence = f"urn:licence:{made.RICE_MARK}"
    chain.state(made.BUREAU, "master.licence", licence, made.a_licence(), "01 08:00")
    chain.packed_rice()
    chain.hand_over(2, 3_000)
    lot, rice = made.lot(made.MILL, "M2"), made.lot(made.MILL, "RICE-2")
    made_of_it = {"lot": rice, "productName": "大米", "quantity": made.kg(3_200), "kind": "product"}
    data = made.a_production(
        batch=lot,
        inputs=[{"lot": made.lot(made.MILL, "R2"), "quantity": made.kg(3_000), "role": "main"}],
        outputs=[made_of_it],
        loss=made.ABSENT,
        declared=[{"rule": "R18", "reason": "盘点时发现的差额，原因待查"}],
        startedAt="2026-10-14T08:00:00+08:00",
        finishedAt="2026-10-14T17:00:00+08:00",
    )
    chain.state(made.MILL, "food.production", lot, data, "14 17:00")
    packed = made.a_pack(
        lot=made.lot(made.MILL, "K2"),
        fromLot=rice,
        batchNo="M2",
        quantity=made.kg(3_000),
        packs={"value": "600", "unit": "件"},
        packedAt="2026-10-15T08:00:00+08:00",
    )
    chain.state(made.MILL, "food.pack", made.lot(made.MILL, "K2"), packed, "15 08:00")


@pytest.fixture(scope="module")
def base(tmp_path_factory, databases) -> Iterator[str]:
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        overdrawn(TracedChain(door, door.clock))
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        with serving(door.app) as address:
            yield address


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_nothing_is_found_by_axe_and_nothing_sticks_out(base, chromium, width, theme, locale) -> None:
    with browsing(chromium, width, theme, locale) as page:
        enter(page, base, "wangmin")
        page.goto(f"{base}/desk/balance?from=2026-10-01&to=2026-10-31")
        look(page)
        assert page.locator("#found").is_visible()
        page.locator("details summary").first.focus()
        page.keyboard.press("Enter")
        assert page.locator("details[open] code").first.is_visible()
        look(page)


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS[:2])
def test_gaps_and_mock_recalls_are_found_by_axe_to_be_sound(base, chromium, width, theme, locale) -> None:
    with browsing(chromium, width, theme, locale) as page:
        enter(page, base, "wangmin")
        page.goto(f"{base}/desk/gaps")
        assert page.locator("#found").is_visible()
        look(page)
        page.goto(f"{base}/desk/mock-recalls")
        follow(page, "main form button")
        assert page.locator("tbody tr").first.is_visible()
        look(page)
