"""Suppliers and customers matched, delivery by delivery, as each side sees them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.traced_chain import FARM, H1, K1, MILL, SHOP, TOFU_MAKER, TracedChain
from tests.builders.two_bureaus import key
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.chain.facts.control import peer_check_name
from trace.errors import RiskUnfit
from trace.oversight.partners import BOUGHT, LESS, MET, ONE_SIDED, SOLD, UNSEEN
from trace.parties import PROCESSOR, Actor
from trace.usecases.ledgers.match_partners import match_partners
from trace.usecases.ledgers.peer_checks import list_peer_checks, propose_peer_check
from trace.usecases.records.read_record import read_record


def seen(chain: TracedChain, code: str) -> set[tuple[str, str, str, str, str]]:
    """(side, partner, standing, sent, received) of each delivery of a firm."""
    actor = Actor("t", made.uscc(code), frozenset({PROCESSOR}))
    found = match_partners(chain.platform.transactions, actor)
    return {
        (one.side, one.partner.rsplit(":", 1)[-1], one.standing, str(one.sent), str(one.received))
        for each in found.partners
        for one in each.deliveries
    }


def _check_of_a_peer(chain: TracedChain) -> None:
    """Signed by who says it, read by both and by nobody else."""
    data = orders.a_peer_check(party=made.uscc(MILL), day="2026-10-15")
    name = peer_check_name(made.uscc(SHOP), made.uscc(MILL), date(2026, 10, 15))
    stmt = chain.state(SHOP, "firm.peer.check", name, data, "15 15:00")
    of = chain.platform.transactions
    readers = {code: Actor("t", made.uscc(code), frozenset({PROCESSOR})) for code in (MILL, SHOP, FARM)}
    listed = {code: [one.statement for one in list_peer_checks(of, one)] for code, one in readers.items()}
    assert listed == {MILL: [stmt], SHOP: [stmt], FARM: []}
    assert {code: read_record(of, stmt, one).version.said is not None for code, one in readers.items()} == {
        MILL: True, SHOP: True, FARM: False,
    }  # fmt: skip
    again = chain.state(
        SHOP, "firm.peer.check", name, {**data, "text": "温度计读数抄错，重查相符"}, "16 09:00"
    )
    assert [one.statement for one in list_peer_checks(of, readers[MILL])] == [again], "the last word stands"
    unfit = {"party": made.uscc(SHOP), "day": "2026-10-15", "result": "ok", "text": "自己查自己"}
    for wrong in (unfit, {**unfit, "party": made.uscc(MILL), "text": ""}):
        with pytest.raises(RiskUnfit):
            propose_peer_check(of, readers[SHOP], key(), "互查", wrong)


@pytest.mark.requirement("S4-13")
def test_both_sides_see_the_same_delivery_and_nobody_elses(databases):
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        chain = TracedChain(platform, clock)
        report = chain.packed_rice()
        sent = chain.ship("D1", 1_000, K1, report=report)
        chain.ship("D2", 500, K1, report=report)
        chain.receive("Q1", 900, sent, by=SHOP, at="14 12:00", role="goods", complete=True)
        chain.receive("T1", 50, H1, by=TOFU_MAKER, at="15 12:00")
        mill, farm, shop = (seen(chain, code) for code in (MILL, FARM, SHOP))
        paddy, less = ("10000 kg", "10000 kg"), ("1000 kg", "900 kg")
        assert (BOUGHT, FARM, MET, *paddy) in mill and (SOLD, MILL, MET, *paddy) in farm
        assert any(row[:2] == (SOLD, SHOP) and row[2] != MET and row[3:] == less for row in mill)
        assert any(row[:2] == (BOUGHT, MILL) and row[2] != MET and row[3:] == less for row in shop)
        assert (SOLD, "", UNSEEN, "500 kg", "None") in mill, "who has not answered stays concealed"
        assert len(shop) == 1, "what was sent to it under seal is its own to open"
        assert seen(chain, TOFU_MAKER) == {(BOUGHT, FARM, ONE_SIDED, "None", "50 kg")}
        assert not any(TOFU_MAKER in row for row in mill)
        _check_of_a_peer(chain)
        assert LESS in {row[2] for row in mill} or any(row[2] == "disputed" for row in mill)
