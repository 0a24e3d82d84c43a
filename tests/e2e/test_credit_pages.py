"""Credit files on their page: a penalty with its limit to be published, a measure with its end, a failure."""

from __future__ import annotations

import re

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import accredit, fail
from tests.builders.members import add_member, signed_in
from tests.builders.traced_chain import K1, TracedChain
from tests.builders.visits import sign_waiting
from tests.servers.door import Door
from trace.access.roles import AUTHORITY
from trace.parties import ALL, REGULATOR_MARKET, Actor
from trace.usecases.signing.batches import open_batch
from trace.usecases.supervision.scorecard import read_scorecard


@pytest.mark.requirement("S0-34", "S0-35", "S0-38", "S1-32", "S2-25", "S2-26", "S2-27")
def test_what_was_stated_of_a_firm_is_its_credit_file(tmp_path, databases):
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        accredit(chain)
        chain.packed_rice()
        fail(chain)
        chain.state(made.BUREAU, "oversight.hold", "urn:case:1", orders.a_hold(K1), "21 09:00")
        stopped = orders.a_penalty(kinds=["production_stopped", "warning"], documentNo="PC-2026-18")
        stopped.pop("amount")
        heavy = chain.state(made.BUREAU, "oversight.penalty", "urn:case:2", stopped, "22 10:00")
        fined = chain.state(made.BUREAU, "oversight.penalty", "urn:case:1", orders.a_penalty(), "22 09:00")
        add_member(door.platform.transactions, AUTHORITY, ["case-officer"], "chenban")
        desk = signed_in(door.platform, door.app.test_client(), "chenban")
        page = desk.get("/office/credit").text
        assert "期限 30 日" in page and "可延长一次 45 日" in page, "by the rules of the market bureau"
        for words in ("抽检不合格", "查封扣押", "罚款", "50000.00", "食品安全法 §124", "公示"):
            assert words in page
        early = desk.post(f"/office/credit/{fined}/published", day="2026-10-01", place="公示系统")
        assert early.status_code == 422
        nowhere = desk.post(f"/office/credit/{fined}/published", day="2026-10-22", place="")
        assert nowhere.status_code == 422 and "公示在哪里" in nowhere.text and "计划项" not in nowhere.text
        assert desk.post("/office/credit/x/published", day="2026-10-22", place="公示系统").status_code == 404
        desk.get("/office/credit")
        noted = desk.post(f"/office/credit/{fined}/published", day="2026-10-22", place="公示系统")
        assert noted.status_code == 303
        assert "公示系统" in desk.get(f"/office/credit?firm={made.uscc(made.MILL)}").text
        clean = desk.get(f"/office/credit?firm={made.uscc(made.COOPERATIVE)}").text
        assert "公示系统" not in clean
        assert "没有记录不等于没有问题" in clean, "no all-clear"
        card = {
            one.name: one.ratio for one in read_scorecard(door.platform.transactions, _officer(), "").scores
        }
        assert (len(card["filed"].part), len(card["filed"].whole)) == (1, 1)
        _seized(desk)
        _listed_repaired_and_not_twice(desk, heavy, fined)
        _drafted_with_every_clause(door, desk)
        _fallen(door, chain, desk, fined)


def _seized(desk) -> None:
    """The hold that was signed is entered with its document, and its limit stands beside it."""
    page = desk.get("/office/seizures").text
    assert "已签名的货物管控，还没有登记文书" in page
    assert "期限 30 日" in page and "可延长一次 45 日" in page
    assert "伪造的农产品质量标志" not in page, "for the other department to seize"
    record = page.split("/office/seizures?record=")[1][:43]
    typed = {"object": "food", "firm": made.MILL, "what": "大米 30 袋", "document_no": "沪市监扣〔2026〕3号"}
    typed |= {"since": "2026-10-21", "record": record}
    late = desk.post("/office/seizures", **typed, until="2026-11-30")
    assert late.status_code == 422 and 'value="大米 30 袋"' in late.text
    assert desk.post("/office/seizures", **typed, until="2026-11-20").status_code == 303
    page = desk.get("/office/seizures").text
    assert "还没有登记文书" not in page and "查封扣押中" in page
    number = page.split('action="/office/seizures/')[1].split('"')[0]
    refused = desk.post(f"/office/seizures/{number}", act="extend", document_no="沪市监延〔2026〕1号")
    assert refused.status_code == 422
    assert 'value="沪市监延' not in refused.text, "what was typed beside one seizure begins no other"
    extended = desk.post(
        f"/office/seizures/{number}", act="extend", day="2026-10-22", document_no="沪市监延〔2026〕1号",
        until="2027-01-04",
    )  # fmt: skip
    assert extended.status_code == 303, extended.text
    assert "延长至 2027-01-04" in desk.get("/office/seizures").text


LISTED = "中华人民共和国食品安全法 §124"


