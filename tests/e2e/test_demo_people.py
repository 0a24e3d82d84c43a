"""The demo's people: they sign on pages with keys that the service holds."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from api.application import create_api
from cli.demo.held import environment
from cli.demo.people import FARMS, SAID, accounts, farm_accounts
from scanner_web import create_pages
from tests.builders.members import Desk
from tests.e2e.conftest import Demo
from trace.platform.jobs import jobs_of
from trace.platform.master_key import FILE, read_master_key
from trace.platform.opening import open_platform
from trace.store.signing.keys import find_held_key
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.signing.batches import open_batch
from trace.usecases.signing.held_keys import held_keys


def test_the_master_key_lies_beside_the_folder(demo: Demo, tmp_path: Path) -> None:
    """The folder alone signs nothing."""
    copy = Path(shutil.copytree(demo.data, tmp_path / "data"))
    beside = environment(demo.data)
    assert not Path(beside[FILE]).is_relative_to(demo.data.resolve())
    assert environment(copy) == {}
    head = accounts()[0]
    platform = open_platform(copy)
    try:
        desk = Desk(create_api(platform, pages=create_pages).test_client())
        assert desk.sign_in(head.login, (copy / SAID).read_text("utf-8")).status_code == 303
        assert "平台代管" in desk.get("/desk/keys").text
        (kid,) = held_keys(platform.transactions, head.organisation.urn)
        with platform.transactions.look("test") as tx:
            sealed = find_held_key(tx.connection, kid, head.organisation.urn)
        master = read_master_key(copy, beside)
        assert master.open(sealed, kid, head.organisation.urn).kid == kid
    finally:
        platform.close()


PLOT = "310151999299-0001"
WORK = {"plot": PLOT, "crop": "水稻", "operation": "灌溉", "at": "2026-10-20T08:00", "usedOn": "2026-10-20"}
HARVEST = {
    "lot": "HAND-1", "productName": "稻谷", "crop": "水稻", "plots": PLOT, "quantity": "120", "unit": "kg",
    "harvestedFrom": "2026-10-21T07:00", "harvestedTo": "2026-10-21T09:00",
}  # fmt: skip
CERTIFICATE = {
    "lot": "HAND-1", "certNo": "HAND-C1", "productName": "稻谷", "quantity": "120", "unit": "kg",
    "origin": "上海市崇明区", "basis": "质量安全控制符合要求", "style": "样式一",
    "issuedAt": "2026-10-21T10:00",
}  # fmt: skip


def test_a_farm_clerk_states_work_harvest_and_certificate(demo: Demo, tmp_path: Path) -> None:
    """On the agricultural platform, whose key for the farm lies under the same master key."""
    copy = Path(shutil.copytree(demo.data, tmp_path / "data"))
    (clerk,) = [one for one in farm_accounts() if one.roles == ("farm-records",)]
    assert f"{clerk.login} " in demo.output
    platform = open_platform(copy / FARMS)
    platform.master_key = read_master_key(copy, environment(demo.data))
    platform.guarded = True  # its witnesses have gone home with the demo
    try:
        desk = Desk(create_api(platform, pages=create_pages).test_client())
        work = JobRunner(platform.transactions, jobs_of(platform))
        assert desk.sign_in(clerk.login, (copy / SAID).read_text("utf-8")).status_code == 303
        for form, row in (("农事记录", WORK), ("采收入库", HARVEST), ("合格证", CERTIFICATE)):
            desk.get(f"/desk/records/{form}")
            filled = {f"r0.{name}": text for name, text in row.items()}
            upload = desk.post(f"/desk/records/{form}", **filled).headers["Location"]
            while work.run_one():
                pass
            assert "1 条可以签名了" in desk.get(upload).text, desk.page.text
            number = desk.post(f"{upload}/sign").headers["Location"].rpartition("/")[2]
            page = desk.get(f"/desk/sign/{number}").text
            hidden = {
                name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("key", "shown")
            }
            answer = desk.post(f"/desk/sign/{number}/held", agreed="yes", **hidden)
            assert answer.status_code == 303, answer.text
            assert not open_batch(platform.transactions, clerk.organisation.urn, number).waiting
    finally:
        platform.close()


def test_the_page_of_signing_in_names_them_in_a_demo(demo: Demo, tmp_path: Path) -> None:
    platform = open_platform(Path(shutil.copytree(demo.data, tmp_path / "data")))
    try:
        client = create_api(platform, pages=create_pages).test_client()
        assert 'href="/sign-in#people"' in client.get("/").text
        page = client.get("/sign-in?login=demo-head").text
        assert 'name="login" value="demo-head"' in page
        for one in accounts():
            assert f"/sign-in?login={one.login}" in page
        (said,) = {line for line in (platform.folder.path / SAID).read_text("utf-8").splitlines() if line}
        assert said not in page
        assert re.search(r'href="http://127\.0\.0\.1:\d+/sign-in"', page), "where farms sign in"
    finally:
        platform.close()
