"""The whole resolver over a signed story: proxies, WSGI layer, Flask with both skins; asked in process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from werkzeug.test import Client, EnvironBuilder

from api.wsgi import composed
from tests.builders import facts as made
from tests.builders.signed_rice import SignedRice
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from tests.servers.served import platform_over
from trace.ledger.algorithms import PrivateKey
from trace.store.versions import bump_version
from trace.usecases.resolver.resolve_link import (
    ItemCode,
    PlatformCodeItem,
    Registrations,
    no_platform_code_items,
)
from trace.usecases.resolver.sign_links import LinkSigner

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

HOST = "https://id.example.org"
GTIN, BATCH = "09521234100010", "M20261012A"
GLN = "9521234100003"
PRODUCT, LOT = f"/01/{GTIN}", f"/01/{GTIN}/10/{BATCH}"
PLACE = f"/414/{GLN}"
SERIAL = "0ABCDEFGHJKM"
ITEM = f"{PRODUCT}/21/{SERIAL}"
PROXY = "127.0.0.1"
OPERATOR = "91310000MA1FL8XQ30"
LOOSE = "8K3F-2Q7M-PX40"
LONG_AGO = timedelta(days=10)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Any
    body: bytes

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    def level(self, path: str) -> dict[str, Any]:
        """The link context object of a path."""
        (found,) = [each for each in self.json["linkset"] if each["anchor"] == HOST + path]
        return dict(found)


def one_item(gtin: str, serial: str) -> ItemCode | None:
    """Item codes as issued here: one live serial of one batch."""
    return ItemCode(BATCH, "normal") if (gtin, serial) == (GTIN, SERIAL) else None


class Asking:
    """`get` and `send` speak to the stack as a trusted proxy would; `decoded` as a server that decodes."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    @property
    def application(self) -> WSGIApplication:
        return self._application

    def get(self, path: str, accept: str | None = "*/*", **headers: str) -> Answered:
        return self.send("GET", path, accept, **headers)

    def send(
        self, method: str, path: str, accept: str | None = "*/*", *, decoded: bool = False, **headers: str
    ) -> Answered:
        """Header names use underscores; `remote` is the caller's address. `path` may carry a query."""
        path, _, query = path.partition("?")
        environ = EnvironBuilder(path, method=method, base_url=HOST, query_string=query).get_environ()
        environ["RAW_URI"] = environ["REQUEST_URI"] = path + (f"?{query}" if query else "")
        environ["QUERY_STRING"] = query
        if decoded:
            del environ["RAW_URI"], environ["REQUEST_URI"]
        return self.run(environ, accept, headers)

    def run(self, environ: WSGIEnvironment, accept: str | None, headers: dict[str, str]) -> Answered:
        if accept is not None:
            environ["HTTP_ACCEPT"] = accept
        environ["REMOTE_ADDR"] = headers.pop("remote", PROXY)
        for name, value in headers.items():
            environ[f"HTTP_{name.upper()}"] = value
        response = Client(self._application, use_cookies=False).run_wsgi_app(environ)
        content, status, answered = response
        return Answered(int(status.partition(" ")[0]), answered, b"".join(content))


def resolver_over(
    under: TestPlatform,
    folder: Path,
    items: Callable[[str, str], ItemCode | None] = one_item,
    platform_code_items: Callable[[str], PlatformCodeItem | None] = no_platform_code_items,
    key: PrivateKey | None = None,
) -> Asking:
    """The application as the composition root makes it, with these item codes and this key for link lists."""
    platform = platform_over(under, folder)
    signer = LinkSigner(under.transactions, key, platform.witnesses) if key is not None else None
    registrations = Registrations(under.transactions, items, platform_code_items, signer)
    return Asking(composed(platform, [PROXY], registrations=registrations))


