"""The source of a case on its pages: refused with what was typed, drafted, signed; a case about a firm."""

from __future__ import annotations

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import add_member, signed_in
from tests.builders.traced_chain import TracedChain
from tests.servers.door import Door
from trace.access.roles import AUTHORITY
from trace.usecases.signing.batches import open_batch

FORM, MILL = "/office/cases/new", made.uscc(made.MILL)
TYPED = {
    "source": "superior",
    "purpose": "按交办核查标签与台账",
    "party": made.MILL,
    "foundOn": "2026-09-28",
    "reference": "沪市监食交〔2026〕7号",
}


@pytest.mark.requirement("S2-24")
def test_an_order_from_above_is_a_case_once_it_is_signed(tmp_path, databases) -> None:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        party = made.a_party(name="（演示）子虚米业", region="310151")
        door.log(door.registrar.state("master.party", MILL, party, at=door.clock()))
        add_member(door.platform.transactions, AUTHORITY, ["case-officer"], "chen")
        desk = signed_in(door.platform, door.client, "chen")
        assert FORM in desk.get("/office/cases").text
        desk.get(FORM)
        refused = desk.post(FORM, **TYPED)
        assert refused.status_code == 422
        assert "“交办或移送单位”还缺" in refused.text and TYPED["purpose"] in refused.text
        drafted = desk.post(FORM, **TYPED, authority="上海市市场监督管理局")
        assert drafted.status_code == 303, drafted.text
        (draft,) = open_batch(
            door.platform.transactions, made.uscc(made.BUREAU), drafted.location.rpartition("/")[2]
        ).drafts
        signing = desk.get(drafted.location).text
        assert "案件来源登记" in signing and "上级交办" in signing
        chain.state(made.BUREAU, "oversight.case", draft.content["sub"], draft.content["data"], "20 09:00")
        desk = signed_in(door.platform, door.client, "chen")
        case = desk.get("/office/cases/AJ2026-00001")
        assert case.status_code == 200
        for words in ("上级交办", "没有指明批次", "核查并决定是否立案", "登记案件来源", TYPED["purpose"]):
            assert words in case.text, words
        assert "发现或收到 2026-09-28；登记 2026-10-20" in case.text
        for words in ("送达检验结果", "回复协助调查", "结果 2026-09-28"):
            assert words not in case.text, f"not for this case or office: {words}"
        assert "receivers.xlsx" not in case.text, "no file of goods where no goods are named"
