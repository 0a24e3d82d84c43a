"""No correction takes goods out of a recall, whether it comes before the order or after it.

A mill finds its rice recalled, or knows that it will be, and states its own records anew: made of another
paddy, packed of another batch, received from another consignment. What was stated once stays possible: the
order still acts on all that was made, until an authority finds what it was made of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.traced_chain import D1, FARM, H1, K1, MILL, P1, R1, NotTaken, TracedChain
from trace.usecases.lots.recall_scope import reach_of

WHEN = "22 07:00"
Correct = Callable[[TracedChain], str]


def other_paddy(chain: TracedChain) -> str:
    """The batch was made of R2, it says now."""
    inputs = [{"lot": made.lot(MILL, "R2"), "quantity": made.kg("10000"), "role": "main"}]
    return chain.correct("food.production", made.lot(MILL, "M1"), WHEN, inputs=inputs)


def other_batch(chain: TracedChain) -> str:
    """The pack was filled from P2, it says now."""
    return chain.correct("food.pack", K1, WHEN, fromLot=made.lot(MILL, "P2"))


def other_consignment(chain: TracedChain) -> str:
    """R1 came with C3, it says now."""
    sent = made.lot(FARM, "C3")
    return chain.correct("food.receipt", R1, WHEN, supplierLot=sent, handover=chain.openings[sent])


def another_claim(chain: TracedChain) -> str:
    """R1 was bought on paper, it says now, from nobody in particular."""
    named = {"supplierLot": made.ABSENT, "handover": made.ABSENT, "supplier": made.ABSENT}
    data = {name: value for name, value in chain.stated["food.receipt", R1][2].items() if name not in named}
    code, statement, _ = chain.stated["food.receipt", R1]
    return chain.state(code, "correction", R1, made.a_correction(statement, data), WHEN)


def never_received(chain: TracedChain) -> str:
    """Nothing was received, it says now of what was milled long ago."""
    code, statement, _ = chain.stated["food.receipt", R1]
    data: dict[str, Any] = {"amends": statement, "reason": "没有收到这批货", "withdraws": True}
    return chain.state(code, "correction", R1, data, WHEN)


ESCAPES: tuple[Correct, ...] = (other_paddy, other_batch, other_consignment, another_claim)


def prepared(rice: Any) -> TracedChain:
    """Rice from H1 on its way to a shop in packs, and other goods that it could have been made of."""
    chain: TracedChain = rice.chain
    chain.hand_over(2, 10_000)
    chain.harvest("H3", 10_000)
    chain.ship("C3", 10_000, made.lot(FARM, "H3"), by=FARM, to=MILL, at="06 08:00")
    chain.hand_over(4, 8_000)
    chain.produce("M2", [("R4", 8_000)], [("P2", 6_000)], loss=2_000)
    chain.ship("D1", 1_000, K1, report=rice.report)
    return chain


@pytest.mark.parametrize("first", ["recall", "correction"])
@pytest.mark.parametrize("escape", ESCAPES, ids=lambda one: one.__name__)
def test_what_a_correction_lets_go_of_stays_under_the_recall(rice, escape, first):
    chain = prepared(rice)
    steps = [lambda: chain.recall(H1), lambda: escape(chain)]
    for step in steps if first == "recall" else reversed(steps):
        step()
    assert {lot: chain.order_on(lot) for lot in (P1, K1, D1)} == dict.fromkeys((P1, K1, D1), "recalled")
    with chain.platform.transactions.look() as tx:
        rows = {row: urn for row, urn in tx.connection.exec_driver_sql("SELECT id, urn FROM lot")}  # noqa: C416
        found = reach_of(tx.connection, next(row for row, urn in rows.items() if urn == H1))
    assert {P1, K1, D1} <= {rows[row] for row in found.possible}


def test_goods_in_use_are_not_taken_back(rice):
    chain = prepared(rice)
    chain.recall(H1)
    with pytest.raises(NotTaken, match="WithdrawalTooLate"):
        never_received(chain)


@pytest.mark.parametrize("result", ["not_established", "established"])
def test_an_authoritys_finding_says_what_it_was(rice, result):
    """Found against, the goods are out and say so; found to be so, they are certain and gain no credit."""
    chain = prepared(rice)
    chain.recall(H1)
    correction = other_paddy(chain)
    data = {"about": correction, "result": result, "reason": "现场核查投料记录"}
    chain.state(made.BUREAU, "oversight.finding", made.lot(MILL, "M1"), data, "23 08:00")
    expected = None if result == "not_established" else "recalled"
    assert chain.order_on(K1) == expected
