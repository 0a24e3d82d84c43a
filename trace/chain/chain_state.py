"""The chain state that admission reads, with an overlay that is cheap to take back (docs/adr/0006).

The store fills a `ChainState` for the needs of a batch; admission reads it and nothing else; `apply` puts the
effects of each admitted statement into it, so that the next one of the batch sees them. A group that is
refused is taken back with `rollback`, and leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, TypeVar

from trace.chain import effects
from trace.chain.facts.label import LABEL_CHANGE
from trace.chain.handover_effects import Agreed, ClaimSet, Formed, HandoverSet, WordKept
from trace.chain.ids import row_id
from trace.chain.known_links import LinkBook
from trace.chain.known_master import MASTER_STATES, MasterBook
from trace.chain.known_records import RECORD_STATES, KnownRecord, TestedUnder
from trace.chain.known_states import KnownChange, KnownDispute, KnownLot, KnownStatement, Made, made_by
from trace.chain.known_words import WordBook
from trace.chain.lineage.arcs import SUPERSEDED
from trace.chain.stored_marks import NOTHING_STORED, StoredMarks
from trace.codes.intervals import Interval
from trace.codes.ranges import CodeRange, Standing
from trace.frozen import grown
from trace.ledger.pairing import Signed
from trace.quantities import Quantity

__all__ = ["ChainState", "KnownChange", "KnownDispute", "KnownLot", "KnownStatement", "Made", "made_by"]

State = TypeVar("State")
_ABSENT: Final[Any] = object()


class ChainState:
    """States by name. Only `apply` and the store's loader write; everything else reads.

    lots          urn -> KnownLot                     lot_urns     lot id -> urn
    links         link id -> effects.NewLink                  marks        mark id -> open effects.Mark
    statements    statement id -> KnownStatement      made         statement id -> Made (of its newest
                                                                   correction, if it was amended)
    disputes      opening statement id -> KnownDispute (open ones)
    parties, licences                                 urn -> data as last stated (MasterStated)
    master        products and places by who stated them, company prefixes (`MasterBook`)
    held          party urn -> licence urns           used         (licence urn, year_from) -> mass packed
    operations    plot urn -> operations noted        harvested    plot urn -> lot urns
    codes         lot id -> its range of serials      named        platform code -> lot urn
    counters      (scope, epoch) -> the first counter that is still free
    book          links on things, hosts allowed (`LinkBook`)
    packed        row id -> items or container that are in a container
    records       statement id -> kept record that another one names (an order, a sampling, a commission)
    label_changes changes of labels, in order of arrival: (subject, issuer, data)
    stored        the lot graph and the open marks as stored before the batch, asked where a gate is (a port)
    editions      log -> (index, edition) of its `platform.edition` entries, in order
    handovers     statement id (first version) -> hand-over     claims   claim id -> claim
    claim_of      lot id -> the claim whose goods it is
    words         what hand-overs hang on, as signed (`WordBook`)
    formers       id -> link that was taken away, of this batch and as needed (all that are stored: `stored`)
    accredited    report id -> the accreditation that it names (`TestedUnder`)
    logged        row of a statement of this batch -> when its log took it
    """

    def __init__(self, stored: StoredMarks = NOTHING_STORED) -> None:  # noqa: PLR0915 - one line a table
        self.stored = stored
        self.lots: dict[str, KnownLot] = {}
        self.lot_urns: dict[int, str] = {}
        self.links: dict[int, effects.NewLink] = {}
        self.marks: dict[int, effects.Mark] = {}
        self.statements: dict[str, KnownStatement] = {}
        self.made: dict[str, Made] = {}
        self.disputes: dict[str, KnownDispute] = {}
        self.parties: dict[str, Mapping[str, object]] = {}
        self.master = MasterBook()
        self.licences: dict[str, Mapping[str, object]] = {}
        self.held: dict[str, tuple[str, ...]] = {}
        self.used: dict[tuple[str, date], Quantity] = {}
        self.operations: dict[str, tuple[effects.OperationNoted, ...]] = {}
        self.harvested: dict[str, tuple[str, ...]] = {}
        self.codes: dict[int, CodeRange] = {}
        self.counters: dict[tuple[str, str], int] = {}
        self.named: dict[str, str] = {}
        self.book = LinkBook()
        self.records: dict[str, KnownRecord] = {}
        self.packed: dict[int, effects.ItemsPacked | effects.ContainerPacked] = {}
        self.label_changes: dict[int, KnownChange] = {}
        self.editions: dict[str, tuple[tuple[int, int], ...]] = {}
        self.handovers: dict[str, HandoverSet] = {}
        self.claims: dict[int, ClaimSet] = {}
        self.formers: dict[int, Formed] = {}
        self.accredited: dict[int, TestedUnder] = {}
        self.logged: dict[int, datetime] = {}
        self.claim_of: dict[int, int] = {}
        self.words = WordBook()
        self.signatures: dict[str, list[tuple[str, int, str]]] = {}  # log, index, statement, by key
        self._journal: list[tuple[MutableMapping[Any, Any], Any, Any]] = []

    def add_lot(self, lot: KnownLot) -> None:
        """For the loader: a lot with its marks, as the tables have it."""
        self.lots[lot.urn] = lot
        self.lot_urns[lot.id] = lot.urn
        for mark in lot.marks:
            self.marks[mark.id] = mark

    def keep_change(self, change: KnownChange) -> None:
        """A change of a label, later than those known."""
        self._put(self.label_changes, len(self.label_changes), change)

    def lot_of(self, lot_id: int) -> KnownLot | None:
        urn = self.lot_urns.get(lot_id)
        return self.lots.get(urn) if urn is not None else None

    def savepoint(self) -> int:
        """A point to come back to; points nest."""
        return len(self._journal)

    def rollback(self, point: int) -> None:
        """Take back everything applied since `point`."""
        while len(self._journal) > point:
            table, key, before = self._journal.pop()
            if before is _ABSENT:
                del table[key]
            else:
                table[key] = before

    def apply(self, admitted: effects.Effects) -> None:
        """Put the effects of one admitted statement in."""
        entry = admitted.entry
        if not admitted.again:
            stated = KnownStatement(
                entry.statement_id,
                admitted.typ,
                entry.iss,
                admitted.sub,
                entry.origin,
                entry.index,
                admitted.occurred_at,
            )
            self._put(self.statements, entry.statement_id, stated)
        for change in admitted.changes:
            applied = _APPLY.get(type(change))
            if applied is not None:
                applied(self, change, entry.statement_id)
        self._put(self.logged, row_id(entry.origin, entry.index), entry.logged_at)
        made = made_by(admitted)
        if admitted.again:
            made = self.made.get(entry.statement_id, Made()).joined(made)
        self._put(self.made, entry.statement_id, made)
        for change in admitted.changes:
            if type(change) is effects.StatementAmended:
                self._put(self.made, change.statement, made)

    def _put(self, table: MutableMapping[Any, Any], key: Any, value: Any) -> None:
        self._journal.append((table, key, table.get(key, _ABSENT)))
        table[key] = value

    def _drop(self, table: MutableMapping[Any, Any], key: Any) -> None:
        self._journal.append((table, key, table[key]))
        del table[key]

    put = _put

    def _new_lot(self, new: effects.NewLot, statement: str) -> None:
        known = grown(new, KnownLot, {"available": new.quantity, "statement": statement})
        self._put(self.lots, new.urn, known)
        self._put(self.lot_urns, new.id, new.urn)

    def _change_lot(self, lot_id: int, **changed: Any) -> None:
        lot = self.lot_of(lot_id)
        if lot is not None:
            self._put(self.lots, lot.urn, lot.changed(changed))

    def _taken(self, change: effects.LotTaken, _statement: str) -> None:
        lot = self.lot_of(change.lot)
        if lot is not None:
            self._put(self.lots, lot.urn, lot.changed({"available": lot.available - change.quantity}))

    def _amended_lot(self, change: effects.LotAmended, _statement: str) -> None:
        lot = self.lot_of(change.lot.id)
        if lot is None:
            return
        new = change.lot
        restated = {name: getattr(new, name) for name in effects.RESTATED}
        if lot.quantity.dimension == new.quantity.dimension:
            available = lot.available + change.more
        else:
            available = Quantity.from_micro(lot.available.micro + change.more.micro, new.quantity.unit)
        self._change_lot(new.id, **restated, available=available)

    def _amended(self, change: effects.StatementAmended, statement: str) -> None:
        stated = self.statements.get(change.statement)
        if stated is not None:
            self._put(self.statements, change.statement, replace(stated, amended_by=statement))

    def _marked(self, mark: effects.Mark, _statement: str) -> None:
        self._put(self.marks, mark.id, mark)
        about = self.statements.get(str(mark.params.get("statement")))
        if about is not None and mark.id & ~255 == row_id(about.origin, about.index):  # that one's mark
            made = self.made.get(about.statement, Made())
            self._put(self.made, about.statement, replace(made, marks=(*made.marks, mark.id)))
        lot = self.lot_of(mark.lot) if mark.lot is not None else None
        if lot is not None:
            self._change_lot(lot.id, marks=(*lot.marks, mark))

    def _unmarked(self, change: effects.MarkCleared, _statement: str) -> None:
        mark = self.marks.get(change.mark)
        if mark is None:
            return
        self._drop(self.marks, change.mark)
        lot = self.lot_of(mark.lot) if mark.lot is not None else None
        if lot is not None:
            self._change_lot(lot.id, marks=tuple(one for one in lot.marks if one.id != change.mark))

    def _link_kept(self, change: effects.LinkKept, _statement: str) -> None:
        of = (change.iss, change.sub)
        self._put(self.book.defaults, of, self.book.defaults_after(of, change.field, change.link_type))

    def _hosts_allowed(self, change: effects.HostsAllowed, _statement: str) -> None:
        self._put(self.book.hosts, change.party, change.hosts)

    def _linked(self, change: effects.NewLink, _statement: str) -> None:
        self._put(self.links, change.id, change)

    def _link_set(self, change: effects.LinkSet, _statement: str) -> None:
        """Of a link that leads elsewhere now, the one that leads nowhere any more says nothing."""
        before = self.links.get(change.id)
        if before is None or change.state != SUPERSEDED or _ends(before) == _ends(change):
            self._put(self.links, change.id, change)

    def _link_state(self, change: effects.LinkState, _statement: str) -> None:
        link = self.links.get(change.link)
        if link is not None and (link.to_lot, link.from_lot) == (change.to_lot, change.from_lot):
            self._put(self.links, change.link, replace(link, state=change.state))

    def _certified(self, change: effects.CertificateNoted, _statement: str) -> None:
        lot = self.lot_of(change.lot)
        if lot is not None:
            self._change_lot(change.lot, certificates=(*lot.certificates, change))

    def _superseded(self, change: effects.RecordSuperseded, _statement: str) -> None:
        if change.plot is not None:
            kept = tuple(one for one in self.operations.get(change.plot, ()) if one.id != change.id)
            self._put(self.operations, change.plot, kept)
        if change.kind == "report" and change.id in self.accredited:
            self._drop(self.accredited, change.id)
        lot = self.lot_of(change.lot) if change.lot is not None else None
        if lot is not None and change.kind == "report":
            self._change_lot(lot.id, reports=tuple(one for one in lot.reports if one.id != change.id))
        elif lot is not None:
            kept_ones = tuple(one for one in lot.certificates if one.id != change.id)
            self._change_lot(lot.id, certificates=kept_ones)

    def _packed(self, change: effects.PackNoted, _statement: str) -> None:
        self._change_lot(change.lot, pack=change)

    def _pack_state(self, change: effects.PackState, _statement: str) -> None:
        lot = self.lot_of(change.lot)
        if lot is not None and lot.pack is not None:
            self._change_lot(change.lot, pack=replace(lot.pack, state=change.state))
            if change.platform_code is not None:
                self._put(self.named, change.platform_code, lot.urn)

    def _allocated(self, change: effects.RangeAllocated, _statement: str) -> None:
        interval = Interval(change.first, change.count)
        subject = self.lot_urns.get(change.lot, "")
        self._put(self.codes, change.lot, CodeRange(change.scope, change.epoch, interval, subject))
        self._put(self.counters, (change.scope, change.epoch), interval.end)

    def _codes_changed(self, change: effects.CodesChanged, _statement: str) -> None:
        held = self.codes.get(change.lot)
        if held is not None:
            part = Interval(change.first, change.count)
            self._put(self.codes, change.lot, held.changed(Standing(change.standing), part))

    def _put_in(self, change: effects.ItemsPacked | effects.ContainerPacked, _statement: str) -> None:
        self._put(self.packed, change.id, change)

    def _taken_out(self, change: effects.Unpacked, _statement: str) -> None:
        if change.id in self.packed:
            self._drop(self.packed, change.id)

    def _lot_state(self, change: effects.LotState, _statement: str) -> None:
        self._change_lot(change.lot, state=change.state)

    def _licence_used(self, change: effects.LicenceUsed, _statement: str) -> None:
        key = (change.licence, change.year_from)
        before = self.used.get(key)
        self._put(self.used, key, change.quantity if before is None else before + change.quantity)

    def _operated(self, change: effects.OperationNoted, _statement: str) -> None:
        if change.phi_days is None and change.substance is None:  # nothing asks for it again
            return
        self._put(self.operations, change.plot, (*self.operations.get(change.plot, ()), change))

    def _harvested(self, change: effects.PlotHarvested, _statement: str) -> None:
        urn = self.lot_urns.get(change.lot)
        if urn is not None:
            self._put(self.harvested, change.plot, (*self.harvested.get(change.plot, ()), urn))

    def _kept(self, change: effects.RecordKept, statement: str) -> None:
        stated = self.statements[statement]
        if stated.typ == LABEL_CHANGE.typ:
            self.keep_change(KnownChange(change.sub, stated.iss, change.data))
        record = KnownRecord(change.id, statement, stated.typ, stated.iss, change.sub, change.data)
        self._put(self.records, statement, record)

    def _edition_begun(self, change: effects.EditionNoted, _statement: str) -> None:
        begun = (*self.editions.get(change.log, ()), (change.index, change.edition))
        self._put(self.editions, change.log, begun)

    def _handed_over(self, change: HandoverSet, _statement: str) -> None:
        self._put(self.handovers, change.stmt, change)

    def _claimed(self, change: ClaimSet, _statement: str) -> None:
        self._put(self.claims, change.id, change)
        self._put(self.claim_of, change.lot, change.id)

    def add_claim(self, claim: ClaimSet) -> None:
        """For the loader: a claim as the tables have it."""
        self.claims[claim.id] = claim
        self.claim_of[claim.lot] = claim.id

    def keep_word(self, signed: Signed, kid: str) -> None:
        """A statement that hand-overs may hang on; again when its key fell."""
        self.words.keep(self._put, signed, kid)

    def _word_kept(self, change: WordKept, _statement: str) -> None:
        self.keep_word(change.signed, change.kid)

    def _agreed(self, change: Agreed, _statement: str) -> None:
        for statement in change.statements:
            self._put(self.words.agreed, statement, True)

    def _formed(self, change: Formed, _statement: str) -> None:
        self._put(self.formers, change.id, change)

    def _disputed(self, change: effects.NewDispute, statement: str) -> None:
        self._put(self.disputes, statement, KnownDispute(change.id, change.lot, change.statements))

    def _settled(self, change: effects.DisputeEnded, _statement: str) -> None:
        for opener, dispute in list(self.disputes.items()):
            if dispute.id == change.dispute:
                self._drop(self.disputes, opener)


def _ends(link: effects.NewLink) -> tuple[int, int]:
    return link.to_lot, link.from_lot


_APPLY: Final[Mapping[type, Callable[[ChainState, Any, str], None]]] = {
    effects.NewLot: ChainState._new_lot,
    effects.NewLink: ChainState._linked,
    effects.LinkSet: ChainState._link_set,
    HandoverSet: ChainState._handed_over,
    ClaimSet: ChainState._claimed,
    Formed: ChainState._formed,
    WordKept: ChainState._word_kept,
    Agreed: ChainState._agreed,
    effects.LotTaken: ChainState._taken,
    effects.LotAmended: ChainState._amended_lot,
    effects.StatementAmended: ChainState._amended,
    effects.RecordSuperseded: ChainState._superseded,
    effects.PlotHarvested: ChainState._harvested,
    effects.LotState: ChainState._lot_state,
    effects.LinkState: ChainState._link_state,
    effects.Mark: ChainState._marked,
    effects.MarkCleared: ChainState._unmarked,
    effects.NewDispute: ChainState._disputed,
    effects.DisputeEnded: ChainState._settled,
    effects.LinkKept: ChainState._link_kept,
    effects.HostsAllowed: ChainState._hosts_allowed,
    effects.OperationNoted: ChainState._operated,
    effects.CertificateNoted: ChainState._certified,
    effects.PackNoted: ChainState._packed,
    effects.PackState: ChainState._pack_state,
    effects.RangeAllocated: ChainState._allocated,
    effects.CodesChanged: ChainState._codes_changed,
    effects.ItemsPacked: ChainState._put_in,
    effects.ContainerPacked: ChainState._put_in,
    effects.Unpacked: ChainState._taken_out,
    effects.RecordKept: ChainState._kept,
    effects.EditionNoted: ChainState._edition_begun,
    effects.LicenceUsed: ChainState._licence_used,
    **RECORD_STATES,
    **MASTER_STATES,
}
