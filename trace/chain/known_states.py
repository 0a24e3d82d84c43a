"""Frozen states that admission reads: lots, statements, disputes, and what a statement made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trace.chain.effects import (
    CertificateNoted,
    CodesChanged,
    Effects,
    LicenceUsed,
    LotAmended,
    LotTaken,
    Mark,
    NewLink,
    NewLot,
    PackNoted,
    StatedLot,
)
from trace.chain.loss_effects import Leaving
from trace.chain.report_effects import ReportNoted
from trace.frozen import quickly_made, replaced
from trace.quantities import Quantity


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLot(StatedLot):
    """A lot as it stands. `available` may be below zero: a declared gap or a dispute is recorded, not hidden.

    Admission reads the members `goods` (lots that are the same goods before: pack ->
    product -> batch), `producers` (at most two growers upstream: one, or "several"), `proofs` (a receipt came
    with a certificate or a report), `plots`, `role`, `rawRole`.
    """

    id: int
    available: Quantity
    statement: str
    state: str = "normal"
    marks: tuple[Mark, ...] = ()  # open ones
    reports: tuple[ReportNoted, ...] = ()  # in order of arrival
    certificates: tuple[CertificateNoted, ...] = ()
    pack: PackNoted | None = None

    def changed(self, members: Mapping[str, object]) -> KnownLot:
        """The same lot with other `members`; called once per lot that a record touches."""
        return replaced(self, members)


@quickly_made
@dataclass(frozen=True, slots=True)
class KnownStatement:
    """An accepted statement, own or carried over."""

    statement: str
    typ: str
    iss: str
    sub: str
    origin: str
    index: int
    occurred_at: datetime
    amended_by: str | None = None  # the newest correction


@quickly_made
@dataclass(frozen=True, slots=True)
class Made:
    """The undoable work of a statement: ids of lots (made or amended), links and open marks; uses,
    takings without a link, and parts of ranges of codes.

    The rows of an entry are found by its origin and index: every id is `row_id(origin, index, ordinal)`.
    """

    lots: tuple[int, ...] = ()
    links: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()
    uses: tuple[LicenceUsed, ...] = ()
    takings: tuple[LotTaken, ...] = ()
    codes: tuple[CodesChanged, ...] = ()

    def joined(self, more: Made) -> Made:
        """With what follows from the same statement later."""
        return Made(*(getattr(self, name) + getattr(more, name) for name in Made.__slots__))


@dataclass(frozen=True, slots=True)
class KnownChange:
    """A change of the label of a lot or product: `data` as signed, with field, from, to."""

    subject: str
    iss: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KnownDispute:
    id: int
    lot: int | None
    statements: tuple[str, ...]


def made_by(effects: Effects) -> Made:
    """What of these effects a later correction would undo."""
    lots: list[int] = []
    links: list[int] = []
    marks: list[int] = []
    uses: list[LicenceUsed] = []
    takings: list[LotTaken] = []
    for change in effects.changes:
        if type(change) is NewLot:
            lots.append(change.id)
        elif type(change) is NewLink:
            links.append(change.id)
        elif type(change) is Mark:
            marks.append(change.id)
        elif type(change) is LotAmended:
            lots.append(change.lot.id)
        elif type(change) is LicenceUsed and change.quantity.value > 0:
            uses.append(change)
        elif isinstance(change, Leaving):
            takings.append(LotTaken(change.lot, change.quantity))
    codes = [change for change in effects.changes if type(change) is CodesChanged]
    return Made(tuple(lots), tuple(links), tuple(marks), tuple(uses), tuple(takings), tuple(codes))
