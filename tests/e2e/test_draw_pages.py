"""Pages and command of random draws: from the form to the file that anybody draws again, by the log too."""

from __future__ import annotations

import re

import orjson
import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.members import add_member, signed_in
from tests.builders.traced_chain import MILL, SHOP, TOFU_MAKER, TracedChain
from tests.servers.door import Door
from trace.access.roles import AUTHORITY
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.oversight.draw import commitment
from trace.usecases.signing.batches import open_batch

TYPED = {
    "title": "十月联合检查",
    "objects": f"{MILL} {TOFU_MAKER} {SHOP}",
    "take": "2",
    "inspectors-market": "31-001 31-002",
    "inspectors-agriculture": "32-001",
    **{f"commitment-{name}": commitment(bytes.fromhex(half)) for name, half in orders.HALVES.items()},
}


@pytest.fixture
def door(tmp_path, database_url):
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        opened.chain = TracedChain(opened, opened.clock)
        add_member(opened.platform.transactions, AUTHORITY, ["case-officer"], "chenban")
        yield opened


def signed(door, answer) -> str:
    assert answer.status_code == 303, answer.text
    number = answer.headers["Location"].rsplit("/", 1)[1]
    (draft,) = open_batch(door.platform.transactions, made.uscc(made.BUREAU), number).drafts
    said = draft.content
    now = door.clock().astimezone(SHANGHAI_TIME).strftime("%d %H:%M")
    return door.chain.state(made.BUREAU, said["typ"], said["sub"], said["data"], now)


@pytest.mark.requirement("S1-03", "S3-26")
def test_a_draw_is_made_on_the_page_and_its_file_holds(door, inside, tmp_path):
    desk = signed_in(door.platform, door.app.test_client(), "chenban")
    desk.get("/office/draws")
    made_half = desk.post("/office/draws/half").text
    half, promised = re.findall(r'class="mono">([0-9a-f]{64})<', made_half)[:2]
    assert commitment(bytes.fromhex(half)) == promised
    refused = desk.post("/office/draws", **{**TYPED, "take": "9"})
    assert (refused.status_code, "十月联合检查" in refused.text) == (400, True)
    draw = signed(door, desk.post("/office/draws", **TYPED))
    assert "已承诺，待抽取" in desk.get(f"/office/draws/{draw}").text
    assert desk.get(f"/office/draws/{draw}/result.json").status_code == 404
    public = door.get(f"/draws/{draw}")
    assert (public.status_code, MILL in public.text, "名单和种子在抽取后公开" in public.text) == (
        200,
        False,
        True,
    )
    assert door.get(f"/draws/{draw}/result.json").status_code == 404
    desk.get(f"/office/draws/{draw}")
    halves = {f"half-{name}": half for name, half in orders.HALVES.items()}
    wrong = desk.post(f"/office/draws/{draw}/result", **{**halves, "half-market": "33" * 32})
    assert wrong.status_code == 409
    signed(door, desk.post(f"/office/draws/{draw}/result", **halves))
    page = desk.get(f"/office/draws/{draw}").text
    assert "抽取结果" in page
    body = desk.get(f"/office/draws/{draw}/result.json").data
    published = door.get(f"/draws/{draw}/result.json")
    assert (published.data, published.headers["Content-Type"]) == (body, "application/json")
    seen = door.get(f"/draws/{draw}").text
    assert all(one in seen for one in ("抽取结果", f"--published {orjson.loads(body)['planHash']}"))
    assert door.get("/draws/unknown").status_code == 404
    (tmp_path / "drawn.json").write_bytes(body)
    verified = inside("draw", "verify", str(tmp_path / "drawn.json"))
    assert verified.returncode == 0, verified.stdout
    by_log = inside("draw", "verify", str(tmp_path / "drawn.json"), "--data", str(door.path))
    assert (by_log.returncode, draw in by_log.stdout) == (0, True)
    (tmp_path / "changed.json").write_bytes(body.replace("十月".encode(), "九月".encode()))
    changed = inside("draw", "verify", str(tmp_path / "changed.json"), "--data", str(door.path))
    assert changed.returncode == 1
    desk.get("/office/draws")
    again = signed(door, desk.post("/office/draws", **{**TYPED, "take": "1", "title": "专项抽查"}))
    assert "一年内第 2 次承诺，共 2 次，最多 3 家相同" in desk.get("/office/draws").text
    assert "一年内第 2 次承诺，共 2 次，最多 3 家相同" in door.get("/draws").text
    desk.get(f"/office/draws/{again}")
    signed(door, desk.post(f"/office/draws/{again}/end", why="名单漏了一家"))
    assert "名单漏了一家" in desk.get(f"/office/draws/{again}").text
