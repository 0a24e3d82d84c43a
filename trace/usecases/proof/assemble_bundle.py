"""Assembly of the offline bundle, what a lot's page says with proofs (docs/record-format.md §9.2).

Inside are the statements of the lot and of everything above it, those they build on, master data and
licences that the page shows, and the registrations of all their keys; each with its place in its log. The
public view carries no disclosure; the regulator's carries all that are still held.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts import KINDS
from trace.chain.facts.oversight import INSPECTION
from trace.chain.lineage.closure import Closure, trace_up
from trace.chain.privacy import hidden
from trace.errors import UnknownStatement
from trace.ledger.bundle import MAX_ENTRIES, Bundle, Entry, build_bundle
from trace.ledger.leaf import lot_secret
from trace.ledger.statement import parse_statement
from trace.store.chain.labels import list_label_changes
from trace.store.chain.master import read_counting
from trace.store.log.carried import LoggedEntry, read_logged_entries, read_registrations
from trace.store.log.checkpoints import find_newest_cosigned
from trace.store.log.disclosures import read_disclosures
from trace.store.lots.details import (
    LotRow,
    read_lots_by_id,
    read_mentions,
    read_packs,
    read_reports,
    read_stated,
)
from trace.store.lots.graph import StoredLotGraph
from trace.store.lots.handed import read_handed, read_own_corrections, read_sources
from trace.store.lots.recalls import SnapshotSeries, find_newest_snapshot
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.lots.trace_lineage import require_lot
from trace.usecases.proof.bundle_proofs import ProvenLog, prove_carried, prove_own

PUBLIC, REGULATOR = "public", "regulator"
MAX_LOTS: Final = 2_000
"""Lots that a bundle follows back, or as many fewer as its entries have room for; it says where it stops."""
_SHIPPED: Final = "shipment"


@dataclass(frozen=True, slots=True)
class BundleSettings:
    """Settings that the database does not hold: lot key, names of the own log's witnesses, policy text."""

    lot_key: bytes
    witnesses: tuple[str, ...]
    policy: str = ""
    most: int = MAX_LOTS
    room: int = MAX_ENTRIES


def assemble_bundle(
    transactions: Transactions, lot: str, view: str, settings: BundleSettings
) -> dict[str, Any]:
    """The bundle of the lot urn `lot` as JSON, for `view` "public" or "regulator".

    Raises `UnknownLot`, `CheckpointPending` (not all witnesses have signed yet), `EvidenceApart`.
    """
    with transactions.look() as tx:
        start = require_lot(tx.connection, lot)
        status = _newest_status(tx, settings)
        told = {one.row.statement for one in status.parts} if status is not None else set[str]()
        entries, apart, left_out = _fitting(tx, start, view, told, settings)
        by_log: defaultdict[str, list[LoggedEntry]] = defaultdict(list)
        for entry in entries.values():
            by_log[entry.origin].append(entry)
        anchors = _anchors_in(entries.values(), tx.origin)
        logs = [_prove(tx, origin, by_log[origin], settings, anchors) for origin in _order(by_log, tx.origin)]
        shown = read_disclosures(tx.connection, entries) if view == REGULATOR else {}
    exposing = frozenset() if view == REGULATOR else _exposing(entries.values()) - {start.made_by.statement}
    sealed = exposing | apart
    alone = status.alone if status is not None else None
    made = _Assembly(lot, entries[start.made_by.statement], settings.lot_key, tx.origin, shown, sealed)
    return dict(
        build_bundle(
            Bundle(
                lot=lot,
                lot_secret=made.secret,
                view=view,
                entries=tuple(
                    made.entry(each, number, log)
                    for number, log in enumerate(logs)
                    for each in sorted(by_log[log.origin], key=_place)
                    if each.statement != alone
                ),
                status=made.entry(entries[alone], len(logs) - 1, logs[-1]) if alone is not None else None,
                logs=tuple(log.evidence for log in logs),
                policy=settings.policy,
                left_out=left_out,
            )
        )
    )


