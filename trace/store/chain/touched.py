"""Keys of pages that effects touch: what a batch of records changes for pages that were made before it.

Only what a page shows counts: that goods were taken out of a silo is on no page but theirs. What a batch
makes anew touches nothing by itself, as no page can have named it; the links and records that join it to what
was there do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain import effects as made
from trace.chain.admission.gates import FAILED_REPORT, ORDERS
from trace.chain.admission.gates import SPREADING as SPREADING_MARKS
from trace.chain.handover_effects import Agreed, Answered, ClaimSet, Formed, HandoverSet, WordKept
from trace.chain.identifiers import PREFIX
from trace.chain.interchange.names import case_name
from trace.chain.lineage.packings import FINISHED
from trace.chain.order_effects import CodesFreed, DisposalWitnessed, OrderEnded, OrderMade, Rested
from trace.chain.report_effects import ReportNamed
from trace.store.chain.rows import ROW_MAPPINGS, SET_MAPPINGS
from trace.store.page_keys import (
    BURDENS,
    PREFIXES,
    SPREADING,
    about_key,
    code_key,
    codes_key,
    gtin_key,
    lot_key,
    pack_key,
    shipped_key,
)
from trace.store.query import rows_where

SHIP: Final = "ship"
_LINKS: Final = "SELECT to_lot, from_lot, kind FROM link WHERE id {among}"
# A claim or a link of old may have named what comes to be here: goods of its page then lie below it.
_NAMED: Final = (
    "SELECT lot FROM claim WHERE handover_stmt {among} UNION SELECT lot FROM claim WHERE named_lot {among} "
    "UNION SELECT below FROM former WHERE above_name {among} "
    "UNION SELECT lot FROM claim WHERE named_key {among}"
)
_SHELLS: Final = (
    "WITH RECURSIVE around (container) AS ("
    "SELECT container FROM aggregation WHERE inner_container {among} UNION "
    "SELECT aggregation.container FROM around "
    "JOIN aggregation ON aggregation.inner_container = around.container) SELECT container FROM around"
)
_MARKS: Final = "SELECT lot, code FROM mark WHERE id {among} AND lot IS NOT NULL"
_DISPUTES: Final = "SELECT lot FROM dispute WHERE id {among} AND lot IS NOT NULL"


class Touched:
    """What the changes of a batch touch, as they are noted one by one."""

    def __init__(self) -> None:
        self._made: set[int] = set()
        self._lots: set[int | None] = set()
        self._packs: set[int] = set()
        self._shipped: set[int] = set()
        self._named: set[str] = set()
        self._urns: set[str] = set()
        self._keys: set[str] = set()
        self._cases: set[str] = set()
        self._handed: set[str] = set()
        self._links: set[int] = set()
        self._marks: set[int] = set()
        self._disputes: set[int] = set()
        self._linked: set[int] = set()
        self._spread = False

    def note(self, change: made.Effect) -> None:
        touch = TOUCHES[type(change)]
        if touch is not None:
            touch(self, change)

    def keys(self, connection: Connection) -> set[str]:
        """The keys, once the rows of the batch are written."""
        for below, above, kind in rows_where(connection, _LINKS, self._links):
            self._lots.add(below)
            if kind == SHIP:
                self._shipped.add(above)
        for lot, code in rows_where(connection, _MARKS, self._marks):
            self._lots.add(lot)
            self._spread_by(code)
        self._lots.update(lot for (lot,) in rows_where(connection, _DISPUTES, self._disputes))
        shells = {each for (each,) in rows_where(connection, _SHELLS, self._cases)} if self._cases else set()
        self._keys.update(map(case_name, self._cases | shells))
        waiting = {
            lot
            for (lot,) in rows_where(
                connection, _NAMED, self._handed, self._urns, self._urns | self._keys, self._keys
            )
        }
        self._lots |= waiting
        self._linked |= waiting
        if self._spread or not self._linked <= self._made:
            self._named.add(SPREADING)
        before = (lot for lot in self._lots if lot is not None and lot not in self._made)
        return self._named.union(
            map(lot_key, before),
            map(pack_key, self._packs - self._made),
            map(shipped_key, self._shipped - self._made),
        )

    def _new_lot(self, change: made.NewLot) -> None:
        self._made.add(change.id)
        self._urns.add(change.urn)
        if change.product is not None:
            self._keys.add(f"{change.product}:{change.batch_no}")
        if change.named_key is not None:
            self._keys.add(change.named_key)

    def _in_case(self, change: made.ItemsPacked | made.ContainerPacked) -> None:
        self._cases.add(change.container)

    def _handed_over(self, change: HandoverSet) -> None:
        self._lots.add(change.lot)
        self._handed.add(change.stmt)

    def _formed(self, change: Formed) -> None:
        self._lots.add(change.below)
        self._linked.add(change.below)

    def _claimed(self, change: ClaimSet) -> None:
        self._lots.add(change.lot)
        self._linked.add(change.lot)

    def _new_link(self, change: made.NewLink) -> None:
        self._lots.add(change.to_lot)
        self._linked.add(change.to_lot)
        if change.kind == SHIP:
            self._shipped.add(change.from_lot)

    def _on_lot(self, change: Any) -> None:
        self._lots.add(change.lot)

    def _marked(self, change: made.Mark) -> None:
        self._lots.add(change.lot)
        self._spread_by(change.code)

    def _spread_by(self, code: str) -> None:
        self._spread = self._spread or code in SPREADING_MARKS
        if code == FAILED_REPORT or code in ORDERS:
            self._named.add(BURDENS)

    def _stopped(self, change: made.LotState) -> None:
        self._lots.add(change.lot)
        self._spread = True

    def _amended(self, change: made.LotAmended) -> None:
        self._spread = True
        self._lots.add(change.lot.id)
        if change.lot.kind in FINISHED:  # a failed packing may be of another batch now
            self._named.add(BURDENS)

    def _superseded(self, change: made.RecordSuperseded) -> None:
        self._lots.add(change.lot)
        if change.plot is not None:
            self._named.add(about_key(change.plot))

    def _link_state(self, change: made.LinkState) -> None:
        self._links.add(change.link)
        self._spread = True

    def _cleared(self, change: made.MarkCleared) -> None:
        self._marks.add(change.mark)

    def _ended(self, change: made.DisputeEnded) -> None:
        self._disputes.add(change.dispute)

    def _stated(self, change: made.MasterStated) -> None:
        self._named.add(about_key(change.urn))
        if change.data.get("kind") == PREFIX:
            self._named.add(PREFIXES)

    def _recorded(self, change: made.RecordKept) -> None:
        self._named.add(about_key(change.sub))

    def _operated(self, change: made.OperationNoted) -> None:
        self._named.add(about_key(change.plot))

    def _packed(self, change: made.PackNoted) -> None:
        self._lots.add(change.lot)
        self._packs.add(change.lot)
        code = change.data.get("platformCode")
        if change.gtin is not None:
            self._named |= {gtin_key(change.gtin), gtin_key(change.gtin, change.batch_no)}
        if isinstance(code, str):
            self._named.add(code_key(code))

    def _pack_state(self, change: made.PackState) -> None:
        self._lots.add(change.lot)
        self._packs.add(change.lot)
        if change.platform_code is not None:
            self._named.add(code_key(change.platform_code))

    def _codes(self, change: made.RangeAllocated | made.CodesChanged | CodesFreed) -> None:
        self._named.add(codes_key(change.scope))


TOUCHES: Final[dict[type, Callable[[Touched, Any], None] | None]] = {
    # A row about a lot is about the lot's pages, unless it says otherwise below.
    **{
        mapping.made: Touched._on_lot for mapping in (*ROW_MAPPINGS, *SET_MAPPINGS) if "lot" in mapping.places
    },
    made.NewLot: Touched._new_lot,
    made.NewLink: Touched._new_link,
    made.LinkSet: Touched._new_link,
    HandoverSet: Touched._handed_over,
    ClaimSet: Touched._claimed,
    Formed: Touched._formed,
    made.LinkState: Touched._link_state,
    made.LotAmended: Touched._amended,
    made.LotState: Touched._stopped,
    made.Mark: Touched._marked,
    made.LotMentioned: Touched._on_lot,
    made.MarkCleared: Touched._cleared,
    made.DisputeEnded: Touched._ended,
    made.OperationNoted: Touched._operated,
    made.RecordSuperseded: Touched._superseded,
    made.MasterStated: Touched._stated,
    made.RecordKept: Touched._recorded,
    made.PackNoted: Touched._packed,
    made.PackState: Touched._pack_state,
    made.RangeAllocated: Touched._codes,
    made.CodesChanged: Touched._codes,
    CodesFreed: Touched._codes,
    DisposalWitnessed: Touched._on_lot,
    ReportNamed: Touched._on_lot,
    # On no page that is kept: an order, whose lots are mentioned and marked beside it, what is left of a lot
    # or a licence, other harvests of a plot, what stands in a container, links of organisations, from where
    # on an edition counts; a correction says by other changes what it makes different.
    OrderMade: None,
    OrderEnded: None,
    Rested: None,
    made.LotTaken: None,
    made.LicenceUsed: None,
    made.PlotHarvested: None,
    made.ItemsPacked: Touched._in_case,
    made.ContainerPacked: Touched._in_case,
    made.Unpacked: None,
    made.LinkKept: None,
    made.HostsAllowed: None,
    Answered: None,
    WordKept: None,
    Agreed: None,
    made.EditionNoted: None,
    made.StatementAmended: None,
}
"""What each effect touches; a test asserts that every effect is here."""
