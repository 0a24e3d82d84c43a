"""A dispute about a record that speaks of a lot and did not make it: the lot of its holder is in dispute."""

from __future__ import annotations

from tests.builders import facts as made
from tests.builders.chain import LABORATORY, good_chain
from trace.chain import effects

K1 = made.lot(made.MILL, "K1")


def test_the_holder_disputes_a_laboratorys_report_on_its_lot():
    chain = good_chain()
    report = chain.state("lab.report", made.a_report(lot=K1), by=made.LAB, roles=LABORATORY)
    opened = chain.state("dispute.open", made.a_dispute([report.entry.statement_id]), sub=K1)
    lots = {change.lot for change in opened.changes if isinstance(change, effects.LotMentioned)}
    assert lots == {chain.known.lots[K1].id}
