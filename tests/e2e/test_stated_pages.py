"""One's own records on the desk: history, correction by form, and why some cannot be touched."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.members import ORGANISATIONS, Desk, add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import FARM, MILL, TracedChain
from tests.servers.door import Door
from trace.access.roles import LABORATORY, OPERATOR
from trace.ledger.canonical import b64u
from trace.ledger.key_sealing import MasterKey
from trace.ledger.statement import parse_statement
from trace.parties import Actor
from trace.usecases.signing.held_keys import hold_key
from trace.usecases.stated.papers import keep_paper

REASON = "过磅单抄错"


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        add_member(opened.platform.transactions, LABORATORY, ["head"], "elsewhere")
        yield opened


@pytest.fixture
def chain(door: Door) -> TracedChain:
    return TracedChain(door, door.clock)


def sit(door: Door, login: str = "wangmin") -> Desk:
    door.clock.advance(timedelta(minutes=5))
    return signed_in(door.platform, door.client, login)


def hold(door: Door) -> str:
    door.platform.master_key = MasterKey(bytes(range(32)))
    kept = Signer(MILL, "processor", stream="desk-2")
    door.log(door.registrar.register(kept, custody="server"))
    hold_key(door.platform.transactions, door.platform.master_key, made.uscc(MILL), kept.key)
    return kept.key.kid


def received(chain: TracedChain) -> tuple[str, str]:
    """R1 of the mill, of a paired hand-over: its lot and its record."""
    sent = chain.ship("C1", 900, chain.harvest("H1", 1_000), by=FARM, to=MILL, at="06 08:00")
    lot = chain.receive("R1", 900, sent, by=MILL, at="06 09:00")
    return lot, chain.stated["food.receipt", lot][1]


def sign(desk: Desk, batch: str, kid: str) -> None:
    shown = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)[1]
    answer = desk.post(f"{batch}/held", agreed="yes", key=kid, shown=shown)
    assert answer.status_code == 303, answer.text


def test_a_record_is_corrected_by_form_and_both_versions_stay(door: Door, chain: TracedChain) -> None:
    _, stmt = received(chain)
    kid, desk = hold(door), sit(door)
    assert f"/desk/stated/{stmt}" in desk.get("/desk/stated").text
    where = f"/desk/stated/{stmt}"
    page = desk.get(where).text
    assert "开封口令" not in page, "the salt of a hand-over is for nobody's eyes"
    assert 'name="f.quantity.value" value="900"' in page
    assert 'name="f.lot"' not in page, "what makes it this record is not corrected"
    unchanged = desk.post(f"{where}/correct", reason=REASON)
    assert unchanged.status_code == 400
    assert "没有改动" in unchanged.text
    desk.get(where)
    answer = desk.post(f"{where}/correct", **{"f.quantity.value": "890", "reason": REASON})
    assert answer.status_code == 303, answer.text
    sign(desk, answer.headers["Location"], kid)
    page = desk.get(where).text
    assert "<ins>890 kg</ins>" in page or "<ins>890 公斤</ins>" in page, page
    assert REASON in page
    assert re.search(r"<del>900 (kg|公斤)</del>", page)
    assert "有更正" in desk.get("/desk/stated").text


def test_a_value_that_cannot_be_is_refused_before_anybody_signs(door: Door, chain: TracedChain) -> None:
    _, stmt = received(chain)
    desk = sit(door)
    desk.get(f"/desk/stated/{stmt}")
    answer = desk.post(f"/desk/stated/{stmt}/correct", **{"f.quantity.value": "九百", "reason": REASON})
    assert answer.status_code in {400, 422}
    assert 'value="九百"' in answer.text, "what was typed stays to be mended"
    assert 'role="alert"' in answer.text


def test_a_record_of_goods_under_an_order_says_why_it_cannot_be_touched(
    door: Door, chain: TracedChain
) -> None:
    lot, stmt = received(chain)
    data = orders.a_hold(lot)
    chain.state(made.BUREAU, "oversight.hold", "urn:case:1", data, "07 09:00")
    desk = sit(door)
    page = desk.get(f"/desk/stated/{stmt}").text
    assert "监管部门已封控" in page
    assert 'action="/desk/stated/' not in page
    desk.get("/desk/account")
    forced = desk.post(f"/desk/stated/{stmt}/correct", **{"f.quantity.value": "890", "reason": REASON})
    assert forced.status_code == 409
    assert "现在不能更正" in forced.text


def test_a_record_of_goods_that_left_says_so(door: Door, chain: TracedChain) -> None:
    lot, stmt = received(chain)
    chain.ship("D1", 100, lot, by=MILL, at="07 08:00")
    desk = sit(door)
    page = desk.get(f"/desk/stated/{stmt}").text
    assert "货已经发出" in page
    assert 'action="/desk/stated/' not in page


def test_records_of_others_are_nobodys(door: Door, chain: TracedChain) -> None:
    _, stmt = received(chain)
    of_the_farm = chain.stated["farm.harvest", made.lot(FARM, "H1")][1]
    assert ORGANISATIONS[OPERATOR].urn == made.uscc(MILL)
    desk = sit(door)
    assert desk.get(f"/desk/stated/{of_the_farm}").status_code == 404
    desk.get("/desk/account")
    answer = desk.post(f"/desk/stated/{of_the_farm}/correct", **{"f.quantity.value": "1", "reason": REASON})
    assert answer.status_code == 404
    other = sit(door, "elsewhere")
    assert other.get(f"/desk/stated/{stmt}").status_code == 404
    assert stmt not in other.get("/desk/stated").text


def test_everything_of_a_firm_leaves_as_one_file_and_nothing_of_others(
    door: Door, chain: TracedChain
) -> None:
    _, stmt = received(chain)
    paper = b"%PDF-1.7 certificate of the supplier"
    digest = hashlib.sha256(paper).digest()
    for firm in (MILL, FARM):  # the farm has a paper of the same digest, in a folder of its own
        actor = Actor("t", made.uscc(firm))
        keep_paper(door.platform.transactions, door.platform.folder.path, actor, paper)
    other = made.lot(MILL, "R2")
    proofs = [{"kind": "certificate", "ref": "C-2", "sha256": b64u(digest)}]
    chain.state(MILL, "food.receipt", other, made.a_receipt(lot=other, proofs=proofs), "06 10:00")
    answer = sit(door).get("/desk/stated?form=zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="greentrace-records.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        lines = [json.loads(line) for line in archive.read("records.jsonl").splitlines()]
        table = load_workbook(io.BytesIO(archive.read("records.xlsx"))).active
        about = archive.read("README.txt").decode()
        kept = archive.read(f"files/{digest.hex()}.pdf")
    assert names == {"records.jsonl", "records.xlsx", "README.txt", f"files/{digest.hex()}.pdf"}
    assert kept == paper
    signed = [parse_statement(one["jws"]) for one in lines]
    assert [one.statement_id for one in signed] == [one["stmt"] for one in lines]
    assert {one.claims.iss for one in signed} == {made.uscc(MILL)}
    assert stmt in {one["stmt"] for one in lines}
    rows = list(table.iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in rows] == [one["stmt"] for one in lines]
    assert any("稻谷" in row[6] for row in rows), "what it says, in words"
    assert f"记录：{len(lines)} 条；文件：1 个" in about