def tell_with_links(platform: TestPlatform, clock: Any, **story_of: Any) -> SignedRice:
    """Story 1, a warehouse with a GLN, hosts allowed to the mill, and links of its own."""
    state_old_links(platform, clock)
    story = SignedRice(platform, clock, **story_of).tell()
    operator = Signer(OPERATOR, "platform")
    platform.register(operator)
    now = clock()
    warehouse = {"name": "成品库", "kind": "warehouse", "region": "310151", "gln": GLN}
    story.log("warehouse", story.mill.state("master.place", f"urn:place:{made.MILL}-1", warehouse, at=now))
    hosts = {"field": "hosts", "to": ["www.mill.example"]}
    story.log("hosts", operator.state("link.change", made.uscc(made.MILL), hosts, at=now))
    for field, link in LINKS.items():
        keep_link(story, field, link, clock)
    return story


def state_old_links(platform: TestPlatform, clock: Any) -> None:
    """What the log took before links were judged at admission (P17): it stands there and must stay hidden."""
    clock.advance(-LONG_AGO)
    now = clock()
    mill, registrar = Signer(made.MILL, "processor", stream="old"), platform.registrar
    platform.log(registrar.register(registrar, at=now), registrar.register(mill, at=now))
    for field, link in OLD_LINKS.items():
        data = {"field": field, "to": link}
        platform.log(mill.state("link.change", f"urn:gtin:{GTIN}", data, at=now))
    clock.advance(LONG_AGO)


def pack_loose(story: SignedRice, clock: Any, name: str = "K7", code: str = LOOSE) -> None:
    """A pack of the mill's without a GTIN, its platform code active."""
    lot = made.lot(made.MILL, name)
    loose = {"product": f"urn:product:{made.MILL}:BULK", "gtin": made.ABSENT, "lot": lot, "batchNo": name}
    amounts = {"quantity": made.kg("500"), "packs": {"value": "100", "unit": "件"}}
    data = made.a_pack(**loose, **amounts, packedAt="2026-10-13T12:00:00+08:00")
    story.log(name, story.mill.state("food.pack", lot, data, at=clock()))
    activation = made.an_activation(
        lot=lot,
        gtin=made.ABSENT,
        batchNo=made.ABSENT,
        platformCode=code,
        report=story.receipts["report"].statement_id,
    )
    story.log(f"{name}-live", story.mill.state("code.activate", lot, activation, at=clock()))


def keep_link(story: SignedRice, field: str, link: Any, clock: Any, sub: str = f"urn:gtin:{GTIN}") -> None:
    """The mill signs a change of one of its links."""
    story.log(field, story.mill.state("link.change", sub, {"field": field, "to": link}, at=clock()))


def set_lot_state(platform: TestPlatform, urn: str, state: str) -> None:
    """What a recall does to the projection, as far as it exists today: the state, and a new version."""
    with platform.transactions.begin("test") as tx:
        tx.connection.exec_driver_sql(f"UPDATE lot SET state = '{state}' WHERE urn = '{urn}'")
        bump_version(tx.connection)


def a_link(link_type: str, path: str, title: str, **attributes: Any) -> dict[str, Any]:
    return {"linkType": link_type, "href": f"https://www.mill.example{path}", "title": title, **attributes}


LINKS = {
    "recipe-zh": a_link("gs1:recipeInfo", "/zh/recipe", "米饭做法", type="text/html", hreflang=["zh-CN"]),
    "recipe-en": a_link("gs1:recipeInfo", "/en/recipe", "Cooking rice", type="text/html", hreflang=["en"]),
    "recipe-pdf": a_link(
        "gs1:recipeInfo", "/zh/recipe.pdf", "米饭做法", type="application/pdf", hreflang=["zh-CN"]
    ),
    "faq-1": a_link("gs1:faqs", "/faq/1", "常见问题一", type="text/html", hreflang=["zh-CN"]),
    "faq-2": a_link("gs1:faqs", "/faq/2", "常见问题二", type="text/html", hreflang=["zh-CN"]),
    "home": a_link("https://gs1.org/voc/homepage", "/?from=pack#top", "子虚米业"),
}
OLD_LINKS: dict[str, Any] = {
    "foreign": {"linkType": "gs1:promotion", "href": "https://evil.example/", "title": "优惠"},
    "insecure": {"linkType": "gs1:support", "href": "http://www.mill.example/", "title": "客服"},
    "jws": a_link("gs1:jws", "/forged", "签名"),
}
"""Links that must never be shown: a host that was not allowed, plain http, what only the platform says."""
