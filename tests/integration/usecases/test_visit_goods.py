"""Goods that a visit looked at: named, signed with it, and where samples meet them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import facts as made
from tests.builders.cases import accredit
from tests.builders.offline_verifier import verify_bundle
from tests.builders.orders import an_inspection
from tests.builders.traced_chain import K1, MILL, P1, SHOP, TracedChain, october
from tests.builders.visits import BOTH, FIRM, filled, of_market, opened, rows, signed, stands
from tests.clock import SteppingClock
from tests.integration.usecases.test_samples import result, sampled
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from trace.errors import VisitGoodsUnknown
from trace.ledger.canonical import unb64u
from trace.oversight.visits.makers import Inspector
from trace.parties import PROCESSOR, VISITOR, Actor
from trace.usecases.proof.assemble_bundle import PUBLIC, REGULATOR, BundleSettings, assemble_bundle
from trace.usecases.proof.show_statement import LoggedStatement, show_statement
from trace.usecases.supervision.samples import read_sample
from trace.usecases.visits.goods_seen import goods_met
from trace.usecases.visits.read_visit import read_visit

ALONE = (BOTH[0], Inspector("31011500777", "market"))


@pytest.mark.requirement("S3-01")
def test_a_visit_and_a_sample_meet_on_the_lot(database_url) -> None:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain, tx = TracedChain(platform, clock), platform.transactions
        accredit(chain)
        chain.packed_rice()
        chain.platform.log(platform.registrar.state("master.party", FIRM, made.a_party(), at=chain.clock()))
        clock.advance(october("19 09:00") - clock())
        market = of_market(tx, "li")
        number = opened(tx, market, "flying", inspectors=ALONE)
        before = rows(tx)
        for unknown in ("没有这一批", "urn:lot:91310000000000000X:none"):
            with pytest.raises(VisitGoodsUnknown):
                filled(tx, market, number, "market", goods=[unknown])
        assert rows(tx) == before
        batch = K1.rsplit(":", 1)[1]
        filled(tx, market, number, "market", goods=[batch, K1])
        assert stands(tx, number)[1]["market"].lots == (K1,), "the number and the name are one lot"
        seen = read_visit(tx, market, number)
        assert next(one.urn for one in seen.offered) == K1
        assert seen.samples == []
        assert seen.against == {K1: []}, "nothing stands against it yet"

        visit = signed(chain, market, number)
        publish(platform)
        settings = BundleSettings(LOT_KEY, NAMES)
        taken = {view: assemble_bundle(tx, K1, view, settings) for view in (PUBLIC, REGULATOR)}
        signed_in = {view: number in payloads(one) for view, one in taken.items()}
        assert signed_in == {PUBLIC: False, REGULATOR: True}, "its authority publishes a visit, no code does"
        record = sampled(chain, market)
        publish(platform)
        taken = {view: assemble_bundle(tx, K1, view, settings) for view in (PUBLIC, REGULATOR)}
        cards = {view: "31011500123" in payloads(one) for view, one in taken.items()}
        assert cards == {PUBLIC: False, REGULATOR: True}, "no stranger reads the cards of who took a sample"
        assert verify_bundle(taken[PUBLIC], trust(platform, policy_text(chain.clock))).ok
        owner = Actor("t", made.uscc(MILL), frozenset({PROCESSOR}))
        assert isinstance(show_statement(tx, record, owner), LoggedStatement)
        assert not isinstance(show_statement(tx, record, VISITOR), LoggedStatement)
        (met,) = read_visit(tx, market, number).samples
        assert (met.sample.record, met.on_lot, met.opens) == (record, True, True)
        inspection = chain.state(made.BUREAU, "oversight.inspection", "日常检查", an_inspection(), "19 15:00")
        visits = read_sample(tx, market, record)[0].visits
        assert [(one.visit.record, one.on_lot) for one in visits] == [(visit, True), (inspection, False)]
        result(chain, record)
        seen = read_visit(tx, market, number)
        (met,) = seen.samples
        assert met.sample.result == "fail"
        assert [(one.mark.code, one.certain) for one in seen.against[K1]] == [("failed-report", True)]
        (lot,) = goods_met([(K1, number, date(2026, 10, 18))] * 2, [met.sample])
        assert (lot.visits, lot.samples) == (((date(2026, 10, 18), number),), (met.sample,))
        assert [one.lot for one in goods_met([(P1, number, date(2026, 11, 1))], [met.sample])] == [P1, K1]

        readers = {code: Actor("t", made.uscc(code), frozenset({PROCESSOR})) for code in (MILL, SHOP)}
        of_shop = an_inspection(party=made.uscc(SHOP), lots=[K1])
        elsewhere = chain.state(made.BUREAU, "oversight.inspection", "飞行检查", of_shop, "19 14:00")
        reads = {
            (code, record): isinstance(show_statement(tx, record, one), LoggedStatement)
            for code, one in readers.items()
            for record in (visit, elsewhere)
        }
        assert reads == {
            (MILL, visit): True,
            (SHOP, visit): False,
            (MILL, elsewhere): False,
            (SHOP, elsewhere): True,
        }, "a visit is read by the firm that it was to, and not by the maker of the goods met there"


def payloads(bundle) -> str:
    """What the statements of a bundle say."""
    return "".join(unb64u(one["jws"]["payload"]).decode() for one in bundle["statements"] if "jws" in one)
