"""Facts of finished goods: tested, packed, shipped.

Law: 食品安全法 §51, §52 (release test, ten fields of an outgoing record);
《预包装食品追溯二维码赋码工作指引》 (four groups behind a code).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.code import Serials, serials
from trace.chain.facts.food import Proof, read_proof
from trace.chain.facts.handovers import TO_PARTY, addressed
from trace.chain.facts.photos import Photo, photos
from trace.chain.facts.reading import Shape, Unfit, many, one_of, read_day, read_instant, read_quantity, whole
from trace.chain.facts.temperature import Temperature, read_temperature
from trace.chain.identifiers import GTIN
from trace.chain.needs import Needs
from trace.codes.platform_code import SCOPE as PLATFORM_SCOPE
from trace.codes.serials import gtin_scope
from trace.parties import GROWER, LAB, OPERATORS, PROCESSOR, REGULATORS
from trace.quantities import Quantity


@dataclass(frozen=True, slots=True)
class TestItem:
    __test__ = False  # not a test case, whatever pytest thinks of the name
    name: str
    value: str
    verdict: str
    method: str | None = None
    limit: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ReportFile:
    sha256: str
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIssued(Fact):
    report_no: str
    lot: str
    purpose: str
    sampled_at: datetime
    tested_at: datetime
    items: tuple[TestItem, ...]
    conclusion: str
    standard: str | None = None
    cma: str | None = None
    file: ReportFile | None = None
    reporter: str | None = None
    reviewer: str | None = None
    hazard: str = "ordinary"
    basis: str | None = None
    photos: tuple[Photo, ...] = ()

    def needs(self) -> Needs:
        basis = frozenset((self.basis,) if self.basis else ())
        return Needs(lots=frozenset((self.lot,)), statements=basis, records=basis)


@dataclass(frozen=True, slots=True)
class LabelEnterprise:
    name: str | None = None
    address: str | None = None
    contact: str | None = None
    business_licence: str | None = None
    sc_no: str | None = None


@dataclass(frozen=True, slots=True)
class LabelProduct:
    name: str | None = None
    spec: str | None = None
    standard: str | None = None
    shelf_life: str | None = None
    storage: str | None = None


@dataclass(frozen=True, slots=True)
class LabelRelease:
    conclusion: str | None = None
    report: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """The four groups that the code must show; what is empty is R20's business, not the parser's."""

    enterprise: LabelEnterprise = LabelEnterprise()
    ingredients: tuple[str, ...] = ()
    additives: tuple[str, ...] = ()
    product: LabelProduct = LabelProduct()
    release: LabelRelease = LabelRelease()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsPacked(Fact):
    lot: str
    from_lot: str
    product: str
    batch_no: str
    quantity: Quantity
    packs: Quantity
    net_content: Quantity
    production_date: date
    expiry_date: date
    code_level: str
    packed_at: datetime
    label: Label
    gtin: str | None = None
    lb_no: str | None = None
    place: str | None = None
    serials: Serials | None = None
    principal: str | None = None
    photos: tuple[Photo, ...] = ()

    @property
    def scope(self) -> str:
        """The scope of its serials' counters: the GTIN's, or the platform's own for goods without one."""
        return PLATFORM_SCOPE if self.gtin is None else gtin_scope(self.gtin)

    def needs(self) -> Needs:
        coded = self.serials is not None
        return Needs(
            lots=frozenset((self.lot, self.from_lot)),
            coded=frozenset((self.lot,) if coded else ()),
            scopes=frozenset((self.scope,) if coded else ()),
            products=frozenset((self.product, *((GTIN + self.gtin.zfill(14),) if self.gtin else ()))),
            licences=frozenset((licence_of(self.lb_no),) if self.lb_no else ()),
        )


@dataclass(frozen=True, slots=True)
class WayBack:
    """The order under which stopped goods travel back; `salt` shows that the receiver is the one it names."""

    order: str
    salt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsShipped(Fact):
    lot: str
    from_lot: str
    quantity: Quantity
    shipped_at: datetime
    packs: Quantity | None = None
    receiver: str | None = None
    receiver_name: str | None = None
    receiver_address: str | None = None
    receiver_contact: str | None = None
    release_report: str | None = None
    vehicle: str | None = None
    to: str = TO_PARTY
    place: str | None = None
    way_back: WayBack | None = None
    temperature: Temperature | None = None

    def needs(self) -> Needs:
        return Needs(
            records=frozenset((self.way_back.order,) if self.way_back else ()),
            lots=frozenset((self.lot, self.from_lot)),
            gated=frozenset((self.from_lot,)),
            statements=frozenset((self.release_report,) if self.release_report else ()),
            handovers=frozenset((self.lot,)),
            claims=frozenset((self.lot,)),
        )