def _fitting(
    tx: Tx, start: LotRow, view: str, told: Collection[str], settings: BundleSettings
) -> tuple[dict[str, LoggedEntry], frozenset[str], int]:
    """The entries of the lot and of as many lots above it as there is room for, those of which only the place
    is shown, and at how many lots it stops; `told` are in it whatever it is about."""
    most = settings.most
    while True:
        closure = trace_up(StoredLotGraph(tx.connection), [start.id], max_lots=most)
        entries, apart = _with_inputs_and_keys(
            tx, _statements_of(tx.connection, start, view, closure) | {*told}
        )
        if len(entries) <= settings.room or most <= 1:
            return entries, apart, len(closure.unexplored)
        most //= 2


def _newest_status(tx: Tx, settings: BundleSettings) -> SnapshotSeries | None:
    """The market bureau's last snapshot that both witnesses have seen; its log is ours, the last in order.

    One that is whole in itself is the bundle's `status`; the parts of another stand among its statements, so
    that a verifier that knows no parts finds no status rather than a part of one.
    """
    cosigned = find_newest_cosigned(tx.connection, settings.witnesses)
    return find_newest_snapshot(tx.connection, tx.origin, cosigned.size) if cosigned is not None else None


@dataclass(frozen=True, slots=True)
class _Assembly:
    lot: str
    made: LoggedEntry
    lot_key: bytes
    own: str
    shown: Mapping[str, tuple[str, ...]]
    sealed: frozenset[str]
    """Statements of which only the place is shown: those of a party to whom no pair leads, and those of which
    edition 1 took something private in clear."""

    @property
    def secret(self) -> bytes:
        """The secret of the lot itself, whatever the record that made it is about."""
        if self.made.origin != self.own and self.made.sub == self.lot:
            return self.made.secret or bytes(16)
        return lot_secret(self.lot_key, self.lot)

    def secret_of(self, entry: LoggedEntry) -> bytes | None:
        """The secret of what an entry is about: by the platform's key, or as another platform's came."""
        return lot_secret(self.lot_key, entry.sub) if entry.origin == self.own else entry.secret

    def entry(self, entry: LoggedEntry, log: int, proven: ProvenLog) -> Entry:
        if entry.statement in self.sealed:
            return Entry(None, entry.leaf, log, entry.index, proven.paths[entry.index])
        protected, payload, signature = entry.jws.split(".")
        jws: dict[str, Any] = {"protected": protected, "payload": payload, "signature": signature}
        if self.shown.get(entry.statement):
            jws["header"] = {"disclosures": list(self.shown[entry.statement])}
        secret = self.secret_of(entry)
        if entry.sub == self.lot and secret == self.secret:
            secret = None
        return Entry(jws, entry.leaf, log, entry.index, proven.paths[entry.index], secret)


def _exposing(entries: Iterable[LoggedEntry]) -> frozenset[str]:
    """The statements among these whose signed bytes hold something private in clear."""
    claims = {entry.statement: parse_statement(entry.jws).claims for entry in entries}
    return frozenset(stmt for stmt, one in claims.items() if hidden(one.typ, one.data))


def _place(entry: LoggedEntry) -> int:
    return entry.index


def _order(origins: Iterable[str], own: str) -> list[str]:
    """Other logs first, as the goods came; the own log last."""
    return sorted(origins, key=lambda origin: (origin == own, origin))


def _anchors_in(entries: Iterable[LoggedEntry], origin: str) -> set[int]:
    """Sizes of the log `origin` that these statements name as seen by their signers."""
    anchors = [parse_statement(entry.jws).claims.anchor for entry in entries]
    return {anchor.size for anchor in anchors if anchor is not None and anchor.origin == origin}


def _prove(
    tx: Tx, origin: str, entries: list[LoggedEntry], settings: BundleSettings, anchors: Collection[int]
) -> ProvenLog:
    # What has a time limit brings its own first checkpoint along, so that lateness is judged rightly.
    timed = {entry.index for entry in entries if KINDS[entry.typ].timed}
    if origin != tx.origin:
        return prove_carried(tx.connection, origin, entries, timed)
    return prove_own(tx.connection, origin, entries, settings.witnesses, timed, anchors)


