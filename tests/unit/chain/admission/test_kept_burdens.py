"""A failed test of one's own is not corrected away, nor what was used on a plot once its goods have left."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import activation, asked, refuses
from tests.builders.chain import BUREAU, LABORATORY, Chain, good_chain
from tests.builders.trade import BARE, H1, begun
from trace.chain.admission.gates import ORDERS, TESTS, spreads
from trace.chain.admission.kept_burdens import TAKEN_BACK
from trace.chain.admission.marks_above import Spread, marks_above
from trace.errors import food as refused

K2 = made.lot(made.MILL, "K2")
SECOND_LAB = "91310104XN0000BBXE"
FAILED, NOTED = ("R05", "failed-report"), ("R05", TAKEN_BACK)
AT = {"at": "2026-10-20T08:00:00+08:00"}


def failing(*names: str, purpose: str = "retained", **changed: Any) -> dict[str, Any]:
    items = [
        {"name": name, "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}
        for name in names or ("镉",)
    ]
    return made.a_report(lot=K2, purpose=purpose, items=items, conclusion="fail", **changed)


def passing(**changed: Any) -> dict[str, Any]:
    return made.a_report(**{"lot": K2, "purpose": "retained", "reportNo": "R-2", **changed})


def failed(*names: str, **how: Any) -> tuple[Chain, str]:
    """The mill's own test of K2 failed; the id of the report."""
    chain = good_chain()
    return chain, chain.state("lab.report", failing(*names), **how).entry.statement_id


def correct(chain: Chain, report: str, data: dict[str, Any] | None, **how: Any) -> str:
    said: dict[str, Any] = {"amends": report, "reason": "录入错误"}
    said |= {"withdraws": True} if data is None else {"replacement": data}
    return chain.state("correction", said, sub=K2, **AT, **how).entry.statement_id


def bureau(chain: Chain, typ: str, data: dict[str, Any], sub: str = "urn:case:1") -> str:
    return chain.state(typ, data, by=made.BUREAU, roles=BUREAU, sub=sub, **AT).entry.statement_id


@pytest.mark.parametrize(
    "instead", [passing(), None, failing("感官")], ids=["passed", "withdrawn", "of something else"]
)
def test_the_holder_does_not_correct_its_own_failed_test_away(instead):
    chain, report = failed()
    correct(chain, report, instead)
    assert {FAILED, NOTED} <= set(chain.marks("K2"))
    refuses(chain, refused.FailedTestStands, "code.activate", activation(chain))
    correct(chain, report, passing(reportNo="R-3"))  # nor at the second try
    assert {FAILED, NOTED} == set(chain.marks("K2"))


def test_one_that_states_its_failure_again_in_other_words_has_it_once():
    chain, report = failed()
    correct(chain, report, failing(reportNo="R-9"))
    assert chain.marks("K2") == [FAILED]
    correct(chain, report, passing())
    assert sorted(chain.marks("K2")) == sorted([FAILED, NOTED])
    correct(chain, report, failing())
    assert chain.marks("K2") == [FAILED]


@pytest.mark.parametrize("about", ["the report", "its correction"])
@pytest.mark.parametrize(("result", "left"), [("not_established", []), ("established", [FAILED])])
def test_an_authority_finds_what_it_was(about, result, left):
    chain, report = failed()
    correction = correct(chain, report, passing())
    named = report if about == "the report" else correction
    bureau(chain, "oversight.finding", {"about": named, "result": result, "reason": "核对原始记录"}, K2)
    assert chain.marks("K2") == left


def test_a_finding_on_a_test_that_nobody_took_back_moves_nothing():
    chain, report = failed()
    data = {"about": report, "result": "not_established", "reason": "核对原始记录"}
    bureau(chain, "oversight.finding", data, K2)
    assert chain.marks("K2") == [FAILED]


def test_the_pass_of_another_laboratory_lifts_it_with_its_note():
    chain, report = failed()
    correct(chain, report, passing())
    licence = orders.an_accreditation(holder=made.uscc(SECOND_LAB), number="23-2")
    chain.state("master.licence", licence, by=made.BUREAU, roles=BUREAU)
    order = bureau(chain, "oversight.retest", {"report": report, "lab": made.uscc(SECOND_LAB)})
    good = passing(basis=order, reportNo="R-7", purpose="sampling")
    chain.state("lab.report", good, by=SECOND_LAB, roles=LABORATORY, **AT)
    assert chain.marks("K2") == []
    assert [one.report_no for one in chain.lot("K2").reports] == ["R-2", "R-7"]


