"""Changes of what a label says: the data of one, and a chain in which several were made."""

from __future__ import annotations

from typing import Any

from tests.builders import facts as made
from tests.builders.chain import Chain, good_chain
from trace.rules import Rules

K1, BATCH = made.lot(made.MILL, "K1"), made.lot(made.MILL, "M20261012A")
STORAGE, COOLER, COOLEST = "阴凉干燥处", "25 ℃ 以下避光", "15 ℃ 以下避光"


def a_change(**changed: Any) -> dict[str, Any]:
    """The storage advice of K1 becomes stricter."""
    stated = {"field": "product.storage", "from": STORAGE, "to": COOLER, "reason": "夏季储存要求调整"}
    return {name: value for name, value in {**stated, **changed}.items() if value is not made.ABSENT}


def relabelled(rules: Rules | None = None) -> Chain:
    """The good chain; then K1 changed, a correction of it, its batch and its product changed."""
    chain = good_chain(rules)
    told = {claims.sub: one for one in chain.told if (claims := one.claims).typ == "food.pack"}
    chain.state("label.change", a_change(), sub=K1)
    again = made.a_correction(told[K1].entry.statement_id, made.a_pack(packedAt="2026-10-13T12:00:00+08:00"))
    chain.state("correction", again, sub=K1)
    phone = {"field": "enterprise.contact", "from": "000-00000004", "to": "000-00000044"}
    chain.state("label.change", a_change(**phone), sub=BATCH)
    chain.state("master.product", made.a_product(storage=COOLER), sub=made.RICE)
    chain.state("label.change", a_change(**{"from": COOLER, "to": COOLEST}), sub=made.RICE)
    chain.state("label.change", a_change(**{"from": COOLEST, "to": STORAGE}), sub=K1)
    more = {"field": "ingredients", "from": ["稻谷"], "to": ["稻谷（上海崇明）"]}
    chain.state("label.change", a_change(**more), sub=K1)
    return chain
