"""The page of a run whose printer stopped: the last good label, spoiled ones decided on, the rest."""

from __future__ import annotations

import re

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.print_shop import GTIN, Shop
from tests.builders.signed_rice import K1
from tests.servers.door import Door
from trace.access.roles import LABORATORY, OPERATOR

COUNTS = ("计划", "一次打好", "重打打好", "作废", "坏的，还没有好的替换", "还没打出来")


def counts(page: str) -> tuple[int, ...]:
    """The six figures of a run's page, in their order."""
    return tuple(int(re.search(f"<dt>{name}</dt><dd>([0-9]+)</dd>", page)[1]) for name in COUNTS)


def sent(desk: Desk, page: str, act: str, **fields: str) -> Desk:
    """A form of the page sent, and where it led looked at."""
    desk.get(page)
    desk.page = desk.post(f"{page}/{act}", **fields)
    if desk.page.status_code == 303:
        desk.get(desk.page.headers["Location"])
    return desk


def test_a_stopped_run_is_reported_decided_on_and_finished(tmp_path, databases) -> None:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        shop = Shop(door)
        for kind, name in ((OPERATOR, "wangmin"), (LABORATORY, "lab")):
            add_member(door.platform.transactions, kind, ["head"], name)
        desk = signed_in(door.platform, door.client, "wangmin")
        desk.get(f"/desk/labels/{K1}")
        wish = {"form": "csv", "printer": "一号车间", "first": "0", "count": "1000"}
        run = desk.post(f"/desk/labels/{K1}/runs", **wish).headers["Location"]
        assert counts(desk.get(run).text) == (1000, 0, 0, 0, 0, 1000)
        assert "最后一张好标签" not in desk.page.text, "no file was fetched"
        desk.get(f"{run}/files.zip").get_data()
        assert counts(desk.get(run).text) == (1000, 0, 0, 0, 0, 1000), "a file is no label"
        assert "最后一张好标签" in desk.page.text

        (good, spoiled) = shop.serials(397, 2)
        refused = sent(desk, run, "report", good=good, out="397").page
        assert (refused.status_code, f'value="{good}"' in refused.text) == (422, True)
        page = sent(
            desk, run, "report", good=f"https://id.trace.test/01/{GTIN}/21/{good}?v=1", out="400"
        ).page
        assert counts(page.text) == (1000, 398, 0, 0, 2, 600)
        assert "坏标签：第 399 至 400 张" in page.text
        assert spoiled in page.text
        assert f"{run}/files.zip" not in page.text
        assert desk.get(f"{run}/files.zip").status_code == 409

        assert sent(desk, run, "again", first="399", last="399", reason=" ").page.status_code == 400
        child = sent(desk, run, "again", first="399", last="399", reason="色带打皱").page
        assert "重打原因：色带打皱" in child.text
        again = re.search(r'href="(/desk/print-runs/[0-9a-f]+/files\.zip)"', child.text)[1]
        desk.get(again).get_data()
        page = sent(desk, again.removesuffix("/files.zip"), "report", good="399", out="399").page
        assert counts(page.text) == (1000, 398, 1, 0, 1, 600)

        voided = sent(desk, run, "void", first="400", last="400", reason="卡纸").page
        assert "卡纸" in voided.text, "a draft that waits for its signature"
        assert counts(desk.get(run).text) == (1000, 398, 1, 0, 1, 600), "not void before it is signed"
        assert "作废追溯码" in desk.page.text

        child = sent(desk, run, "rest").page
        assert "第 401 至 1000 张" in child.text
        rest = re.search(r'href="(/desk/print-runs/[0-9a-f]+)/files\.zip"', child.text)[1]
        page = sent(desk, rest, "withdraw").page
        assert "从第 401 张接着打" in page.text, "not fetched, it is taken back"

        history = desk.get(f"{run}/code?code={spoiled}").text
        assert "标签打坏" in history
        assert "重打原因：色带打皱" in history
        assert "标签打好" in history
        assert desk.get(f"{run}/code?code=x").status_code == 400
        assert "Good when printed again" in desk.get(f"{run}?lang=en").text

        stranger = signed_in(door.platform, door.client, "lab")
        stranger.get("/desk/account")
        for act in ("report", "again", "void", "rest", "withdraw"):
            stranger.get("/desk/account")
            assert stranger.post(f"{run}/{act}", good="1", out="1", reason="x").status_code in {403, 404}, act
        assert stranger.get(f"{run}/code?code={spoiled}").status_code in {403, 404}
        assert made.uscc(made.MILL) not in stranger.page.text
