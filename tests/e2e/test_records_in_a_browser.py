"""Records, certificates and master data in Chromium: axe-core, narrow and wide, dark, English, in print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.members import add_member
from tests.builders.traced_chain import FARM, MILL, TracedChain, october
from tests.e2e.desk_browser import SHOWN, VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY, OPERATOR

pytestmark = pytest.mark.browser
PLACE = f"urn:place:{MILL}-1"


@dataclass(frozen=True)
class Story:
    base: str
    paths: tuple[str, ...]
    certificate: str


@pytest.fixture(scope="module")
def story(tmp_path_factory, databases) -> Iterator[Story]:
    """R1 certified, corrected; R2 whose test failed; a place drawn; a licence asked for."""
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        grown = chain.harvest("H1", 2_000)
        lots = []
        for name, kilos in (("1", 900), ("2", 800)):
            sent = chain.ship(f"C{name}", kilos, grown, by=FARM, to=MILL, at="06 08:00")
            lots.append(chain.receive(f"R{name}", kilos, sent, by=MILL, at="06 09:00"))
        certified = made.a_certificate(
            lot=lots[0], quantity=made.kg(900), issuedAt=october("06 10:00").isoformat()
        )
        certificate = chain.state(MILL, "farm.certificate", lots[0], certified, "06 10:00")
        chain.correct("food.receipt", lots[0], "06 11:00", quantity=made.kg(890))
        item = {"name": "毒死蜱", "limit": "0.02", "value": "0.05", "unit": "mg/kg", "verdict": "fail"}
        failed = made.a_report(
            lot=lots[1], purpose="incoming", items=[item], conclusion="fail", reportNo="F-1",
            sampledAt=october("06 10:00").isoformat(), testedAt=october("06 12:00").isoformat(),
            file={"sha256": "a" * 64, "mediaType": "application/pdf", "bytes": 1234},
        )  # fmt: skip
        report = chain.state(MILL, "lab.report", lots[1], failed, "06 12:00")
        plot = {
            "name": "一号库",
            "kind": "warehouse",
            "region": "310151",
            "sketch": [[0, 0], [1000, 0], [1000, 500]],
        }
        chain.state(MILL, "master.place", PLACE, plot, "06 13:00")
        chain.state(made.BUREAU, "oversight.hold", "urn:case:1", orders.a_hold(lots[1]), "06 14:00")
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        add_member(door.platform.transactions, AUTHORITY, ["registrar"], "guqing")
        received = [chain.stated["food.receipt", lot][1] for lot in lots]
        with serving(door.app) as address:
            yield Story(
                address,
                (
                    "/desk/stated",
                    *(f"/desk/stated/{stmt}" for stmt in (*received, report)),
                    "/desk/certificates",
                    f"/desk/certificates/{certificate}",
                    "/desk/master",
                    f"/desk/master/outline?place={PLACE}&at=100,100%20900,100%20900,500",
                    "/desk/licences",
                    "/desk/records/产品",
                ),
                f"/desk/certificates/{certificate}",
            )


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_nothing_is_found_by_axe_and_nothing_sticks_out(story, chromium, width, theme, locale) -> None:
    with browsing(chromium, width, theme, locale) as page:
        enter(page, story.base, "wangmin")
        for path in story.paths:
            page.goto(story.base + path)
            look(page)


def test_a_certificate_prints_its_two_copies_and_nothing_else(story, chromium) -> None:
    with browsing(chromium, 1440, "light", "zh-CN") as page:
        enter(page, story.base, "wangmin")
        page.goto(story.base + story.certificate)
        page.emulate_media(media="print")
        shown = [card.evaluate(SHOWN) for card in page.locator(".cert").all()]
        assert shown == ["block", "block"]
        assert not page.locator(".side").is_visible()
        assert not page.locator(".noprint").first.is_visible()


def test_a_place_is_drawn_with_clicks(story, chromium) -> None:
    with browsing(chromium, 390, "light", "zh-CN") as page:
        enter(page, story.base, "wangmin")
        page.goto(f"{story.base}/desk/master/outline?place={PLACE}")
        for x, y in ((30, 30), (270, 30), (270, 150)):
            with page.expect_navigation():
                page.locator(".grid-field").click(position={"x": x, "y": y})
        typed = page.locator("#corners").input_value().split()
        assert len(typed) == 3
        assert page.locator("button[name=save]").is_visible()
