"""Facts of the farm: operations on plots, inputs, harvests, certificates.

Law: 农产品质量安全法 §27 (records), §29 (interval before harvest); 农业农村部令2025年第4号 (certificate).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.handovers import addressed
from trace.chain.facts.photos import Photo, photos
from trace.chain.facts.reading import (
    Shape,
    many,
    one_of,
    read_day,
    read_instant,
    read_quantity,
    text_of,
    whole,
)
from trace.chain.needs import Needs
from trace.parties import GROWER, PROCESSOR
from trace.quantities import Quantity


@dataclass(frozen=True, slots=True)
class FarmInput:
    """An input as its label says: registration number, dose, days before harvest."""

    name: str
    reg_no: str
    source: str
    dose: str
    method: str
    substance: str | None = None
    phi_days: int | None = None
    label_snapshot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationDone(Fact):
    plot: str
    crop: str
    operation: str
    used_on: date
    input: FarmInput | None = None
    stopped_on: date | None = None
    target: str | None = None
    operator: str | None = None

    def needs(self) -> Needs:
        plot = frozenset((self.plot,))
        return Needs(places=plot, harvested=plot)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotHarvested(Fact):
    lot: str
    product_name: str
    crop: str
    plots: tuple[str, ...]
    quantity: Quantity
    harvested_from: datetime
    harvested_to: datetime
    product: str | None = None
    variety: str | None = None
    place: str | None = None
    photos: tuple[Photo, ...] = ()

    def needs(self) -> Needs:
        products = frozenset((self.product,) if self.product else ())
        return Needs(lots=frozenset((self.lot,)), places=frozenset(self.plots), products=products)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(Fact):
    cert_no: str
    lot: str
    product_name: str
    quantity: Quantity
    origin: str
    basis: str
    style: str
    issued_at: datetime
    report: str | None = None
    contact: str | None = None
    consignment: str | None = None
    to: str | None = None
    place: str | None = None

    def needs(self) -> Needs:
        lot = frozenset((self.lot,))
        sent = frozenset((self.consignment,) if self.consignment else ())
        return Needs(
            lots=lot | sent,
            gated=lot,
            statements=frozenset((self.report,) if self.report else ()),
            handovers=sent,
            claims=sent,
        )


_input = Shape(
    FarmInput,
    {
        "name": urns.name,
        "regNo": urns.number,
        "source": urns.line,
        "dose": urns.line,
        "method": urns.line,
    },
    {"substance": urns.name, "phiDays": whole(0, 400), "labelSnapshot": text_of(1, 4000)},
)

OPERATION = Kind(
    "farm.operation",
    OperationDone,
    {
        "plot": urns.place_urn,
        "crop": urns.name,
        "operation": one_of("sow", "transplant", "fertilise", "irrigate", "spray", "weed", "other"),
        "usedOn": read_day,
    },
    {"input": _input, "stoppedOn": read_day, "target": urns.line, "operator": urns.name},
    subject="plot",
    private=frozenset({"operator"}),
    stated_by=frozenset({GROWER}),
    span=("used_on", "stopped_on"),
    correctable=True,
    noted_as="operation",
    agri=True,
    timeline="operation",
)
HARVEST = Kind(
    "farm.harvest",
    LotHarvested,
    {
        "lot": urns.lot_urn,
        "productName": urns.name,
        "crop": urns.name,
        "plots": many(urns.place_urn, 1),
        "quantity": read_quantity,
        "harvestedFrom": read_instant,
        "harvestedTo": read_instant,
    },
    {"product": urns.product_urn, "variety": urns.name, "place": urns.place_urn, "photos": photos},
    subject="lot",
    stated_by=frozenset({GROWER}),
    over_at="harvested_to",
    span=("harvested_from", "harvested_to"),
    correctable=True,
    timed=True,
    agri=True,
    timeline="harvest",
)
CERTIFICATE = Kind(
    "farm.certificate",
    CertificateIssued,
    {
        "certNo": urns.number,
        "lot": urns.lot_urn,
        "productName": urns.name,
        "quantity": read_quantity,
        "origin": urns.line,
        "basis": urns.number,
        "style": one_of("producer", "mixer"),
        "issuedAt": read_instant,
    },
    {
        "report": urns.statement_id,
        "contact": urns.line,
        "consignment": urns.lot_urn,
        "to": addressed,
        "place": urns.place_urn,
    },
    subject="lot",
    # style 样式二 is issued by the buyer who mixes or re-packs (农业农村部令2025年第4号)
    stated_by=frozenset({GROWER, PROCESSOR}),
    private=frozenset({"buyer", "contact"}),
    over_at="issued_at",
    correctable=True,
    noted_as="certificate",
    agri=True,
    timeline="certificate",
)
