"""Facts of the processor: goods received, merged, split, made.

Law: 食品安全法 §50 (nine fields of 进货查验), §46 (control of what goes in).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.handovers import HandoverOpened, only_true, opened
from trace.chain.facts.reading import (
    Shape,
    converted,
    many,
    one_of,
    read_day,
    read_instant,
    read_quantity,
    whole,
)
from trace.chain.facts.temperature import Temperature, read_temperature
from trace.chain.needs import Needs
from trace.parties import OPERATORS
from trace.quantities import Quantity

CONTACT_MATERIAL: Final = "contact_material"
"""食品相关产品 (packaging, containers, tools): received and used like any lot, and no part of the food."""
INPUT_ROLES: Final = ("main", "auxiliary", "additive", "rework", CONTACT_MATERIAL)


@dataclass(frozen=True, slots=True)
class ShelfLife:
    value: int
    unit: str  # day | month


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof that came with goods: a digital certificate, a report, or paper kept in a file."""

    kind: str
    ref: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    quantity: Quantity
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An amount taken from a lot; `role` matters in a production only."""

    lot: str
    quantity: Quantity
    role: str = "main"


@dataclass(frozen=True, slots=True)
class Output:
    """A lot that came out; `kind` is product, by_product, wip or rework."""

    lot: str
    product_name: str
    quantity: Quantity
    product: str | None = None
    kind: str = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialReceived(Fact):
    lot: str
    product_name: str
    quantity: Quantity
    role: str
    received_at: datetime
    proofs: tuple[Proof, ...]
    product: str | None = None
    spec: str | None = None
    supplier_lot: str | None = None
    supplier: str | None = None
    supplier_name: str | None = None
    supplier_address: str | None = None
    supplier_contact: str | None = None
    batch_no: str | None = None
    production_date: date | None = None
    shelf_life: ShelfLife | None = None
    place: str | None = None
    handover: HandoverOpened | None = None
    returns: str | None = None
    through: bool = False
    complete: bool = False
    temperature: Temperature | None = None

    @property
    def suppliers(self) -> tuple[str, ...]:
        """Parties that the supplier's lot names publicly; the concealable `supplier` plays no part."""
        if self.supplier_lot is None:
            return ()
        owner = urns.lot_owner(self.supplier_lot)
        return (f"urn:uscc:{owner}", f"urn:party:{owner}")

    def needs(self) -> Needs:
        named = {self.supplier_lot, self.returns, self.handover.stmt if self.handover else None}
        lots = (self.lot, self.supplier_lot) if self.supplier_lot else (self.lot,)
        return Needs(
            lots=frozenset(lots),
            holders=frozenset(self.suppliers),
            handovers=frozenset(name for name in named if name is not None),
            statements=frozenset((self.handover.stmt,) if self.handover else ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsMerged(Fact):
    inputs: tuple[Taken, ...]
    output: Output
    started_at: datetime
    finished_at: datetime
    loss: Loss | None = None
    place: str | None = None
    principal: str | None = None

    @property
    def lot(self) -> str:
        return self.output.lot

    def needs(self) -> Needs:
        poured = frozenset(taken.lot for taken in self.inputs)
        return Needs(lots=poured | {self.output.lot}, vouched=poured, products=_products((self.output,)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSplit(Fact):
    input: Taken
    outputs: tuple[Output, ...]
    started_at: datetime
    finished_at: datetime
    principal: str | None = None

    @property
    def lot(self) -> str:
        return self.input.lot

    def needs(self) -> Needs:
        taken = frozenset((self.input.lot,))
        return Needs(
            lots=taken.union(output.lot for output in self.outputs),
            vouched=taken,
            products=_products(self.outputs),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchProduced(Fact):
    batch: str
    inputs: tuple[Taken, ...]
    outputs: tuple[Output, ...]
    started_at: datetime
    finished_at: datetime
    production_date: date
    loss: Loss | None = None
    yield_of: str | None = None
    place: str | None = None
    principal: str | None = None

    def needs(self) -> Needs:
        poured = frozenset(taken.lot for taken in self.inputs)
        return Needs(
            lots=poured.union([self.batch], (output.lot for output in self.outputs)),
            vouched=poured,
            products=_products(self.outputs),
        )


def _products(outputs: Iterable[Output]) -> frozenset[str]:
    return frozenset(output.product for output in outputs if output.product is not None)


shelf_life = Shape(ShelfLife, {"value": whole(1, 3650), "unit": one_of("day", "month")})
read_proof = Shape(
    Proof, {"kind": one_of("certificate", "report", "paper")}, {"ref": urns.line, "sha256": urns.digest}
)
_loss = Shape(Loss, {"quantity": read_quantity, "reason": urns.line})
_part = {"lot": urns.lot_urn, "quantity": read_quantity}
_made = {"lot": urns.lot_urn, "productName": urns.name, "quantity": read_quantity}
_span = {"startedAt": read_instant, "finishedAt": read_instant}


@dataclass(frozen=True, slots=True)
class _Part:
    lot: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class _Single:
    lot: str
    product_name: str
    quantity: Quantity
    product: str | None = None


_read_part = Shape(_Part, _part)
_read_single = Shape(_Single, _made, {"product": urns.product_urn})


_taken = converted(_read_part, lambda part: Taken(part.lot, part.quantity))
_output = converted(_read_single, lambda one: Output(one.lot, one.product_name, one.quantity, one.product))


RECEIPT = Kind(
    "food.receipt",
    MaterialReceived,
    {
        **_made,
        "role": one_of("ingredient", "additive", CONTACT_MATERIAL, "goods"),
        "receivedAt": read_instant,
        "proofs": many(read_proof, high=20),
    },
    {
        "product": urns.product_urn,
        "spec": urns.name,
        "supplierLot": urns.lot_urn,
        "supplier": urns.party_urn,
        "supplierName": urns.name,
        "supplierAddress": urns.line,
        "supplierContact": urns.line,
        "batchNo": urns.number,
        "productionDate": read_day,
        "shelfLife": shelf_life,
        "place": urns.place_urn,
        "handover": opened,
        "returns": urns.statement_id,
        "through": only_true,
        "complete": only_true,
        "temperature": read_temperature,
    },
    subject="lot",
    private=frozenset({"supplierName", "supplierAddress", "supplierContact"}),
    # a grower buys inputs and takes goods back; co-operatives also wash and pack their own produce
    stated_by=OPERATORS,
    over_at="received_at",
    correctable=True,
    timed=True,
    timeline="receipt",
)
MERGE = Kind(
    "food.merge",
    LotsMerged,
    {"inputs": many(_taken, 1), "output": _output, **_span},
    {"loss": _loss, "place": urns.place_urn, "principal": urns.party_urn},
    subject="lot",
    stated_by=OPERATORS,
    over_at="finished_at",
    span=("started_at", "finished_at"),
    correctable=True,
    timeline="merge",
)
SPLIT = Kind(
    "food.split",
    LotSplit,
    {"input": _taken, "outputs": many(_output, 1), **_span},
    {"principal": urns.party_urn},
    subject="lot",
    stated_by=OPERATORS,
    over_at="finished_at",
    span=("started_at", "finished_at"),
    correctable=True,
    timeline="split",
)
PRODUCTION = Kind(
    "food.production",
    BatchProduced,
    {
        "batch": urns.lot_urn,
        "inputs": many(Shape(Taken, {**_part, "role": one_of(*INPUT_ROLES)}), 1, 128),
        "outputs": many(
            Shape(
                Output,
                {**_made, "kind": one_of("product", "by_product", "wip", "rework")},
                {"product": urns.product_urn},
            ),
            0,
            127,
        ),
        **_span,
        "productionDate": read_day,
    },
    {"loss": _loss, "yieldOf": urns.number, "place": urns.place_urn, "principal": urns.party_urn},
    subject="batch",
    stated_by=OPERATORS,
    over_at="finished_at",
    span=("started_at", "finished_at"),
    correctable=True,
    timed=True,
    timeline="production",
    noted_as="loss",
)
