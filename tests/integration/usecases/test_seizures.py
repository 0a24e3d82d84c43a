"""Seizures: what each department may seize, until when, one extension, and what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.traced_chain import K1, MILL, TracedChain, october
from tests.builders.two_bureaus import agriculture, key, market
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import RiskItemUnknown, RiskMoved, RiskUnfit, UnknownLot
from trace.oversight.seizures import latest, term_of
from trace.rules import load
from trace.usecases.supervision.credit import read_credit
from trace.usecases.supervision.seizures import enter_seizure, move_seizure, read_seizures
from trace.usecases.supervision.supervisors import read_supervised


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        chain.packed_rice()
        clock.advance(october("28 09:00") - clock())
        yield chain


TYPED = {
    "object": "marks", "firm": made.uscc(MILL), "what": "假冒标志 300 枚",
    "document_no": "沪崇农扣〔2026〕1号",
    "since": "2026-10-10", "until": "2026-11-09",
}  # fmt: skip


@pytest.mark.requirement("S0-34", "S0-37")
def test_a_seizure_has_its_object_its_end_and_one_extension(chain):
    of, ju, wei = chain.platform.transactions, market(chain), agriculture(chain)

    def refused(wanted: str, actor=wei, **changed: str) -> None:
        with pytest.raises(RiskUnfit) as told:
            enter_seizure(of, actor, key(), {**TYPED, **changed})
        assert told.value.params["wanted"] == wanted

    refused("object", ju)  # a forged mark of produce is for the agriculture department
    refused("until", until="2026-11-10")
    refused("document_no", document_no="")
    refused("record", record="x" * 43)
    refused("seized", what="")
    refused("since", since="0026-10-10")
    for nobody in ("", "x", "urn:uscc:91310151XN0000442X"):
        refused("party", firm=nobody)
    with pytest.raises(UnknownLot):
        enter_seizure(of, wei, key(), {**TYPED, "lots": "urn:lot:none"})
    enter_seizure(of, wei, key(), TYPED)
    (row,) = read_seizures(of, wei).rows
    assert row.basis == "中华人民共和国农产品质量安全法 §53"
    page = read_seizures(of, wei)
    assert page.objects == ("produce", "inputs", "facilities", "marks")
    assert page.term.unverified, "nobody has read the text that limits it"
    extension = {"act": "extend", "day": "2026-10-20", "document_no": "沪崇农延〔2026〕1号"}
    with pytest.raises(RiskUnfit):
        move_seizure(of, wei, key(), row.number, {**extension, "until": "2026-12-10"})
    with pytest.raises(RiskItemUnknown):
        move_seizure(of, ju, key(), row.number, {**extension, "until": "2026-12-09"})
    move_seizure(of, wei, key(), row.number, {**extension, "until": "2026-12-09"})
    with pytest.raises(RiskMoved):
        move_seizure(of, wei, key(), row.number, {**extension, "until": "2026-12-09"})
    (row,) = read_seizures(of, wei).rows
    assert (page.ends(row), page.over(row)) == ("2026-12-09", False)
    move_seizure(of, wei, key(), row.number, {"act": "end", "day": "2026-10-25", "outcome": "destroyed"})
    (entry,) = [one for one in read_credit(of, wei).entries if one.what == "measure"]
    assert (entry.party, entry.record) == (made.uscc(MILL), row.number)


@pytest.mark.requirement("S0-34")
def test_a_signed_hold_is_entered_with_its_goods_and_extended_once(chain):
    of, ju = chain.platform.transactions, market(chain)
    record = chain.state(made.BUREAU, "oversight.hold", "urn:case:1", orders.a_hold(K1), "21 09:00")
    (hold,) = read_seizures(of, ju).holds
    assert hold.record == record
    typed = {**TYPED, "object": "food", "since": "2026-10-21", "until": "2026-11-20", "record": record}
    enter_seizure(of, ju, key(), typed)
    page = read_seizures(of, ju)
    assert (page.rows[0].lots, page.holds) == ((K1,), [])
    assert not page.extension.unverified
    extension = {"act": "extend", "day": "2026-10-28", "document_no": "沪市监延〔2026〕1号"}
    move_seizure(of, ju, key(), page.rows[0].number, {**extension, "until": "2027-01-04"})  # 30 + 45 days
    (entry,) = [one for one in read_credit(of, ju).entries if one.what == "measure"]
    assert "– 2027-01-04" in entry.words, "the hold and its extension are one measure"
    assert read_supervised(of, ju).seizures == []
    chain.clock.advance(timedelta(days=69))
    (over,) = read_supervised(of, ju).seizures
    assert over.number == page.rows[0].number, "its last day has passed and nobody ended it"


def test_the_market_department_has_30_and_45_days_and_agriculture_what_is_to_be_verified():
    rules = load("CN-31")
    day = october("20 09:00").date()
    found = {
        (department, extension): term_of(rules, department, day, extension=extension)
        for department in ("market", "agriculture")
        for extension in (False, True)
    }
    assert [int(rule.number) for rule in found.values()] == [30, 45, 30, 30]
    assert [rule.unverified for rule in found.values()] == [False, False, True, True]
    assert latest(found["market", True], day).isoformat() == "2026-12-04"
    assert latest(None, day) is None
