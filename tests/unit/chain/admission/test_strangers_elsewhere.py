"""What somebody says of another's goods, things or powers in another log has no effect here."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import activation
from tests.builders.chain import GROWER, PROCESSOR, Chain, good_chain
from trace.chain.admission import Door
from trace.chain.effects import Mark

ELSEWHERE = "other.example/food"
H1, K2 = made.lot(made.COOPERATIVE, "H1"), made.lot(made.MILL, "K2")


FAILED = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
SAID: list[tuple[str, Any, dict[str, Any]]] = [
    ("lab.report", lambda _: made.a_report(lot=K2, items=FAILED, conclusion="fail"), {}),
    ("code.activate", activation, {"at": "2026-10-16T08:00:00+08:00"}),
    ("code.void", lambda _: {"lot": K2, "reason": "停用"}, {}),
    ("farm.certificate", lambda _: made.a_certificate(lot=H1), {"roles": GROWER}),
    (
        "master.party",
        lambda _: made.a_party(name="别人的名字"),
        {"sub": made.uscc(made.MILL), "at": "2026-10-16T08:00:00+08:00"},
    ),
    ("oversight.hold", lambda _: orders.a_hold(K2), {"sub": "urn:case:1"}),
    ("oversight.recall", lambda _: orders.a_recall(K2), {"sub": "urn:case:1"}),
    (
        "oversight.finding",
        lambda chain: {
            "about": next(one.entry.statement_id for one in chain.entries if one.typ == "food.receipt"),
            "result": "not_established",
            "reason": "查无此事，予以排除",
        },
        {"sub": "urn:case:1"},
    ),
    (
        "dispute.open",
        lambda chain: {
            "about": [next(one.entry.statement_id for one in chain.entries if one.typ == "food.pack")],
            "field": "quantity",
            "claimed": "1 kg",
            "other": "2 kg",
            "reason": "数量不对，请核实",
        },
        {"sub": K2},
    ),
]


def rows(chain: Chain) -> tuple[object, ...]:
    known = chain.known
    tables = (
        known.lots,
        known.links,
        known.claims,
        known.formers,
        known.parties,
        known.disputes,
        known.codes,
    )
    return (*(dict(table) for table in tables), dict(known.codes))


@pytest.mark.parametrize(("typ", "data", "how"), SAID, ids=[typ for typ, _, _ in SAID])
def test_a_strangers_word_in_another_log_changes_nothing_here(typ, data, how) -> None:
    chain = good_chain()
    before = rows(chain)
    given = {"by": made.TOFU, "roles": PROCESSOR, "log": ELSEWHERE, "door": Door.CARRIED, **how}
    effects = chain.state(typ, data(chain), **given)
    assert rows(chain) == before
    marks = [change for change in effects.changes if isinstance(change, Mark)]
    assert [(mark.code, mark.lot, mark.gates) for mark in marks] == [("admitted-under-edition-1", None, ())]
