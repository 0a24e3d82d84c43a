"""Effects: what an admitted fact changes, as plain values: applied in memory, written, redone on replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime

from trace.chain.handover_effects import Agreed, Answered, ClaimSet, Formed, HandoverSet, WordKept
from trace.chain.loss_effects import Leaving, LossNoted
from trace.chain.noted import noted
from trace.chain.order_effects import OrderEffect
from trace.chain.report_effects import ReportNamed, ReportNoted
from trace.frozen import quickly_made
from trace.quantities import Quantity


@quickly_made
@dataclass(frozen=True, slots=True)
class EntryRef:
    """The log position of a statement: its log, its index there, and when the log took it."""

    origin: str
    index: int
    statement_id: str
    iss: str
    logged_at: datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """A time span whose ends may be unknown (None)."""

    earliest: datetime | None
    latest: datetime | None


@quickly_made
@dataclass(frozen=True, slots=True)
class StatedLot:
    """A lot as a statement has it: each member is a column of the table `lot`, and said nowhere else."""

    urn: str
    kind: str  # harvest, material, merged, split, batch, product, by_product, wip, rework, pack, consignment
    product_name: str
    quantity: Quantity
    produced: Interval
    product: str | None = None  # product urn
    holder: str | None = None  # party urn; None when only a concealed receiver is known
    place: str | None = None
    batch_no: str = ""
    named_key: str | None = None  # under which others mean goods that have the name of another system
    detail: Mapping[str, object] = field(default_factory=dict)  # public JSON of that kind


_STATED = tuple(member.name for member in fields(StatedLot))
RESTATED = tuple(name for name in _STATED if name not in {"urn", "kind", "holder", "batch_no", "named_key"})
"""The members that a correction changes; the others name the lot and stay as they were."""


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot(StatedLot):
    """A lot that is there from now on."""

    id: int


@quickly_made
@dataclass(frozen=True, slots=True)
class NewLink:
    id: int
    from_lot: int
    to_lot: int
    kind: str  # receive | merge | split | transform | pack | ship | rework
    taken: Quantity | None  # from the upper lot, in its unit
    given: Quantity | None  # into the lower lot, in its unit
    departure: Interval
    arrival: Interval
    state: str = "signed"  # signed | disputed | superseded


@quickly_made
@dataclass(frozen=True, slots=True)
class LinkSet(NewLink):
    """A pair's link from now on, whoever made it so: the last one of a key (to_lot, from_lot, id) stands."""


@quickly_made
@dataclass(frozen=True, slots=True)
class LotTaken:
    """Subtract `quantity` from what is available of a lot (negative: give back, by a correction)."""

    lot: int
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class LotAmended:
    """A correction restates a lot under its old id: all of `lot` holds, `available` moves by `more`.

    `more` is of the lot's dimension, and negative when it became less. Of a lot that stood in another
    dimension it is added to the number that stood there: nothing is taken of such a lot, all is available.
    """

    lot: NewLot
    more: Quantity


@dataclass(frozen=True, slots=True)
class StatementAmended:
    """A correction took the place of this statement: it stays, its effects do not."""

    statement: str
    origin: str
    index: int


@dataclass(frozen=True, slots=True)
class RecordSuperseded:
    """A correction took the place of an operation, certificate, report, disposal or loss of this id."""

    kind: str  # operation | certificate | report | disposal | loss
    id: int
    lot: int | None  # of all others
    plot: str | None  # of an operation


@quickly_made
@dataclass(frozen=True, slots=True)
class PlotHarvested:
    """The lot came from this plot: an operation that arrives later finds the harvests it touches."""

    plot: str
    lot: int
    first_day: date  # in Asia/Shanghai


@dataclass(frozen=True, slots=True)
class LotState:
    """A change of a lot's state: normal | locked | recalled | withdrawn."""

    lot: int
    state: str


@dataclass(frozen=True, slots=True)
class LinkState:
    link: int
    state: str
    to_lot: int  # with from_lot the whole key: a pair's link keeps its id when it comes to lead elsewhere
    from_lot: int

    @classmethod
    def of(cls, link: NewLink, state: str) -> LinkState:
        return cls(link.id, state, link.to_lot, link.from_lot)


@quickly_made
@dataclass(frozen=True, slots=True)
class Mark:
    """A recorded inconvenience: the rule that saw it, the figures, and the gates it closes."""

    id: int
    rule: str  # R08, R18, …
    code: str  # stable slug: pre-harvest-interval, late-upload, gap, receipt-differs, …
    lot: int | None
    gates: tuple[str, ...]
    params: Mapping[str, object]
    declared: str | None = None  # the signer's reason where the rule demanded one


@dataclass(frozen=True, slots=True)
class MarkCleared:
    mark: int


