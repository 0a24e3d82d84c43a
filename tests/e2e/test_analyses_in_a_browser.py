"""Pages of analyses in Chromium: axe-core, narrow and wide, dark, English, a page that renews itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member
from tests.builders.traced_chain import P1, TracedChain
from tests.e2e.desk_browser import browsing, enter, follow, look
from tests.e2e.test_analysis_pages import CASES, CONTROLS, LIST, WHY, berries, work
from tests.patience import PATIENCE
from tests.servers.door import Door
from trace.access.roles import AUTHORITY

pytestmark = pytest.mark.browser
VIEWS = [(390, "dark", "en"), (1440, "light", "zh-CN")]
HEADINGS = {
    "common-source": ("Common source", "共同来源"),
    "contribution": ("Contribution", "占比去向"),
    "mass-balance": ("Mass balance", "物料平衡"),
    "gaps": ("Gaps and contradictions", "缺口与矛盾"),
}
FILLED = {
    "common-source": {"#failing": "\n".join(CASES), "#passing": " ".join(CONTROLS)},
    "contribution": {"#lot": P1},
    "mass-balance": {"#region": "310151"},
    "gaps": {"#firm": made.uscc(made.MILL)},
}


@pytest.fixture(scope="module")
def served(tmp_path_factory, databases) -> Iterator[tuple[Door, str]]:
    with Door(tmp_path_factory.mktemp("office"), databases.migrated("sqlite"), pages=create_pages) as door:
        TracedChain(door, door.clock).packed_rice()
        berries(door)
        add_member(door.platform.transactions, AUTHORITY, ["case-officer"], "chenban")
        server = make_server("127.0.0.1", 0, door.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield door, f"http://127.0.0.1:{server.port}"
        server.shutdown()


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_each_question_is_asked_and_its_answer_read(served, chromium, width, theme, locale) -> None:
    door, base = served
    with browsing(chromium, width, theme, locale) as page:
        enter(page, base, "chenban")
        for name, filled in FILLED.items():
            page.goto(f"{base}{LIST}/ask/{name}?purpose={WHY}")
            look(page)
            for field, text in filled.items():
                page.fill(field, text)
            follow(page, "form:has(#purpose) button.pri")
            look(page)
            work(door)
            page.wait_for_selector("main:not(:has([data-renew]))", timeout=PATIENCE * 1000)
            assert page.inner_text("h1") == HEADINGS[name][locale == "zh-CN"]
            assert page.locator("section.card table").count() >= 1
            look(page)
        page.goto(f"{base}{LIST}")
        look(page)
        follow(page, "tbody th a")