def test_microbes_do_not_become_something_that_is_tested_again():
    chain, report = failed("菌落总数")
    correct(chain, report, failing("镉"))
    kept = [mark.params["items"] for mark in chain.lot("K2").marks if mark.code == "failed-report"]
    assert kept == [["菌落总数"], ["镉"]]
    data = {"report": report, "lab": made.uscc(SECOND_LAB)}
    how = {"by": made.BUREAU, "roles": BUREAU, "sub": "urn:case:1"}
    with pytest.raises(Exception, match="microbiology-final"):
        chain.state("oversight.retest", data, **AT, **how)


def test_a_laboratory_and_a_bureau_correct_their_own_word():
    """They have nothing to gain by it."""
    chain = good_chain()
    for by, roles in ((made.LAB, LABORATORY), (made.BUREAU, BUREAU)):
        wrong = failing(purpose="sampling")
        told = asked(chain, wrong) if by == made.LAB else wrong
        report = chain.state("lab.report", told, by=by, roles=roles).entry.statement_id
        assert chain.marks("K2") == [FAILED]
        correct(chain, report, passing(purpose="sampling"), by=by, roles=roles)
        assert chain.marks("K2") == []


def test_a_firm_with_a_laboratory_of_its_own_is_no_laboratory_to_itself():
    chain, report = failed(roles=LABORATORY)
    correct(chain, report, passing(), roles=LABORATORY)
    assert sorted(chain.marks("K2")) == sorted([FAILED, NOTED])


def test_a_test_that_is_corrected_later_still_reaches_what_was_parted_from_the_goods_before():
    """They keep the test that was noted before they were parted: it is the same mark still."""
    chain, report = failed()
    (mark,) = chain.lot("K2").marks
    correct(chain, report, passing())
    assert mark.id in {each.id for each in chain.lot("K2").marks}


# What was used on plots -------------------------------------------------------------------------------------


TOLD = [*BARE, {"rule": "R08", "reason": "已约定由买方自检"}]


def sprayed(day: str) -> dict[str, Any]:
    return made.an_operation(usedOn=day)


def marked(trade: Any, urn: str) -> set[str]:
    """Codes of what comes down to a lot, or stands on it."""
    known = trade.chain.known
    lot = known.lots[urn]
    above = marks_above(known, lot.id, Spread(spreads, ORDERS, TESTS))
    return {mark.code for mark in lot.marks} | {mark.code for _, mark in above}


def corrected_spray(trade: Any, sprayed_by: Any, day: str) -> None:
    data = made.a_correction(sprayed_by.entry.statement_id, sprayed(day))
    trade.chain.farm("correction", data, sub=made.plot(1))


def test_an_interval_stays_with_goods_that_have_left_and_goes_while_nothing_has():
    trade = begun()
    spray = trade.chain.farm("farm.operation", sprayed("2026-10-01"))
    assert "pre-harvest-interval" in marked(trade, H1)
    corrected_spray(trade, spray, "2026-09-01")
    assert marked(trade, H1) == set()
    corrected_spray(trade, spray, "2026-10-01")
    assert "pre-harvest-interval" in marked(trade, H1)
    received = trade.receive("R1", "400", trade.ship("D1", "400", declared=TOLD))
    corrected_spray(trade, spray, "2026-09-02")
    assert {"pre-harvest-interval", TAKEN_BACK} <= marked(trade, H1)
    assert "pre-harvest-interval" in marked(trade, received.sub)


def test_a_harvest_that_is_dated_later_once_it_has_left_keeps_its_interval():
    trade = begun()
    trade.chain.farm("farm.operation", sprayed("2026-10-01"))
    received = trade.receive("R1", "400", trade.ship("D1", "400", declared=TOLD))
    (harvest,) = [one for one in trade.chain.told if one.claims.typ == "farm.harvest"]
    for data in ({"plots": [made.plot(2)]}, {"plots": [made.plot(1)]}, {"plots": [made.plot(2)]}):
        said = made.a_correction(harvest.entry.statement_id, made.a_harvest(**data))
        trade.chain.farm("correction", said, sub=H1)
        assert "pre-harvest-interval" in marked(trade, received.sub)
        codes = [mark.code for mark in trade.chain.known.lots[H1].marks]
        assert codes.count("pre-harvest-interval") == 1
        assert (TAKEN_BACK in codes) is (data["plots"] == [made.plot(2)])
