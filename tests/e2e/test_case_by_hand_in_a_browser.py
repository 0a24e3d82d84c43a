"""One case by hand on the office's pages: from a failing result to a signed closing, by two people."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.cases import PDF, accredit, fail
from tests.builders.members import add_member
from tests.builders.signers import Signer
from tests.builders.traced_chain import K1, SHOP, TOFU_MAKER, TracedChain
from tests.e2e.desk_browser import browsing, enter, follow, look
from tests.servers.door import Door
from trace.access.roles import AUTHORITY
from trace.ledger.key_sealing import MasterKey
from trace.oversight.casework.table import PROOFS
from trace.usecases.signing.held_keys import hold_key

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CASE = "/office/cases/AJ2026-00001"
SEEN = os.environ.get("TRACE_SCREENSHOTS")


@pytest.fixture(scope="module")
def base(tmp_path_factory, databases) -> Iterator[str]:
    with Door(tmp_path_factory.mktemp("hand"), databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        accredit(chain)
        report = chain.packed_rice()
        sent = chain.ship("D1", 2000, K1, to=SHOP, report=report)
        chain.ship("D2", 300, K1, to=TOFU_MAKER, report=report)
        chain.receive("S1", 2000, sent, by=SHOP, at="15 09:00", role="goods")
        for code, name, region in (
            (made.MILL, "（演示）子虚米业", "310151"),
            (SHOP, "（演示）生鲜超市", "310115"),
        ):
            said = made.a_party(name=name, region=region)
            door.log(door.registrar.state("master.party", made.uscc(code), said, at=door.clock()))
        fail(chain)
        add_member(door.platform.transactions, AUTHORITY, ["case-officer"], "chenban")
        add_member(door.platform.transactions, AUTHORITY, ["case-reviewer"], "chufu")
        door.platform.master_key = MasterKey(bytes(range(32)))
        kept = Signer(made.BUREAU, "regulator_market", stream="desk-2")
        door.log(door.registrar.register(kept, custody="server"))
        hold_key(door.platform.transactions, door.platform.master_key, kept.iss, kept.key)
        server = make_server("127.0.0.1", 0, door.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()


def paper(name: str) -> dict[str, object]:
    return {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": PDF + name.encode()}


def act(page: Page, event: str, why: str, *, with_paper: str = "", **filled: str) -> None:
    """Open the step, fill its form in and send it."""
    page.click(f"details:has(#s-{event}-why) > summary")
    for name, value in filled.items():
        field = page.locator(f"form:has(#s-{event}-why) [name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    if with_paper:
        page.set_input_files(f"#s-{event}-file", paper(with_paper))
    page.fill(f"#s-{event}-why", why)
    follow(page, f"form:has(#s-{event}-why) button")


def sign(page: Page, back: str) -> None:
    """Read what was drafted, agree, sign with the key that the service holds, and go back to the case."""
    page.check("input[name=agreed]")
    follow(page, "form[action$='/held'] button")
    assert page.locator("[role=alert]").count() == 0, page.inner_text("main")
    follow(page, f"a[href^='{CASE}']")
    assert page.url.startswith(back)


def shot(page: Page, name: str) -> None:
    if SEEN:
        page.screenshot(path=str(Path(SEEN) / f"{name}.png"), full_page=True)


@pytest.mark.requirement("S3-24", "S3-42")
def test_from_the_failing_result_to_a_signed_closing(base: str, chromium) -> None:
    with browsing(chromium, 1440) as officer, browsing(chromium, 390, "dark") as reviewer:
        enter(officer, base, "chenban", "/office")
        follow(officer, "section[aria-labelledby=due] a[href*='AJ2026-00001']")
        act(officer, "notify", "送达企业质量负责人", with_paper="送达回证")
        assert "结果已送达" in officer.inner_text("p.lead")
        act(officer, "investigate", "启动核查处置")
        act(officer, "prepare-hold", "镉超过限量，暂停销售并封存")
        sign(officer, f"{base}{CASE}")
        assert "已封存" in officer.inner_text("section[aria-labelledby=boxes]")
        act(officer, "prepare-recall", "镉超过限量，责令召回", level="2", advice="停止食用，退回购买处")
        sign(officer, f"{base}{CASE}")
        act(
            officer,
            "prepare-notices",
            "通知每个收货方",
            text="立即停止销售、封存并答复数量",
            dueBy="2026-10-24",
        )
        assert officer.inner_text("main").count("立即停止销售、封存并答复数量") == 2, (
            "one signature, two notices"
        )
        sign(officer, f"{base}{CASE}")
        consignees = officer.locator("section[aria-labelledby=consignees]")
        assert "2 家中 2 家未答复" in consignees.inner_text()
        assert "2026-10-24" in consignees.inner_text()
        assert "无联系方式" not in consignees.inner_text(), "a confirmed receiver is reached as well"
        assert "浦东新区" in officer.locator("section[aria-labelledby=districts] table").inner_text()
        look(officer)
        shot(officer, "case-told-1440")
        for proof in PROOFS:
            act(officer, "prove", f"见附件：{proof}", with_paper=proof, proof=proof)
        act(officer, "submit", "五项均已到位，提请结案")
        assert officer.locator("#s-prepare-closing-why").count() == 0, "who submits does not close"

        enter(reviewer, base, "chufu", "/office")
        reviewer.goto(f"{base}{CASE}")
        look(reviewer)
        act(reviewer, "prepare-closing", "五项均已到位，同意结案")
        assert "还有 7000 kg 没有收回、销毁或说明" in reviewer.locator("[role=alert]").inner_text()
        assert reviewer.input_value("#s-prepare-closing-why") == "五项均已到位，同意结案"
        reviewer.fill("#s-prepare-closing-n", "已售出部分无法追回，已公告")
        follow(reviewer, "form:has(#s-prepare-closing-why) button")
        sign(reviewer, f"{base}{CASE}")
        assert "已结案" in reviewer.inner_text("p.lead")
        shot(reviewer, "case-closed-390")
