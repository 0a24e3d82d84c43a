"""A platform with its workspace on an address, and what people at a desk do there in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.builders import facts as made
from tests.builders.members import ORGANISATIONS, PASSWORD
from tests.patience import until
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.exchange.draft import Draft, RowOrigin
from trace.usecases.signing.batches import Signer, keep_batch, open_batch
from trace.usecases.signing.content import content_of
from trace.usecases.signing.key_requests import accept_request, own_keys

if TYPE_CHECKING:
    from playwright.sync_api import Page

MILL = ORGANISATIONS[OPERATOR].urn
CODE = MILL.removeprefix("urn:uscc:")


@dataclass
class Bench:
    """A platform with its pages on an address, and people who can sign in."""

    door: Door
    address: str

    @property
    def transactions(self) -> Any:
        return self.door.platform.transactions

    def batch(self, *contents: Any, who: str = "wang") -> str:
        return keep_batch(self.transactions, MILL, who, "十月六日进货", [content_of(one) for one in contents])

    def receipt(self, name: str, amount: str = "880.5", late: int = 1) -> Draft:
        at = (self.door.clock() - timedelta(hours=late)).replace(microsecond=0)
        data = made.a_receipt(
            lot=f"urn:lot:{CODE}:{name}", quantity=made.kg(amount), receivedAt=at.isoformat()
        )
        return Draft("food.receipt", data["lot"], at, data, (), (), RowOrigin("form", ()), name)

    def register(self, kid: str) -> None:
        """The registrar accepts the request, and signs the registration on its own machine."""
        registrar = self.door.registrar
        bureau = Signer(registrar.iss, "officer")
        number = accept_request(self.transactions, bureau, kid)
        (draft,) = open_batch(self.transactions, registrar.iss, number).waiting
        content = draft.content
        first = (
            []
            if registrar.seq
            else [registrar.register(registrar, at=self.door.clock().replace(microsecond=0))]
        )
        at = self.door.clock().replace(microsecond=0)
        self.door.log(*first, registrar.state(content["typ"], content["sub"], content["data"], at=at))

    def stated(self, number: str) -> list[str | None]:
        return [one.stmt for one in open_batch(self.transactions, MILL, number).drafts]


def sign_in(page: Page, bench: Bench, login: str) -> None:
    page.goto(f"{bench.address}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/desk")


def make_key(page: Page, bench: Bench) -> str:
    """Press the button; the key's id, once its request is on the page."""
    page.goto(f"{bench.address}/desk/keys")
    before = {one.kid for one in own_keys(bench.transactions, MILL)}
    if page.locator("[data-making] [name=roles]").count():
        page.check("[data-making] [name=roles][value=processor]")
    page.click("[data-make]")
    until(lambda: {one.kid for one in own_keys(bench.transactions, MILL)} - before)
    (kid,) = {one.kid for one in own_keys(bench.transactions, MILL)} - before
    page.wait_for_selector(f'[data-kid="{kid}"]')
    return kid


def ready(page: Page, bench: Bench, login: str = "wang") -> str:
    sign_in(page, bench, login)
    kid = make_key(page, bench)
    bench.register(kid)
    return kid
