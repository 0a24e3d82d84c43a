"""An empty platform on an address, and organisations that come in by its pages, each act counted.

What an operator's set-up leaves is all that is there: the registrar's key, which the service holds, and the
registrar's account. Everything else somebody does in a browser.

    with empty_platform(folder, url) as platform:
        registrar = platform.registrar(chromium)
        mill = platform.newcomer(chromium, FIRMS["mill"])
        platform.take_in(registrar, mill, "processor")
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanner_web import create_pages
from tests.builders.members import PASSWORD, add_member
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import AUTHORITY
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.ledger.key_sealing import MasterKey
from trace.platform.jobs import jobs_of
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.signing.held_keys import hold_key

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REGISTRAR: Final = "bureau"


class Press(str):
    """What is put into a field by the button beside it."""

    __slots__ = ()


NOW, TODAY, ALL, KG = Press("now"), Press("today"), Press(""), Press("kg")
"""The present moment, today, all that is left of the goods, kilograms."""
CLOCK: Final = "as the clock says"
"""A moment that somebody reads off a clock when the form is there, and types."""
_READY: Final = re.compile(r"条可以签名了$|没有要签的了$|^改好|不能登记$")


@dataclass(frozen=True)
class Firm:
    """An organisation as it states itself when it applies."""

    login: str
    role: str
    kind: str
    stated: Mapping[str, str]


FIRMS: Final = {
    "mill": Firm("tangwei", "processor", "company", {
        "name": "（演示）清禾米业有限公司", "uscc": "91310117XN0000776X", "region": "310117",
        "address": "上海市松江区（演示）某路 88 号", "permit": "SC10131011799040",
        "legalPerson": "（演示）陈立",
        "contact": "000-00000087", "head": "（演示）唐薇",
    }),
    "farm": Firm("zhounong", "grower", "cooperative", {
        "name": "（演示）乌有乡稻米专业合作社", "uscc": "93310151XN00001190", "region": "310151",
        "address": "上海市崇明区（演示）桃源村", "legalPerson": "（演示）周远",
        "contact": "000-00000001", "head": "（演示）周农",
    }),
    "shop": Firm("wuchao", "retailer", "company", {
        "name": "（演示）无何有之乡生鲜超市有限公司", "uscc": "91310115XN00008805",
        "region": "310115",
        "address": "上海市浦东新区（演示）某路 8 号", "legalPerson": "（演示）吴有",
        "contact": "000-00000008", "head": "（演示）吴超",
    }),
    "lab": Firm("zhengyan", "lab", "lab", {
        "name": "（演示）水月检测技术有限公司", "uscc": "91310104XN0000AAXE", "region": "310104",
        "address": "上海市徐汇区（演示）某路 9 号", "legalPerson": "（演示）郑水",
        "contact": "000-00000010", "head": "（演示）郑验",
    }),
}  # fmt: skip


@dataclass
class Walk:
    """Somebody at a browser: `steps` are pages opened, buttons pressed, choices made; `typed` are fields."""

    page: Page
    address: str
    steps: int = 0
    typed: int = 0
    told: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page by its address."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        self._step(f"open {path}")

    def go(self, what: str) -> None:
        """Press what leads to another page."""
        with self.page.expect_navigation():
            self.page.click(what)
        self._step(f"press {what}")

    def press(self, what: str) -> None:
        self.page.click(what)
        self._step(f"press {what}")

    def tick(self, what: str) -> None:
        self.page.check(what)
        self._step(f"tick {what}")

    def choose(self, name: str, value: str) -> None:
        self.page.select_option(f"[name='{name}']", value)
        self._step(f"choose {name}")

    def type(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.fill(f"[name='{name}']", text)
            self.typed += 1
            self.told.append(f"type {name}")

    def fill(self, row: int, **fields: str) -> None:
        """Fields of a row of a record's form: pressed, chosen, or typed."""
        for member, text in fields.items():
            name = f"r{row}.{member}"
            if isinstance(text, Press):
                self.press(f"[data-into='{name}'][data-text{f'={text!r}' if text else ''}]")
                continue
            now = str(self.page.get_attribute("form[data-now]", "data-now"))
            tag = self.page.locator(f"[name='{name}']").evaluate("one => one.tagName")
            if tag == "SELECT":
                self.choose(name, text)
            else:
                self.type(**{name: now[: len("2026-10-01T12:00")] if text == CLOCK else text})

    def sign_in(self, login: str) -> None:
        self.open("/sign-in")
        self.type(login=login, password=PASSWORD)
        self.go("main form .pri")

    def checked(self) -> str:
        """Send the form; the heading, once the rows were checked."""
        self.go("form.record .acts .pri")
        self.page.wait_for_function(
            "wanted => new RegExp(wanted).test(document.querySelector('h1').textContent.trim())",
            arg=_READY.pattern,
        )
        return self.page.locator("h1").inner_text()

    def sign(self) -> None:
        """Sign what the page shows, with the key that there is."""
        own = self.page.locator("[data-sign]")
        if self.page.locator("form[action$='/held']").count():
            self.tick("[name=agreed]")
            self.go("form[action$='/held'] button")
        else:
            own.wait_for()
            self.tick("[data-agreed]")
            self.press("[data-sign]")
        self.page.wait_for_selector("#receipts")

    def state(self, form: str, *rows: Mapping[str, str]) -> None:
        """One record by hand: its form (the page that is open, where none is named), checked, signed."""
        if form:
            self.open(f"/desk/records/{form}")
        for number, row in enumerate(rows):
            self.fill(number, **row)
        told = self.checked()
        assert told.endswith("条可以签名了"), f"{told}\n{self.page.inner_text('main')}"
        self.sign_checked()

    def sign_checked(self) -> None:
        """Go on from what was checked, and sign it."""
        self.go("form[action$='/sign'] .pri")
        self.sign()

    def _step(self, what: str) -> None:
        self.steps += 1
        self.told.append(what)


