"""Two firms whose systems name goods alike: the mill makes them of RICE-A, the bean curd maker uses them."""

from __future__ import annotations

from typing import Any, Final

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.chain import BUREAU, Chain
from trace.chain.admission.gates import ORDERS, TESTS, spreads
from trace.chain.admission.marks_above import Spread, marks_above
from trace.chain.interchange.names import lot_name

RICE: Final = made.lot(made.MILL, "RICE-A")
MADE: Final = "urn:epc:class:lgtin:4012345.088888.C1"
CURD: Final = lot_name(MADE, "")
"""The lot that the bean curd maker makes."""
NAMES: Final = (
    "urn:epc:class:lgtin:4012345.077777.R1",
    "https://example.com/01/09521234100034/10/R%2F1",
    "urn:epc:id:sgtin:4012345.077777.7",
    "urn:epc:id:sscc:0614141.1234567890",
    "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
)
"""Names of the mill's goods: of a batch, of nobody's prefix and of the mill's; an item, a case, anything."""
CASE: Final = "urn:sscc:095212341000000010"
PALLET: Final = "urn:sscc:095212341000000034"
SHIP: Final = "urn:sscc:095212341000000041"
CASES: Final = {
    CASE: "urn:epc:id:sscc:952123410.00000001",
    PALLET: "https://example.com/00/095212341000000034",
    SHIP: "urn:epc:id:sscc:952123410.00000004",
}
"""A case of ours, the pallet that it stands on and the container around it, as other systems name them."""
SPREAD: Final = Spread(spreads, ORDERS, TESTS)


def event(kind: str, at: str = "2026-10-14T09:00:00Z", **parts: Any) -> dict[str, Any]:
    return {"event": {"type": kind, "eventTime": at, "eventTimeZoneOffset": "+00:00", **parts}}


def amounts(*names: str) -> list[dict[str, Any]]:
    return [{"epcClass": name, "quantity": 10, "uom": "KGM"} for name in names]


def milled(
    inputs: str | None, outputs: str | None, at: str = "2026-10-14T09:00:00Z", **more: Any
) -> dict[str, Any]:
    lists = {"inputQuantityList": inputs, "outputQuantityList": outputs}
    stated = {name: amounts(one) for name, one in lists.items() if one is not None}
    return event("TransformationEvent", at, **stated, **more)


def seen(name: str, action: str = "OBSERVE", step: str = "storing") -> dict[str, Any]:
    return event("ObjectEvent", action=action, bizStep=step, quantityList=amounts(name))


def tell(chain: Chain, by: str, data: dict[str, Any]) -> None:
    chain.state("epcis.event", data, by=by, sub=f"urn:x:{len(chain.entries)}")


def recall(chain: Chain, lot: str = RICE) -> None:
    chain.state("oversight.recall", orders.a_recall(lot), by=made.BUREAU, roles=BUREAU, sub="urn:case:1")


def happen(chain: Chain, name: str, sequence: str) -> None:
    """The mill makes goods of this name, they are used up, RICE-A is recalled: in any order."""
    for step in sequence.split():
        if step == "made":
            tell(chain, made.MILL, milled(RICE, name))
        elif step == "used":
            tell(chain, made.TOFU, milled(name, MADE, "2026-10-15T09:00:00Z"))
        else:
            recall(chain)


def cased(chain: Chain) -> None:
    """24 packs of K1 go into a case, the case onto a pallet, the pallet into a container."""
    chain.state("code.aggregate", made.an_aggregation(), sub=CASE)
    on = made.an_aggregation(container=PALLET, items=made.ABSENT, containers=[CASE])
    chain.state("code.aggregate", on, sub=PALLET)
    shipped = made.an_aggregation(container=SHIP, items=made.ABSENT, containers=[PALLET])
    chain.state("code.aggregate", shipped, sub=SHIP)


def uncased(chain: Chain) -> None:
    chain.state("code.aggregate", made.an_aggregation(action="remove"), sub=CASE)


def orders_on(chain: Chain, urn: str = CURD) -> list[str]:
    """Codes of the orders that come down to a lot."""
    return [mark.code for _, mark in marks_above(chain.known, chain.known.lots[urn].id, SPREAD)]
