"""What nobody has answered, for the authority of an area: by firm, oldest first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.traced_chain import BUREAU, K1, MILL, SHOP, TOFU_MAKER, TracedChain
from tests.servers.platform import TestPlatform
from trace.parties import REGULATOR_MARKET, Actor
from trace.usecases.inbox.list_unanswered import list_unanswered
from trace.usecases.lots.list_disposals import list_disposals

OWN = made.uscc(MILL)


@pytest.fixture
def chain(database_url, clock):
    with TestPlatform(database_url, clock) as platform:
        told = TracedChain(platform, clock)
        told.report = told.packed_rice()
        yield told


def listed(chain, region: str = "CN", of: str | None = None):
    reader = Actor("g", None, frozenset({REGULATOR_MARKET}), region=region)
    found = list_unanswered(chain.platform.transactions, reader, of)
    return {firm.party: firm for firm in found.firms}, [firm.party for firm in found.firms]


def stated_in(chain, code: str, region: str) -> None:
    registrar = chain.platform.registrar
    party = made.a_party(region=region, roles=list(chain.signers[code].roles))
    at = chain.clock().replace(microsecond=0) - timedelta(minutes=1)
    chain.platform.log(registrar.state("master.party", made.uscc(code), party, at=at))


def test_nothing_waits_where_everybody_has_answered(chain):
    assert listed(chain) == ({}, [])


def test_claims_wait_for_the_owner_and_hand_overs_for_the_receiver(chain):
    chain.receive("X1", 50, K1, by=TOFU_MAKER, at="14 11:00")
    chain.ship("D1", 400, K1, report=chain.report, at="15 08:00")
    firms, order = listed(chain)
    assert order == [OWN, made.uscc(SHOP)]
    (claim,) = firms[OWN].waiting
    assert (claim.kind, claim.by, claim.names) == ("claim", made.uscc(TOFU_MAKER), K1)
    (sent,) = firms[made.uscc(SHOP)].waiting
    assert (sent.kind, sent.by, str(sent.quantity)) == ("handover", OWN, "400 kg")
    chain.receive("S1", 400, made.lot(MILL, "D1"), by=SHOP, at="15 12:00", role="goods")
    assert listed(chain)[1] == [OWN]


def test_what_is_outstanding_of_a_delivery_waits_after_its_term_until_one_side_says_it_is_all(chain):
    """400 sent, 300 received: seven days are given for the rest."""
    chain.ship("D1", 400, K1, report=chain.report, at="15 08:00")
    chain.receive("S1", 300, made.lot(MILL, "D1"), by=SHOP, at="15 12:00", role="goods")
    assert listed(chain) == ({}, [])
    chain.clock.advance(timedelta(days=8))
    firms, _ = listed(chain)
    (rest,) = firms[made.uscc(SHOP)].waiting
    assert (rest.kind, rest.by, str(rest.quantity)) == ("rest", OWN, "100 kg")
    chain.receive("S2", 100, made.lot(MILL, "D1"), by=SHOP, at="24 12:00", role="goods")
    assert listed(chain) == ({}, [])


def test_a_delivery_that_was_all_there_is_has_no_rest(chain):
    chain.ship("D1", 400, K1, report=chain.report, at="15 08:00")
    chain.receive("S1", 380, made.lot(MILL, "D1"), by=SHOP, at="15 12:00", role="goods", complete=True)
    chain.clock.advance(timedelta(days=8))
    assert listed(chain) == ({}, [])


def test_many_of_one_firm_are_grouped_and_all_are_reachable(chain):
    for number in range(22):
        chain.receive(f"X{number}", 5, K1, by=TOFU_MAKER, at="14 11:00")
    firms, _ = listed(chain)
    assert (firms[OWN].count, len(firms[OWN].waiting)) == (22, 20)
    firms, _ = listed(chain, of=OWN)
    assert len(firms[OWN].waiting) == 22


def test_an_authority_sees_what_concerns_its_area(chain):
    stated_in(chain, MILL, "310151")
    stated_in(chain, TOFU_MAKER, "330100")
    chain.receive("X1", 50, K1, by=TOFU_MAKER, at="14 11:00")
    assert listed(chain, "31")[1] == listed(chain, "3301")[1] == [OWN]
    assert listed(chain, "44")[1] == []
    assert listed(chain, "")[1] == []


def test_a_claim_on_goods_that_nobody_states_waits_for_whoever_its_name_says(chain):
    chain.receive("X1", 50, made.lot("91310000MA1K35UY6N", "Q1"), by=TOFU_MAKER, at="14 11:00")
    named = {"supplierLot": "urn:lot:old-wang:Q1", "supplier": "urn:party:old-wang"}
    lot, when = made.lot(TOFU_MAKER, "X2"), "2026-10-14T12:00:00+08:00"
    receipt = made.a_receipt(lot=lot, quantity=made.kg(50), receivedAt=when, **named)
    chain.state(TOFU_MAKER, "food.receipt", lot, receipt, "14 12:00")
    assert listed(chain)[1] == ["urn:uscc:91310000MA1K35UY6N", "urn:party:old-wang"]


def test_a_disposal_that_a_bureau_saw_says_so_to_firm_and_authority(chain):
    order = chain.state(made.BUREAU, "oversight.hold", "urn:case:1", orders.a_hold(K1), "15 08:00")
    gone = made.a_disposal(lot=K1, quantity=made.kg("5"), manner="destroyed")
    stated = chain.state(MILL, "food.disposal", K1, gone, "16 08:00")
    for reader in (BUREAU, Actor("m", OWN)):
        (one,) = list_disposals(chain.platform.transactions, K1, reader).disposals
        assert one.witnessed is None
    data = {"orders": [order], "disposal": stated}
    seen = chain.state(made.BUREAU, "oversight.destruction", "urn:case:1", data, "16 09:00")
    for reader in (BUREAU, Actor("m", OWN)):
        (one,) = list_disposals(chain.platform.transactions, K1, reader).disposals
        assert one.witnessed == seen