@dataclass
class EmptyPlatform:
    """The platform, its address, and who walks on it."""

    door: Door
    address: str

    def walk(self, browser: Browser, *, width: int = 1440, **how: Any) -> Walk:
        """A browser of its own, with nothing in it."""
        context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 900}, **how)
        return Walk(context.new_page(), self.address)

    def registrar(self, browser: Browser) -> Walk:
        """The registrar, signed in."""
        found = self.walk(browser)
        found.sign_in(REGISTRAR)
        return found

    def newcomer(self, browser: Browser, firm: Firm) -> Walk:
        """Somebody who has just applied, and sees what became of it."""
        found = self.walk(browser)
        found.open("/apply")
        found.type(**firm.stated)
        if firm.kind != "company":
            found.choose("kind", firm.kind)
        if firm.role != "processor":
            found.choose("role", firm.role)
        found.go("main form .pri")
        return found

    def take_in(self, registrar: Walk, newcomer: Walk, firm: Firm, *, held: bool = False) -> None:
        """Accepted, invited, with a password and a key of its own that the registrar registers."""
        registrar.open("/desk")
        registrar.go("li:has-text('入网申请') .btn")
        registrar.go(f"a:has-text('{firm.stated['name']}')")
        registrar.go("form[action$='/accept'] .pri")
        registrar.go("a[href*='/desk/sign/'].pri")
        registrar.sign()
        newcomer.open(newcomer.page.url)
        newcomer.go("main form .pri")
        newcomer.type(login=firm.login, password=PASSWORD)
        newcomer.go("main form .pri")
        self.give_key(registrar, newcomer, held=held)

    def give_key(self, registrar: Walk, member: Walk, *, held: bool = False) -> None:
        """A key made in the browser, or held by the service, asked for and registered."""
        member.open("/desk/keys")
        form = "form[action$='/held']" if held else "[data-making]"
        if held:
            member.go(f"{form} button")
        else:
            member.page.wait_for_selector("[data-make]")
            member.press("[data-make]")
            member.page.wait_for_selector("[data-kid]")
        registrar.open("/desk/key-requests")
        registrar.go("form[action$='/accept'] .pri")
        registrar.sign()

    def ago(self, **before: float) -> str:
        """A moment before now, as a field of a form takes it."""
        return f"{self.now() - timedelta(**before):%Y-%m-%dT%H:%M}"

    def now(self) -> datetime:
        return self.door.clock().astimezone(SHANGHAI_TIME)


@contextmanager
def empty_platform(folder: Path, url: str, **how: Any) -> Iterator[EmptyPlatform]:
    """A platform that nobody has stated anything to; its jobs are done by a thread."""
    with Door(folder, url, pages=create_pages, **how) as door:
        platform, registrar = door.platform, door.registrar
        platform.master_key = MasterKey.from_text(MasterKey.new_text())
        now = door.clock().replace(microsecond=0)
        door.log(registrar.register(registrar, at=now, custody="server"))
        hold_key(platform.transactions, platform.master_key, registrar.iss, registrar.key)
        add_member(platform.transactions, AUTHORITY, ["registrar"], REGISTRAR)
        runner = JobRunner(platform.transactions, jobs_of(platform), look=0.2)
        runner.start()
        platform.nudge = runner.nudge
        try:
            with serving(door.app) as address:
                yield EmptyPlatform(door, address)
        finally:
            runner.stop()