def _officer() -> Actor:
    roles, scopes = frozenset({REGULATOR_MARKET}), frozenset({ALL})
    return Actor("officer", made.uscc(made.BUREAU), roles, scopes, "310151", "p")


def _drafted_with_every_clause(door: Door, desk) -> None:
    """A decision is drafted as it was typed: clauses that are too many or too long are refused, never cut."""
    case = "/office/cases/AJ2026-00001"
    english = desk.get(f"{case}?lang=en").text
    assert "<span>until the end of" in english, "wraps on a telephone"
    clauses = [f"食品安全法 §{number}：{'款' * 400}" for number in range(20)]
    typed = {"documentNo": "沪市监处罚〔2026〕17号", "kinds": "warning", "why": "处罚决定"}

    def act(event: str, **told: str):
        version = desk.get(case).text.split('name="version" value="')[1].split('"')[0]
        return desk.post(f"{case}/steps", event=event, version=version, **told)

    assert act("investigate", why="启动核查").status_code == 303
    assert act("prepare-penalty", **typed, basis="\n".join([*clauses, "再一条"])).status_code == 422
    assert f'name="listed" value="{LISTED}"' in desk.get(case).text, "articles of the department, to choose"
    refused = act("prepare-penalty", **{**typed, "documentNo": ""}, listed=LISTED, basis="某办法 §1")
    assert f'value="{LISTED}" checked' in refused.text and ">某办法 §1</textarea>" in refused.text
    told = {"listed": LISTED, "basis": "\n".join(clauses[1:])}
    drafted = act("prepare-penalty", **typed, **told).location.rpartition("/")[2]
    (draft,) = open_batch(door.platform.transactions, made.uscc(made.BUREAU), drafted).drafts
    assert draft.content["data"]["basis"] == [LISTED, *clauses[1:]]


def _fallen(door: Door, chain: TracedChain, desk, fined: str) -> None:
    """A penalty that was revoked is drafted here, and no longer counts once that is signed."""
    told = {"outcome": "revoked", "documentNo": "沪崇府复〔2026〕3号", "reason": "主要事实不清"}
    desk.get("/office/credit")
    assert desk.post(f"/office/credit/{fined}/fallen", **{**told, "reason": "无"}).status_code == 422
    assert desk.post("/office/credit/none/fallen", **told).status_code == 404
    address = desk.post(f"/office/credit/{fined}/fallen", **told).location
    sign_waiting(chain, made.BUREAU, address)
    page = desk.get("/office/credit?lang=zh").text
    assert "被撤销（" in page and "沪崇府复〔2026〕3号" in page and "撤回公示" in page
    assert f"/office/credit/{fined}/fallen" not in page
    (revoked,) = re.findall(r"记下撤回公示</summary>\s*<form[^>]*/office/credit/([\w-]{43})/published", page)
    assert (
        desk.post(f"/office/credit/{fined}/published", day="2026-10-22", place="公示系统").status_code == 404
    )
    assert desk.post(f"/office/credit/{revoked}/published", day="2026-11-30", place="").status_code == 422
    today = str(door.clock().date())
    assert desk.post(f"/office/credit/{revoked}/published", day=today, place="公示系统").status_code == 303
    page = desk.get("/office/credit").text
    assert "公示已撤回：公示系统" in page and revoked in page
    card = {one.name: one.ratio for one in read_scorecard(door.platform.transactions, _officer(), "").scores}
    assert fined not in [record for line in card["filed"].whole for record in line.records]


def _listed_repaired_and_not_twice(desk, heavy: str, fined: str) -> None:
    """For a penalty whose kind leads to the list, and for none other; every act has its day."""

    def act(name: str, penalty: str, day: str = "2026-10-22", evidence: str = "沪市监失信〔2026〕1号") -> int:
        desk.get("/office/credit")
        told = {
            "firm": made.uscc(made.MILL),
            "act": name,
            "penalty": penalty,
            "day": day,
            "evidence": evidence,
        }
        return int(desk.post("/office/credit/bad-faith", **told).status_code)

    assert act("repaired", heavy) == 422, "nobody is listed"
    assert act("listed", fined) == 422, "a fine alone leads to no list"
    assert act("listed", heavy, day="2036-10-22") == 422
    assert act("listed", heavy, day="0001-01-01") == 422, "before the penalty"
    assert act("listed", heavy, evidence="") == 422
    assert act("listed", heavy) == 303
    page = desk.get("/office/credit").text.split('id="bad"')[1]
    assert "管理期至 2029-10-22" in page and "待核实" in page and "停产" in page
    assert act("listed", heavy) == 422
    assert act("repaired", heavy, day="2026-10-21") == 422, "before it was listed"
    assert act("repaired", heavy) == 303
    page = desk.get("/office/credit").text.split('id="bad"')[1]
    assert "已修复移出" in page and "管理期至" not in page
    assert act("removed", heavy) == 422
    assert "List of serious bad faith" in desk.get("/office/credit?lang=en").text
