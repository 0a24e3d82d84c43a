"""The workspace's pages in Chromium: axe-core, narrow and wide, dark, English, by keyboard, unscripted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders.members import add_member
from tests.e2e.desk_browser import VIEWS, browsing, enter, follow, look
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import OPERATOR, PLATFORM

pytestmark = pytest.mark.browser
HEADS = (
    *("/desk", "/desk/account", "/desk/account/app", "/desk/account/passkey", "/desk/people", "/desk/kept"),
    *("/desk/deputies", "/desk/notice-settings", "/desk/records"),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory, databases) -> Iterator[str]:
    with Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        add_member(door.platform.transactions, OPERATOR, ["purchasing", "warehouse"], "li")
        add_member(door.platform.transactions, PLATFORM, ["administrator", "registrar"], "admin")
        with serving(door.app) as address:
            yield address


@pytest.mark.parametrize(("width", "theme", "locale"), VIEWS)
def test_nothing_is_found_by_axe_and_nothing_sticks_out(base, chromium, width, theme, locale) -> None:
    with browsing(chromium, width, theme, locale) as page:
        page.goto(f"{base}/sign-in")
        look(page)
        enter(page, base, "wangmin")
        for path in HEADS:
            page.goto(base + path)
            for fold in page.locator("details").all():
                fold.evaluate("fold => fold.open = true")
            look(page)
        page.goto(f"{base}/desk/people")
        page.fill("#name", "赵六")
        page.check("#new ~ form [value=warehouse], form[action='/desk/people'] [value=warehouse]")
        follow(page, "form[action='/desk/people'] .pri")
        page.wait_for_selector("#link")
        look(page)
        follow(page, "form[action='/sign-out'] button")
        enter(page, base, "admin")
        page.goto(f"{base}/desk/organisations")
        look(page)
        for number in apply_and_look(page, base, f"{width}{theme}"):
            page.goto(f"{base}/desk/applications")
            look(page)
            page.goto(f"{base}/desk/applications/{number}")
            look(page)
            follow(page, "form[action$='/accept'] button")
            look(page)
        page.goto(f"{base}/invitation/none-such")
        look(page)


def apply_and_look(page, base: str, name: str) -> list[str]:
    """File an application, looking at each page of it; its number."""
    page.goto(f"{base}/apply")
    look(page)
    code = {"390light": "91310117XN0000776X", "390dark": "91310120XN00006612"}
    code |= {"1440light": "91310113XN0000557R", "1440dark": "91310115XN00008805"}
    filled = {"name": f"清禾食品 {name}", "uscc": code[name], "region": "310117", "address": "某路 88 号"}
    for field, value in (filled | {"legalPerson": "陈立", "contact": "000-0087", "head": "唐薇"}).items():
        page.fill(f"#{field}", value)
    follow(page, "form[action^='/apply'] .pri")
    page.wait_for_selector("#link")
    look(page)
    return [page.locator("dd.mono").first.text_content().strip()]


def test_everything_is_reached_by_keyboard(base, chromium) -> None:
    with browsing(chromium, 1440) as page:
        enter(page, base, "li")
        reached = []
        for _ in range(page.locator("a, button, input, select, summary").count()):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 12)"))
        assert reached[0] == "跳到正文"
        assert {"今天", "账号", "退出", "English"} <= set(reached)


def test_without_scripts_one_signs_in_invites_and_leaves(base, chromium) -> None:
    with browsing(chromium, 1440, scripts=False) as page:
        enter(page, base, "wangmin")
        page.goto(f"{base}/desk/people")
        page.fill("#name", "钱七")
        page.check("form[action='/desk/people'] [value=quality]")
        follow(page, "form[action='/desk/people'] .pri")
        link = page.input_value("#link")
        assert "/invitation/" in link
        page.goto(f"{base}/desk/account/passkey")
        assert page.is_hidden("[data-passkey]")
        assert page.is_visible("[data-passkey-none]")
        follow(page, "form[action='/sign-out'] button")
        assert page.url == f"{base}/sign-in?out=1"
