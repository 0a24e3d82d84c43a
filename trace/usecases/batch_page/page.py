"""The batch page as one frozen value: what it shows (赋码工作指引: four groups, nothing private).

Never in it: natural persons, coordinates, buyers, prices, suppliers' quantities. Texts are slugs or what
was signed; the skins word the slugs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import orjson

from trace.chain.doubted_results import ResultDoubt
from trace.usecases.photos.photo import PhotoShown


@dataclass(frozen=True, slots=True)
class Enterprise:
    """企业信息; None where the producer did not state it."""

    name: str | None
    address: str | None
    contact: str | None
    business_licence: str | None
    sc_no: str | None


@dataclass(frozen=True, slots=True)
class ProductShown:
    """出厂产品信息."""

    name: str | None
    spec: str | None
    standard: str | None
    batch_no: str
    production_date: str | None
    expiry_date: str | None
    shelf_life: str | None
    storage: str | None
    net_content: Mapping[str, str] | None
    packs: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class FileShown:
    """The original that a report's record names; `here` once it was uploaded."""

    sha256: str
    media_type: str
    bytes: int
    here: bool


@dataclass(frozen=True, slots=True)
class TestShown:
    """A report on the goods or on what they were made from. `of`: kind of lot tested.

    `doubts`: what it judges to pass and is above a limit, or cannot be held against one.
    """

    __test__ = False  # not a test case

    report_no: str
    purpose: str
    conclusion: str
    of: str
    product_name: str
    tested_on: str
    laboratory: str | None
    standard: str | None
    items: tuple[Mapping[str, str | None], ...]
    statement: str
    file: FileShown | None = None
    doubts: tuple[ResultDoubt, ...] = ()

    @property
    def doubted(self) -> bool:
        """Whether it passes what may be above a limit."""
        return any(doubt.grave for doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class MarkLicence:
    """绿色食品标志; `state`: valid | lapsed | not-yet | cancelled | unknown, on the day of packing."""

    number: str
    state: str
    valid_from: str | None
    valid_to: str | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a harvest: a district, and a village only where its grower named it for everybody.

    `sketch` is the shape of one of its plots as its grower stated it for everybody: points of 0..1000, turned
    and scaled by the grower, so without a place; () where none was stated. `area` is whole 亩. `north`: where
    north is in the sketch, and `beside` what lies where around it, both in degrees clockwise from above.
    """

    region: str
    crop: str | None
    variety: str | None
    harvested_from: str
    harvested_to: str
    sketch: tuple[tuple[int, int], ...] = ()
    area: int | None = None
    village: str | None = None
    north: int | None = None
    beside: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Grower:
    """Photographs and the story of a place where it grew, as far as they may be shown; `name` is a firm's."""

    name: str | None
    region: str
    photos: tuple[PhotoShown, ...]
    story: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the time line. `actor` is None for natural persons. `late_hours`: upload after the fact."""

    kind: str
    day: str
    at: str
    text: str
    actor: str | None
    region: str
    custody: str | None
    statement: str
    log: str
    index: int
    late: bool
    late_hours: int
    detail: Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Signer:
    """A signer of something behind this page, and who held the key."""

    name: str | None
    roles: tuple[str, ...]
    custody: str
    statements: int


@dataclass(frozen=True, slots=True)
class ProofShown:
    """The witnesses of the pack's statement: `state` cosigned | pending."""

    state: str
    present: int
    needed: int
    witnesses: tuple[tuple[str, str], ...]
    existed_by: str | None
    tree_size: int | None


@dataclass(frozen=True, slots=True)
class MarkShown:
    """A recorded inconvenience on the lot or above it; `declared` is the signer's reason (a named gap)."""

    rule: str
    code: str
    on: str
    product_name: str
    gates: tuple[str, ...]
    declared: str | None
    own: bool


@dataclass(frozen=True, slots=True)
class Freshness:
    """The recall status that the market bureau last signed.

    `state`: none, older, stale, incomplete or clear.

    `older`: from before the lot was logged. `incomplete`: parts are missing. `hours`: the age from which
    a status is stale.
    """

    state: str = "none"
    as_of: str | None = None
    hours: int = 2


@dataclass(frozen=True, slots=True)
class LabelEntry:
    """A change of what the page says: `kind` change | correction, `field` such as product.storage or batchNo.

    `effective` is False for a change of a text that a later correction took away. `signer` is None for
    natural persons; who typed it is on no page.
    """

    kind: str
    field: str
    before: str | None
    after: str | None
    reason: str
    effective: bool
    occurred_at: str
    logged_at: str
    signer: str | None
    custody: str | None
    statement: str
    log: str
    index: int


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A pack in the choice behind a product's code; `day` of production where it is stated.

    `digest` names it where its batch number does not suffice, `lot` is its row.
    """

    batch_no: str
    day: str | None
    state: str
    digest: str = ""
    lot: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class OrderShown:
    """A hold or recall as it was signed; None where it does not say. `kind`: hold | recall.

    `own` is an order on these very goods, else on `product_name` in them; `codes_only` one on some of its
    codes. `completed`: its duties are done, its warning stays.
    """

    kind: str
    by_firm: bool
    by: str | None
    on: str
    matter: str | None
    level: str | None
    reason: str | None
    advice: str | None
    return_to: str | None
    function: str | None
    phone: str | None
    until: str | None
    product_name: str
    own: bool
    codes_only: bool
    completed: bool
    statement: str


@dataclass(frozen=True, slots=True)
class PackListed:
    """One of several packs under a key, for the reader to choose by the day of packing.

    `shown` is the one that the page is about; `foreign` one of another firm than the key's.
    """

    digest: str
    packed_on: str
    production_date: str | None
    expiry_date: str | None
    state: str
    shown: bool
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A notice to consumers that an authority has released about these goods."""

    number: str
    authority: str
    title: str
    text: str
    released_on: str
    kind: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchPage:
    lot: str
    gtin: str | None
    batch_no: str
    platform_code: str | None
    code_level: str
    label_digest: str
    banner: str
    enterprise: Enterprise
    ingredients: tuple[str, ...]
    additives: tuple[str, ...]
    product: ProductShown
    release_conclusion: str | None
    tests: tuple[TestShown, ...]
    green_mark: MarkLicence | None
    origins: tuple[Origin, ...]
    timeline: tuple[Step, ...]
    signers: tuple[Signer, ...]
    proof: ProofShown
    marks: tuple[MarkShown, ...]
    disputes: int
    receivers: str  # "none" | "shipped": nobody is named
    truncated: bool
    demo_clock: bool
    earlier_digests: tuple[str, ...] = ()  # of the pack record before it was corrected: printed, and honest
    label_history: tuple[LabelEntry, ...] = ()
    freshness: Freshness = Freshness()
    left_out: int = 0  # lots that time left out of the origin
    failed: str = ""  # own | batch | source: where the nearest failed test stands that reaches these goods
    orders: tuple[OrderShown, ...] = ()
    handovers: tuple[
        str, ...
    ] = ()  # confirmed | disputed | claimed | through: how its sources were handed over
    packs: tuple[PackListed, ...] = ()  # all under the key, where there are several
    expected_expiry: str | None = (
        None  # the last day by the shelf life, where the record's own contradicts it
    )
    notices: tuple[NoticeShown, ...] = ()  # what authorities tell consumers about these goods
    photos: tuple[PhotoShown, ...] = ()  # of the pack and of the product, as their records name them
    growers: tuple[Grower, ...] = ()
    pictured: Mapping[str, tuple[PhotoShown, ...]] = field(default_factory=dict)  # by harvest or report
    basis: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """Keys of all that the page was made of (`trace.store.page_keys`); shown nowhere."""
    seen_at: str = field(default="", compare=False)
    """The moment, for who hands its state on."""
    seen_on: str = field(default="", compare=False)
    """The day on which it is read: what is counted from it, as days left, makes no other page."""

    def as_dict(self) -> dict[str, Any]:
        shown = asdict(replace(self, basis=frozenset()))
        del shown["basis"], shown["seen_on"], shown["seen_at"]
        if not self.notices:  # a page without any is the page that it was before there were notices
            del shown["notices"]
        return shown

    @property
    def version(self) -> str:
        """32 hex digits of the content, for the ETag: the same page has the same, any change another."""
        text = orjson.dumps(self.as_dict(), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(text).hexdigest()[:32]