def _statements_of(connection: Connection, start: LotRow, view: str, closure: Closure) -> set[str]:
    """What the page of the lot rests on: the lots above and their links, tests, certificates, master data.

    A visit that names the goods it looked at is no part of the page: its result is published by the authority
    that made it, and only an authority takes it with the goods.
    """
    unshown = {_SHIPPED} if view == REGULATOR else {_SHIPPED, INSPECTION.typ}
    lots = read_lots_by_id(connection, closure.lots)
    found = {row.made_by.statement for row in lots.values()} | _linked(closure)
    for mentioned in read_mentions(connection, closure.lots).values():
        found.update(row.statement for role, row in mentioned if role not in unshown)
    found.update(row.statement for _, row in read_reports(connection, closure.lots))
    found |= read_handed(connection, closure.lots) | read_sources(connection, closure.lots)
    found |= _label_changes_of(connection, start)
    parties = {row.made_by.iss for row in lots.values()}
    packs = [pack for pack, _ in read_packs(connection, "lot", [start.id])]
    licences = {f"urn:licence:{pack.data['lbNo']}" for pack in packs if pack.data.get("lbNo")}
    for kind, urns in (("party", parties), ("licence", licences)):
        found.update(row.statement for _, row in read_stated(connection, kind, urns).values())
    plots = [(str(plot), row.made_by.iss) for row in lots.values() for plot in row.detail.get("plots", ())]
    products = [(pack.product, start.made_by.iss) for pack in packs]
    for kind, things in (("place", plots), ("product", products)):
        found.update(row.statement for _, row in read_counting(connection, kind, things).values())
    return found | read_own_corrections(connection, found)


def _label_changes_of(connection: Connection, start: LotRow) -> set[str]:
    """What its maker changed of the page's text since: about the pack, its batch or its product."""
    subjects = {start.urn, *start.detail.get("goods", ()), *([start.product] if start.product else [])}
    changes = list_label_changes(connection, subjects)
    return {one.row.statement for one in changes if one.row.iss == start.made_by.iss}


def _linked(closure: Closure) -> set[str]:
    return {arc.statement for arc in closure.arcs}


def _with_inputs_and_keys(
    tx: Tx, statements: Collection[str]
) -> tuple[dict[str, LoggedEntry], frozenset[str]]:
    """Add what the statements build on and the registrations of their keys, until nothing is missing.

    What a statement names of another party proves knowledge, not a hand-over: unless it is wanted itself,
    it is among the second, of which only the place is shown, and nothing behind it. Raises
    `UnknownStatement` for one that a signed statement names and that is not held.
    """
    entries: dict[str, LoggedEntry] = {}
    foreign: set[str] = set()
    open_ones = set(statements)
    while open_ones:
        found = _found(tx, open_ones)
        entries.update(found)
        named = {ref.stmt for entry in found.values() for ref in parse_statement(entry.jws).claims.inputs}
        behind = _found(tx, named - entries.keys())
        owners = {entry.statement: parse_statement(entry.jws).claims.iss for entry in behind.values()}
        wanted: set[str] = set()
        for entry in found.values():
            claims = parse_statement(entry.jws).claims
            for ref in claims.inputs:
                if ref.stmt in owners:
                    (wanted if owners[ref.stmt] == claims.iss else foreign).add(ref.stmt)
        keys = read_registrations(tx.connection, tx.origin, {entry.kid for entry in found.values()})
        for entry in found.values():
            wanted.update(keys.get((entry.origin, entry.kid), ()))
        open_ones = wanted - entries.keys()
    apart = frozenset(foreign - entries.keys())
    return entries | _found(tx, apart), apart


def _found(tx: Tx, statements: Collection[str]) -> dict[str, LoggedEntry]:
    found = read_logged_entries(tx.connection, tx.origin, statements)
    lost = set(statements) - found.keys()
    if lost:
        raise UnknownStatement(stmt=min(lost))
    return found
