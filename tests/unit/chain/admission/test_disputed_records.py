"""A dispute about a record that speaks of a lot and did not make it: the lot of its holder is in dispute."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.chain import LABORATORY, good_chain
from tests.builders.trade import MILL, STRANGER, begun
from trace.chain import effects
from trace.chain.admission import Door
from trace.errors.handovers import DisputeOfStranger

K1 = made.lot(made.MILL, "K1")


def test_the_holder_disputes_a_laboratorys_report_on_its_lot():
    chain = good_chain()
    report = chain.state("lab.report", made.a_report(lot=K1), by=made.LAB, roles=LABORATORY)
    opened = chain.state("dispute.open", made.a_dispute([report.entry.statement_id]), sub=K1)
    lots = {change.lot for change in opened.changes if isinstance(change, effects.LotMentioned)}
    assert lots == {chain.known.lots[K1].id}


@pytest.mark.parametrize("edition", [1, 2])
@pytest.mark.parametrize("own_first", [True, False])
@pytest.mark.parametrize("theirs", ["sent", "received", "H1"])
def test_an_own_record_beside_one_of_others_makes_nobody_a_party_to_that(edition, own_first, theirs):
    """What one stranger calls in doubt together with its own goods is in doubt for nobody else."""
    trade = begun(edition)
    sent = trade.ship("D1", "400")
    received = trade.receive("R1", "400", sent)
    about = {"sent": sent, "received": received, "H1": trade.chain.entries[0]}[theirs]
    own = trade.receive("S1", "10", by=STRANGER)
    both = [own.entry.statement_id, about.entry.statement_id]
    said = made.a_dispute(both if own_first else both[::-1])
    if edition == 2:
        with pytest.raises(DisputeOfStranger):
            trade.say(STRANGER, "dispute.open", said, sub=own.sub)
    for how in ({"door": Door.LOGGED}, {"door": Door.CARRIED, "log": "elsewhere.example/food"}):
        trade.say(STRANGER, "dispute.open", said, sub=own.sub, **how)
    assert (trade.state(received), trade.chain.known.disputes) == ("confirmed", {})
    trade.say(MILL, "dispute.open", made.a_dispute([sent.entry.statement_id, received.entry.statement_id]))
    assert trade.state(received) == "disputed", "either side is a party to both words of its pair"
