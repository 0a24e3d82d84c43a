"""The mill's good chain up to a point, and how a test says that a statement is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.chain import BUREAU, FOOD_LOG, Chain, good_chain
from trace.errors import Refusal
from trace.parties import OPERATORS, PLATFORM

NOON = datetime(2026, 10, 15, 4, tzinfo=UTC)
R1 = made.lot(made.MILL, "R1")
GAP = [{"rule": "R18", "reason": "磅秤故障，已人工复核"}]


def in_store() -> Chain:
    """H1 received as R1, nothing used yet."""
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.receive(made.a_receipt())
    return chain


def milling(**changed: Any) -> dict[str, Any]:
    """10 000 kg of R1 into 6 800 kg of rice."""
    defaults = {
        "inputs": [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("10000"), "role": "main"}],
        "outputs": [
            {
                "lot": made.lot(made.MILL, "RICE-A"),
                "productName": "大米",
                "quantity": made.kg("6800"),
                "kind": "product",
            }
        ],
        "loss": {"quantity": made.kg("3200"), "reason": "稻壳与米糠"},
    }
    return made.a_production(**{**defaults, **changed})


def refuses(chain: Chain, refusal: type[Refusal], typ: str, data: dict[str, Any], **how: Any) -> Refusal:
    """The statement is refused, and nothing has changed."""
    before = (dict(chain.known.lots), dict(chain.known.statements), dict(chain.known.marks))
    with pytest.raises(refusal) as caught:
        chain.state(typ, data, **how)
    assert (chain.known.lots, chain.known.statements, chain.known.marks) == before
    return caught.value


def milling_of_silo() -> dict[str, Any]:
    return made.a_production(
        batch=made.lot(made.MILL, "M20261014C"),
        inputs=[{"lot": made.lot(made.MILL, "S1"), "quantity": made.kg("8400"), "role": "main"}],
        outputs=[
            {
                "lot": made.lot(made.MILL, "RICE-C"),
                "productName": "大米",
                "quantity": made.kg("5600"),
                "kind": "product",
            }
        ],
        loss=made.ABSENT,
        startedAt="2026-10-14T08:00:00+08:00",
        finishedAt="2026-10-14T11:00:00+08:00",
        productionDate="2026-10-14",
    )


def serials(first: int, count: int, epoch: str = "0") -> dict[str, Any]:
    return {"epoch": epoch, "first": first, "count": count}


def item_chain() -> Chain:
    """K1 with 1 600 item codes, not yet live: the release test stands, the label does not."""
    chain = good_chain(codeLevel="item", serials=serials(0, 1600))
    chain.state("code.void", made.a_void(range={"first": 7, "count": 1}))
    return chain


def received(*lots: tuple[str, dict[str, str]], **more: Any) -> Chain:
    chain = Chain()
    for batch, quantity in lots:
        receipt = made.a_receipt(
            lot=made.lot(made.MILL, batch), quantity=quantity, supplierLot=made.ABSENT, **more
        )
        chain.state("food.receipt", receipt)
    return chain


def chain_time() -> datetime:
    """When the good chain begins."""
    return good_chain().entries[0].occurred_at


def order(chain: Chain, typ: str, *batches: str, matter: str = "案1", owner: str = made.MILL) -> Any:
    lots = [made.lot(owner, batch) for batch in batches]
    form = orders.FORMS.get(typ)
    data = {"matter": matter, "lots": lots} if form is None else form(*lots, matter=matter)
    return chain.state(typ, data, by=made.BUREAU, roles=BUREAU, sub=f"urn:case:{matter}")


def activation(chain: Chain, pack: str = "K2") -> dict[str, Any]:
    report = chain.lot("RICE-A").reports[0].statement_id
    return made.an_activation(lot=made.lot(made.MILL, pack), report=report)


def asked(chain: Chain, data: dict[str, Any], lab: str = made.LAB) -> dict[str, Any]:
    """The report under a commission by the holder of its lot, by a laboratory that is accredited now."""
    accredited = orders.an_accreditation(holder=made.uscc(lab), number=f"23-{lab}")
    chain.state("master.licence", accredited, by=made.BUREAU, roles=BUREAU)
    holder = chain.known.lots[data["lot"]].holder or ""
    commission = orders.a_commission(data["lot"], lab=made.uscc(lab))
    by = {"by": holder.removeprefix("urn:uscc:"), "roles": OPERATORS}
    basis = chain.state("lab.commission", commission, **by).entry.statement_id
    return {**data, "basis": basis}


def second_edition(chain: Chain) -> Chain:
    """The chain, whose log has begun the second edition."""
    begun = {"log": FOOD_LOG, "edition": 2}
    chain.state("platform.edition", begun, sub=FOOD_LOG, roles={PLATFORM}, by=made.BUREAU)
    return chain