@dataclass(frozen=True, slots=True)
class NewDispute:
    id: int
    lot: int | None
    statements: tuple[str, ...]
    subject: str  # the field in dispute
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisputeEnded:
    dispute: int
    outcome: str


@dataclass(frozen=True, slots=True)
class MasterStated:
    """Master data as stated: the newest of a urn wins; of places and products the newest of each signer."""

    id: int
    kind: str  # party | place | product | licence
    urn: str
    data: Mapping[str, object]  # revealed data; what is concealed is absent
    official: bool = False  # by an authority
    prefix: str | None = None  # a company prefix that the registrar gives


@noted("operation")
@quickly_made
@dataclass(frozen=True, slots=True)
class OperationNoted:
    id: int
    plot: str
    operation: str
    substance: str | None
    used_on: date
    stopped_on: date | None
    phi_days: int | None
    data: Mapping[str, object]
    by: str = ""  # who stated it: a column of its statement


@noted("certificate")
@dataclass(frozen=True, slots=True)
class CertificateNoted:
    id: int
    lot: int
    cert_no: str
    data: Mapping[str, object]


@noted("disposal")
@dataclass(frozen=True, slots=True)
class DisposalNoted(Leaving):
    id: int
    lot: int
    quantity: Quantity  # in the lot's unit
    manner: str  # destroyed | donated | sampled | expired
    data: Mapping[str, object]


@quickly_made
@dataclass(frozen=True, slots=True)
class PackNoted:
    """A pack lot with its code: found by (gtin, batch_no) or platform code."""

    id: int
    lot: int
    product: str
    gtin: str | None
    batch_no: str
    code_level: str
    state: str  # inactive | active | void
    data: Mapping[str, object]


@quickly_made
@dataclass(frozen=True, slots=True)
class PackState:
    lot: int
    state: str
    platform_code: str | None = None  # given when a code without GTIN is activated


@dataclass(frozen=True, slots=True)
class RangeAllocated:
    """Counters of a scope and epoch that are now the codes of a lot."""

    id: int
    lot: int
    scope: str
    epoch: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class CodesChanged:
    """A change of a part of a lot's range. Parts may overlap: void before recalled before active."""

    id: int
    lot: int
    scope: str
    standing: str  # active | recalled | void
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class ItemsPacked:
    """Codes of a lot that are in a container now; the intervals of a lot never overlap."""

    id: int
    container: str
    lot: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class ContainerPacked:
    """A case that stands on a pallet now."""

    id: int
    container: str
    inner: str
    by: str = ""  # who said so: another's word about a container binds nobody


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An `ItemsPacked` or `ContainerPacked` that holds no longer."""

    id: int


@dataclass(frozen=True, slots=True)
class LicenceUsed:
    """Mass packed under a licence in a licence year (the year that starts at validFrom's anniversary)."""

    licence: str
    year_from: date
    quantity: Quantity


@quickly_made
@dataclass(frozen=True, slots=True)
class LotMentioned:
    """A statement that belongs on a lot's time line (a report about it, a certificate, a shipment)."""

    lot: int
    role: str


@dataclass(frozen=True, slots=True)
class RecordKept:
    """A record as it was signed, where it has no rows of its own or others name it: by sub and typ."""

    id: int
    sub: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LinkKept:
    """A link on `sub` was set (its type) or taken away (None): for the batch's memory alone."""

    iss: str
    sub: str
    field: str
    link_type: str | None


@dataclass(frozen=True, slots=True)
class EditionNoted:
    id: int
    log: str
    index: int  # the edition counts for the entries behind it
    edition: int


@dataclass(frozen=True, slots=True)
class HostsAllowed:
    """The platform allows a party these hosts: for the batch's memory alone."""

    party: str
    hosts: frozenset[str]


Effect = (
    NewLot | NewLink | LotTaken | LotAmended | StatementAmended | RecordSuperseded | PlotHarvested |
    LotState | LinkState | Mark | MarkCleared | NewDispute | DisputeEnded | MasterStated | OperationNoted |
    CertificateNoted | ReportNoted | DisposalNoted | LossNoted | PackNoted | PackState | RangeAllocated |
    CodesChanged | ItemsPacked | ContainerPacked | Unpacked | LicenceUsed | LotMentioned | RecordKept |
    LinkKept | EditionNoted | HostsAllowed | HandoverSet | ClaimSet | LinkSet | Formed | Answered | WordKept |
    Agreed | OrderEffect | ReportNamed
)  # fmt: skip


@quickly_made
@dataclass(frozen=True, slots=True)
class Effects:
    """All changes of one admitted statement, in order; `again`: what follows later of one that rested."""

    entry: EntryRef
    typ: str
    sub: str
    occurred_at: datetime
    changes: tuple[Effect, ...]
    again: bool = False

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(change for change in self.changes if isinstance(change, Mark))
