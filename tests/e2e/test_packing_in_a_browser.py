"""Cases in Chromium: a scanner that types, a photographed code, keys alone; axe-core on narrow and wide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders.members import add_member
from tests.builders.print_shop import GTIN, Shop
from tests.builders.scanned import BRINGS_DECODER, symbol
from tests.e2e.desk_browser import VIEWS, browsing, enter, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import OPERATOR

pytestmark = pytest.mark.browser
CASE = "095212341000000010"


@pytest.fixture(scope="module")
def shop(tmp_path_factory, databases) -> Iterator[tuple[Shop, str]]:
    folder = tmp_path_factory.mktemp("desk")
    with Door(folder, databases.migrated("sqlite"), pages=create_pages) as door:
        shop = Shop(door)
        add_member(door.platform.transactions, OPERATOR, ["warehouse"], "lili")
        with serving(door.app) as address:
            yield shop, address


def told(page, text: str) -> None:
    page.wait_for_function(
        "text => document.querySelector('[data-told]').textContent.includes(text)", arg=text
    )


@BRINGS_DECODER
@pytest.mark.parametrize(("width", "theme", "locale"), [VIEWS[0], (1440, "light", "en")])
def test_codes_come_by_a_scanner_that_types_and_by_a_photograph(
    shop, chromium, tmp_path, width, theme, locale
) -> None:
    mill, base = shop
    first, second = (f"https://id.trace.test/01/{GTIN}/21/{serial}" for serial in mill.serials(0, 2))
    with browsing(chromium, width, theme, locale) as page:
        enter(page, base, "lili")
        page.goto(f"{base}/desk/packing")
        look(page)
        page.locator("#case").focus()
        page.keyboard.type(CASE)
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'one'")
        assert page.url.endswith("/desk/packing"), "Enter looked up and sent nothing"
        page.keyboard.type(f"(01){GTIN}(21){mill.serials(0, 1)[0]}")
        page.keyboard.press("Enter")
        told(page, "good")
        assert page.input_value("#one") == ""
        page.keyboard.type("8K3F-2Q7M-PX40")
        page.keyboard.press("Enter")
        told(page, "never issued")
        page.keyboard.type("（01）０９５中文")
        page.keyboard.press("Enter")
        told(page, "input method")
        picture = tmp_path / "code.png"
        symbol(second).save(picture)
        page.set_input_files("[data-photo] input", picture)
        told(page, "good")
        assert page.input_value("#codes").count("\n") == 1, "two good codes, and none of the others"
        page.fill("#codes", page.input_value("#codes") + f"\n{first}")
        page.keyboard.press("Tab")
        page.click('button[name="check"]')
        assert page.locator("#not-ready").is_visible()
        assert page.locator("tbody .tag.danger").count() == 1
        look(page)


@BRINGS_DECODER
def test_a_photographed_code_fills_in_the_receipt_and_saves_nothing(shop, chromium, tmp_path) -> None:
    _, base = shop
    with browsing(chromium, *VIEWS[0]) as page:
        enter(page, base, "lili")
        page.goto(f"{base}/desk/records/进货查验")
        page.fill('[id="r0.spec"]', "5kg/袋")
        picture = tmp_path / "code.png"
        symbol(f"https://id.trace.test/01/{GTIN}/10/M20261012A").save(picture)
        with page.expect_navigation():
            page.set_input_files("[data-photo] input", picture)
        assert page.input_value('[id="r0.batchNo"]') == "M20261012A"
        assert page.input_value('[id="r0.spec"]') == "5kg/袋"
        assert page.evaluate("document.activeElement.id") == "r0.quantity"
        look(page)