DESTROYED: Final = "destroyed"
DONATED: Final = "donated"
"""Goods that were given to somebody who will eat them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsDisposed(Fact):
    """`receiver_name` and the rest: who was given goods, concealed; a recall has to find them."""

    lot: str
    quantity: Quantity
    manner: str
    proof: Proof
    receiver_name: str | None = None
    receiver_address: str | None = None
    receiver_contact: str | None = None

    def needs(self) -> Needs:
        lot = frozenset((self.lot,))
        return Needs(lots=lot, gated=lot if self.manner == DONATED else frozenset())


def licence_of(licence_no: str) -> str:
    """The urn of the licence that a mark number on a pack stands for."""
    return f"urn:licence:{licence_no}"


def _maybe(value: object) -> str | None:
    """Label text that may be missing or empty: an empty string counts as missing."""
    if type(value) is not str or len(value) > 500:
        raise Unfit("text of 0 to 500 characters")
    return value.strip() or None


_item = Shape(
    TestItem,
    {"name": urns.name, "value": urns.name, "verdict": one_of("pass", "fail")},
    {"method": urns.name, "limit": urns.name, "unit": urns.number},
)
_file = Shape(
    ReportFile,
    {"sha256": urns.digest, "mediaType": urns.name, "bytes": whole(1, 2**40)},
)
_label = Shape(
    Label,
    {},
    {
        "enterprise": Shape(
            LabelEnterprise,
            {},
            dict.fromkeys(("name", "address", "contact", "businessLicence", "scNo"), _maybe),
        ),
        "ingredients": many(urns.name, high=100),
        "additives": many(urns.name, high=100),
        "product": Shape(
            LabelProduct, {}, dict.fromkeys(("name", "spec", "standard", "shelfLife", "storage"), _maybe)
        ),
        "release": Shape(LabelRelease, {}, {"conclusion": _maybe, "report": urns.statement_id}),
    },
)

REPORT = Kind(
    "lab.report",
    ReportIssued,
    {
        "reportNo": urns.number,
        "lot": urns.lot_urn,
        "purpose": one_of("release", "incoming", "certificate", "sampling", "retained"),
        "sampledAt": read_instant,
        "testedAt": read_instant,
        "items": many(_item, 1),
        "conclusion": one_of("pass", "fail"),
    },
    {
        "standard": urns.line,
        "cma": urns.number,
        "file": _file,
        "reporter": urns.name,
        "reviewer": urns.name,
        "hazard": one_of("ordinary", "urgent"),
        "basis": urns.statement_id,
        "photos": photos,
    },
    subject="lot",
    private=frozenset({"reporter", "reviewer"}),
    # 自行检测: the one who makes it may test it and says so
    stated_by=REGULATORS | {LAB, PROCESSOR, GROWER},
    over_at="tested_at",
    span=("sampled_at", "tested_at"),
    correctable=True,
    noted_as="report",
    agri=True,
    timeline="test",
)
PACK = Kind(
    "food.pack",
    GoodsPacked,
    {
        "lot": urns.lot_urn,
        "fromLot": urns.lot_urn,
        "product": urns.product_urn,
        "batchNo": urns.batch_number,
        "quantity": read_quantity,
        "packs": read_quantity,
        "netContent": read_quantity,
        "productionDate": read_day,
        "expiryDate": read_day,
        "codeLevel": urns.code_level,
        "packedAt": read_instant,
        "label": _label,
    },
    {
        "gtin": urns.gtin_digits,
        "lbNo": urns.number,
        "place": urns.place_urn,
        "serials": serials,
        "principal": urns.party_urn,
        "photos": photos,
    },
    subject="lot",
    stated_by=OPERATORS,
    over_at="packed_at",
    span=("production_date", "expiry_date"),
    correctable=True,
    timed=True,
    timeline="pack",
)
SHIPMENT = Kind(
    "food.shipment",
    GoodsShipped,
    {
        "lot": urns.lot_urn,
        "fromLot": urns.lot_urn,
        "quantity": read_quantity,
        "shippedAt": read_instant,
    },
    {
        "packs": read_quantity,
        "receiver": urns.party_urn,
        "receiverName": urns.name,
        "receiverAddress": urns.line,
        "receiverContact": urns.line,
        "releaseReport": urns.statement_id,
        "vehicle": urns.name,
        "to": addressed,
        "place": urns.place_urn,
        "wayBack": Shape(WayBack, {"order": urns.statement_id}, {"salt": urns.salt}),
        "temperature": read_temperature,
    },
    subject="lot",
    private=frozenset({"receiver", "receiverName", "receiverAddress", "receiverContact", "vehicle"}),
    stated_by=OPERATORS,
    over_at="shipped_at",
    correctable=True,
    timed=True,
    agri=True,
    timeline="shipment",
    behind="code.aggregate",
)
DISPOSAL = Kind(
    "food.disposal",
    GoodsDisposed,
    {
        "lot": urns.lot_urn,
        "quantity": read_quantity,
        "manner": one_of(DESTROYED, DONATED, "sampled", "expired"),
        "proof": read_proof,
    },
    {"receiverName": urns.name, "receiverAddress": urns.line, "receiverContact": urns.line},
    subject="lot",
    private=frozenset({"receiverName", "receiverAddress", "receiverContact"}),
    stated_by=OPERATORS,
    correctable=True,
    noted_as="disposal",
    timeline="disposal",
    of_that_lot=True,
    behind="food.refusal",
)
