"""The notice of a firm's entry into the register: told once, signed for, seen by both departments."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member, signed_in
from tests.builders.traced_chain import MILL, TracedChain
from tests.builders.two_bureaus import seat, signed
from tests.builders.visits import registered
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, OPERATOR


@pytest.fixture(scope="module")
def told(tmp_path_factory, databases) -> Iterator[TracedChain]:
    with Door(tmp_path_factory.mktemp("entry"), databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        registered(chain)
        add_member(door.platform.transactions, AUTHORITY, ["bureau-head"], "ju")
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        seat(door.platform.transactions, "wei")
        yield chain


@pytest.mark.requirement("S4-04")
def test_a_firm_is_told_once_and_signs_for_it(told):
    door = told.platform
    ju, wei, firm = (signed_in(door.platform, door.client, name) for name in ("ju", "wei", "wangmin"))
    page = ju.get("/office/entry-notices").text
    assert "办理情况" not in ju.get("/office/commitments").text, "no farm is on the register"
    assert "发给还没有告知的 1 家" in page
    assert "1 家还没有告知" in page and "2024-05-20" not in page, "it entered when that became known"
    text = re.search(r"<textarea[^>]*>(.+?)</textarea>", page, re.DOTALL)[1]
    assert "不少于 40 小时" in text and "令97号" in text and "待核实" in text, "what nobody has read says so"
    english = re.search(
        r"<textarea[^>]*>(.+?)</textarea>", ju.get("/office/entry-notices?lang=en").text, re.DOTALL
    )[1]
    assert len(text) <= 1000 and len(english) <= 1000, "no duty at the end is lost"
    ju.get("/office/entry-notices?lang=zh-CN")
    long = ju.post("/office/entry-notices", text="长" * 1001)
    assert long.status_code == 422 and "长" * 1001 in long.text, "refused whole, never cut"
    empty = ju.post("/office/entry-notices", text="  ")
    assert empty.status_code == 422 and "4 至 1000 字的正文" in empty.text
    ju.get("/office/entry-notices")
    drafted = ju.post("/office/entry-notices", text=text.replace("\n", "\r\n"))
    assert drafted.status_code == 303, drafted.text
    assert "<textarea" not in ju.get("/office/entry-notices").text
    assert "告知单" not in firm.get("/desk/letters").text, "a draft is no notice"
    notice = signed(told, made.BUREAU, drafted.headers["Location"])
    assert "待签收" in wei.get("/office/entry-notices").text and "<textarea" not in wei.page.text
    assert "签收入库告知单" in firm.get("/desk").text
    assert "不少于 40 小时" not in firm.get("/desk/recalls").text, "it is no notice of a recall"
    assert "不少于 40 小时" in firm.get("/desk/letters").text
    assert firm.post("/desk/entry-notices/" + "A" * 43 + "/receipt").status_code == 404
    firm.get("/desk/letters")
    asked = firm.post(f"/desk/entry-notices/{notice}/receipt")
    assert asked.status_code == 303, asked.text
    signed(told, MILL, asked.headers["Location"])
    assert "签收入库告知单" not in firm.get("/desk").text
    assert "签收。" in firm.get("/desk/letters").text
    assert "0 家已告知、未签收" in ju.get("/office/entry-notices").text
    assert firm.post(f"/desk/entry-notices/{notice}/receipt").status_code == 404, "signed for once"
