"""Facts of master data: parties, places, products, licences; each signer's newest about a urn stands.

Law: 沪府令33号 §12 (electronic file of an operator); 绿色食品标志管理办法 (licence, approved output).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.food import ShelfLife, shelf_life
from trace.chain.facts.photos import Photo, Story, photos, story
from trace.chain.facts.reading import Reader, Shape, many, one_of, read_day, read_quantity, whole
from trace.chain.identifiers import CMA, GTIN, PREFIX, VALID, is_prefix
from trace.chain.needs import Needs
from trace.parties import AUTHORITIES, EVERY_SIDE, OPERATORS, PLATFORM, REGISTRAR, WITNESS
from trace.quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyStated(Fact):
    name: str
    kind: str
    roles: tuple[str, ...]
    region: str
    address: str | None = None
    sc_no: str | None = None
    gf_code: str | None = None
    gln: str | None = None
    cma: str | None = None
    licence_no: str | None = None
    contact: str | None = None
    legal_person: str | None = None

    def needs(self) -> Needs:
        return Needs(parties=frozenset((self.sub,)), prefixed=_numbers(self.gln))


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a plot: `at` is its direction in the sketch, in degrees clockwise from above."""

    at: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceStated(Fact):
    name: str
    kind: str
    region: str
    area_mu: Decimal | None = None
    crop: str | None = None
    variety: str | None = None
    grid: str | None = None
    gln: str | None = None
    outline: tuple[tuple[str, ...], ...] = ()
    sketch: tuple[tuple[int, ...], ...] = ()  # the shape alone, for everybody: 0..1000, turned and scaled
    north: int | None = None  # where north is in the sketch: its grower lets everybody know how it lies
    village: str | None = None  # named by its grower for everybody; the region says it to authorities alone
    beside: tuple[Beside, ...] = ()
    holder: str | None = None  # whose it is, as a bureau says
    workers: tuple[str, ...] = ()  # whose work on it counts, as the holder says
    photos: tuple[Photo, ...] = ()
    story: Story | None = None

    def needs(self) -> Needs:
        return Needs(places=frozenset((self.sub,)), prefixed=_numbers(self.gln))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductStated(Fact):
    name: str
    spec: str
    net_content: Quantity | None = None
    gtin: str | None = None
    case_gtin: str | None = None
    category: str | None = None
    standard: str | None = None
    shelf_life: ShelfLife | None = None
    storage: str | None = None
    ingredients: tuple[str, ...] = ()
    additives: tuple[str, ...] = ()
    lb_no: str | None = None
    yield_from: str | None = None
    packers: tuple[str, ...] = ()  # who else packs under its number, as the holder of that says
    photos: tuple[Photo, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The GTINs that it speaks of, as 14 digits."""
        named = (
            self.sub.removeprefix(GTIN) if self.sub.startswith(GTIN) else None,
            self.gtin,
            self.case_gtin,
        )
        return tuple(dict.fromkeys(one.zfill(14) for one in named if one is not None))

    def needs(self) -> Needs:
        numbers = frozenset(self.numbers)
        products = numbers_as_urns(self.numbers) | {self.sub}
        return Needs(products=products, prefixed=numbers, unproven=numbers if self.packers else frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceStated(Fact):
    """`packed_before` was packed under it in the licence year of `opening_at`, before that day.

    Of a company prefix `number` is its digits; `evidence` is what GS1 says of one that another country gives.
    """

    kind: str
    number: str
    holder: str
    product_names: tuple[str, ...]
    valid_from: date
    valid_to: date
    status: str
    approved_output: Quantity | None = None
    gf_code: str | None = None
    packed_before: Quantity | None = None
    opening_at: date | None = None
    evidence: str | None = None

    def needs(self) -> Needs:
        prefix = _numbers(self.number if self.kind == PREFIX and is_prefix(self.number) else None)
        doubted = frozenset((self.number,) if self.kind == CMA else ())
        ended = frozenset((self.holder,) if self.kind == CMA and self.status != VALID else ())
        held = frozenset((self.sub,))
        return Needs(licences=held, holders=ended, unproven=prefix, doubted=doubted, accredits=ended)


def _numbers(number: str | None) -> frozenset[str]:
    return frozenset((number,) if number is not None else ())


def numbers_as_urns(numbers: Iterable[str]) -> frozenset[str]:
    """GTINs as names of products."""
    return frozenset(GTIN + one.zfill(14) for one in numbers)


def _decimal(value: object) -> Decimal:
    return Decimal(urns.decimal_text(value))


_pair = many(urns.decimal_text, 2, 2)
_point = many(whole(0, 1000), 2, 2)
_beside = Shape(
    Beside,
    {
        "at": whole(0, 359),
        "what": one_of("road", "path", "water", "field", "trees", "village", "greenhouse", "yard"),
    },
)
_texts: dict[str, Reader[str]] = {
    "address": urns.line,
    "scNo": urns.number,
    "gfCode": urns.number,
    "gln": urns.gln_digits,
    "cma": urns.number,
    "licenceNo": urns.number,
    "contact": urns.line,
    "legalPerson": urns.name,
}

PARTY = Kind(
    "master.party",
    PartyStated,
    {
        "name": urns.name,
        "kind": one_of(
            "farm_enterprise",
            "cooperative",
            "family_farm",
            "smallholder",
            "company",
            "institution",
            "government",
            "lab",
        ),
        "roles": many(urns.number, 1, 20),
        "region": urns.region_code,
    },
    _texts,
    subject=urns.party_urn,
    private=frozenset({"contact", "legalPerson"}),
    personal=frozenset({"address"}),
    open_to_all=True,
    stated_by=EVERY_SIDE | {REGISTRAR, PLATFORM, WITNESS},
    agri=True,
)
PLACE = Kind(
    "master.place",
    PlaceStated,
    {
        "name": urns.name,
        "kind": one_of("plot", "silo", "workshop", "warehouse", "shop", "canteen"),
        "region": urns.region_code,
    },
    {
        "areaMu": _decimal,
        "crop": urns.name,
        "variety": urns.name,
        "grid": urns.number,
        "gln": urns.gln_digits,
        "outline": many(_pair, 3),
        "sketch": many(_point, 3, 24),
        "north": whole(0, 359),
        "village": urns.name,
        "beside": many(_beside, 0, 8),
        "holder": urns.party_urn,
        "workers": many(urns.party_urn, high=200),
        "photos": photos,
        "story": story,
    },
    subject=urns.place_urn,
    private=frozenset({"grid", "outline"}),
    coarse=frozenset({"areaMu"}),
    open_to_all=True,
    stated_by=OPERATORS | AUTHORITIES,
    agri=True,
)
PRODUCT = Kind(
    "master.product",
    ProductStated,
    {"name": urns.name, "spec": urns.name},
    {
        "netContent": read_quantity,
        "gtin": urns.gtin_digits,
        "caseGtin": urns.gtin_digits,
        "category": urns.number,
        "standard": urns.name,
        "shelfLife": shelf_life,
        "storage": urns.line,
        "ingredients": many(urns.name, high=100),
        "additives": many(urns.name, high=100),
        "lbNo": urns.number,
        "yieldFrom": urns.number,
        "packers": many(urns.party_urn, high=200),
        "photos": photos,
    },
    subject=urns.product_urn,
    open_to_all=True,
    stated_by=OPERATORS | AUTHORITIES,
    agri=True,
)
_LICENCE_NEEDED: Mapping[str, Reader[object]] = {
    "kind": one_of("green_mark", "food_production", "organic", "geographical_indication", CMA, PREFIX),
    "number": urns.number,
    "holder": urns.party_urn,
    "productNames": many(urns.name),
    "validFrom": read_day,
    "validTo": read_day,
    "status": one_of(VALID, "cancelled"),
}
LICENCE = Kind(
    "master.licence",
    LicenceStated,
    _LICENCE_NEEDED,
    {
        "approvedOutput": read_quantity,
        "gfCode": urns.number,
        "packedBefore": read_quantity,
        "openingAt": read_day,
        "evidence": urns.line,
    },
    subject=urns.licence_urn,
    open_to_all=True,
    stated_by=AUTHORITIES,
    span=("valid_from", "valid_to"),
    agri=True,
)
