"""Filling in of drafts: the statements that their references mean, serials, platform codes, hand-overs.

What a row cannot know and the platform does. It is asked for anew before every signing: others state too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from trace.chain.facts.code import ACTIVATE
from trace.chain.sight import Sight
from trace.codes.platform_code import SCOPE
from trace.errors import Refusal, UnknownLot
from trace.errors.uploads import ReportUnstated
from trace.exchange.draft import FIND_LOT, FIND_REPORT, Draft, Reference
from trace.exchange.handover_fitting import Handovers
from trace.exchange.master.tables import KINDS as MASTER_KINDS
from trace.exchange.master.tables import kept_beside
from trace.exchange.signing_plan import Name, made_by, name_of, put_reference, sources_of
from trace.identity.alike import alike
from trace.ledger.claims import InputRef
from trace.ledger.statement import parse_statement
from trace.parties import OWN, Actor
from trace.store.chain.statements import StatementRow
from trace.store.log.entries import find_entries
from trace.store.lots.details import LotRow, read_lots, read_reports
from trace.store.transaction import Connection, Transactions
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.inbox.read_inbox import HandedOver, read_inbox
from trace.usecases.lots.sight import owns, sight
from trace.usecases.stated.own_records import newest_data

_FURTHEST: Final = 8
"""Steps from a consignment back through packs to the goods that were tested."""


@dataclass(slots=True)
class Desk:
    """Who drafts are filled in for, and with what."""

    transactions: Transactions
    codes: IssuedCodes
    holder: str

    @property
    def actor(self) -> Actor:
        """The holder as a reader of its own affairs."""
        return Actor("uploads", self.holder, scopes=frozenset({OWN}))

    def handovers(self, drafts: Sequence[Draft]) -> Handovers:
        """The open hand-overs that receipts among these take up."""
        found = Handovers(
            lambda _: [_offer(one) for one in read_inbox(self.transactions, self.actor).handovers]
        )
        found.take_up(drafts)
        return found


@dataclass(slots=True)
class Filling:
    """Fills in a run of drafts. `planned`: what drafts of the same run make, by its stand-in id."""

    desk: Desk
    planned: Mapping[Name, str]
    handovers: Handovers
    _lots: dict[str, LotRow] = field(default_factory=dict)
    _reports: dict[tuple[str, str], StatementRow] = field(default_factory=dict)
    _made_from: dict[str, list[str]] = field(default_factory=dict)
    _serials: dict[str, dict[str, Any]] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)  # lot of a pack of this run → its platform code
    _refused: dict[str, Refusal] = field(default_factory=dict)

    def look(self, drafts: Sequence[Draft]) -> None:
        """Read what these drafts refer to, and count out the serials that packs want."""
        for draft in drafts:
            self._made_from.update({lot: sources_of(draft.data) for lot in draft.makes})
        with self.desk.transactions.look("uploads") as tx:
            self._read_lots(
                tx.connection, {one.lot for draft in drafts for one in draft.references if one.lot}
            )
            self._read_reports(tx.connection)
        self._allocate(drafts)

    def fill(self, draft: Draft) -> tuple[dict[str, Any], list[InputRef]]:
        """The data and inputs of a draft; raises the refusal of what it names and nobody stated."""
        if draft.key in self._refused:
            raise self._refused[draft.key]
        data: dict[str, Any] = orjson.loads(orjson.dumps(draft.data))
        if draft.key in self._serials:
            data["serials"] = self._serials[draft.key]
        if draft.typ == ACTIVATE.typ and "platformCode" not in data and (code := self._code_of(draft.sub)):
            data["platformCode"] = code
        data = self._said_again(draft, data)
        inputs: list[InputRef] = []
        opened = self.handovers.opened.get(draft.key)
        if opened is not None:
            data["handover"] = {"stmt": opened.stmt, "salt": opened.salt}
            inputs.append(InputRef(opened.stmt, opened.log, opened.index, "handover"))
        for one in draft.references:
            stmt = self.planned.get(name_of(one))
            if stmt is None:
                found = self._find(one)
                if found is None:
                    continue
                stmt = found.statement
                inputs.append(InputRef(found.statement, found.origin, found.index, one.role))
            else:
                inputs.append(InputRef(stmt, "", 0, one.role))  # its place is known once it was signed
            put_reference(data, one.path, stmt)
        return data, inputs

    def _said_again(self, draft: Draft, data: dict[str, Any]) -> dict[str, Any]:
        """Of master data the row with what stands of the same thing and has no column: a change of its name
        takes no outline away."""
        if draft.typ not in MASTER_KINDS:
            return data
        with self.desk.transactions.look("uploads") as tx:
            stands = newest_data(tx.connection, self.desk.holder, tx.origin, draft.typ, draft.sub)
        return kept_beside(draft.typ, stands, data)

    def _read_lots(self, connection: Connection, urns: Iterable[str]) -> None:
        wanted = [urn for urn in urns if urn not in self._lots]
        for row in read_lots(connection, wanted):
            self._lots[row.urn] = row

    def _read_reports(self, connection: Connection) -> None:
        ids = {row.id: row.urn for row in self._lots.values()}
        for report, row in read_reports(connection, ids, unasked=True):
            self._reports[ids[report.lot], alike(report.report_no)] = row

    def _find(self, one: Reference) -> StatementRow | None:
        try:
            return self._lot(one) if one.find == FIND_LOT else self._other(one)
        except Refusal:
            if one.required:
                raise
            return None

    def _lot(self, one: Reference) -> StatementRow:
        row = self._lots.get(one.lot or "")
        if row is None:
            raise UnknownLot(lot=one.lot)
        if not owns(row, self.desk.holder):
            with self.desk.transactions.look("uploads") as tx:
                if sight(tx.connection, self.desk.actor, row).sight is Sight.NONE:
                    raise UnknownLot(lot=one.lot)
        return row.made_by

    def _other(self, one: Reference) -> StatementRow:
        """A report by its number, of the lot or of the goods in it; a statement by its id."""
        with self.desk.transactions.look("uploads") as tx:
            if one.find != FIND_REPORT:
                entry = find_entries(tx.connection, [one.number or ""]).get(one.number or "")
                if entry is None:
                    raise UnknownLot(lot=one.number)
                return StatementRow(
                    entry.statement_id, entry.typ, entry.iss, "", tx.origin, entry.index, tx.now, tx.now
                )
            waiting, seen, number = [one.lot or ""], set[str](), alike(one.number or "")
            while waiting and len(seen) < _FURTHEST:
                urn = waiting.pop(0)
                if urn in seen:
                    continue
                seen.add(urn)
                self._read_lots(tx.connection, [urn])
                self._read_reports(tx.connection)
                if (urn, number) in self._reports:
                    return self._reports[urn, number]
                waiting += self._made_from.get(urn, ()) or self._sources(tx.connection, urn)
        raise ReportUnstated(number=one.number, lot=one.lot)

    def _sources(self, connection: Connection, urn: str) -> list[str]:
        row = self._lots.get(urn)
        if row is None:
            return []
        entry = find_entries(connection, [row.made_by.statement]).get(row.made_by.statement)
        return [] if entry is None else sources_of(parse_statement(entry.jws).claims.data)

    def _allocate(self, drafts: Sequence[Draft]) -> None:
        """Serials of one product follow one another, in signing order."""
        wanted: dict[str | None, list[Draft]] = {}
        for draft in drafts:
            if draft.codes and draft.key not in self._serials:
                gtin = draft.data.get("gtin")
                wanted.setdefault(gtin if isinstance(gtin, str) else None, []).append(draft)
        for gtin, packs in wanted.items():
            try:
                if gtin is not None:
                    self.desk.codes.require_user(gtin, self.desk.holder)
                found = self.desk.codes.next_range(gtin, sum(draft.codes for draft in packs))
            except Refusal as refusal:
                self._refused.update({draft.key: refusal for draft in packs})
                continue
            first = found.first
            for draft in packs:
                self._serials[draft.key] = {"epoch": found.epoch, "first": first, "count": draft.codes}
                if gtin is None and draft.codes == 1:
                    self._codes[draft.sub] = self.desk.codes.platform_codes(found.epoch, first, 1)[0]
                first += draft.codes

    def _code_of(self, lot: str) -> str:
        """The platform code under which a pack without a GTIN is activated; "" where it has none."""
        if lot in self._codes:
            return self._codes[lot]
        found = self.desk.codes.range_of_lot(lot)
        if found is None or found.scope != SCOPE or found.interval.count != 1:
            return ""
        return self.desk.codes.platform_codes(found.epoch, found.interval.first, 1)[0]


def stand_ins(drafts: Sequence[Draft], ids: Sequence[str]) -> dict[Name, str]:
    """What each draft of a run makes, by the id that stands for its statement."""
    return {name: ids[place] for place, draft in enumerate(drafts) for name in made_by(draft)}


def _offer(one: HandedOver) -> dict[str, Any]:
    """An open hand-over as `handover_fitting` reads it."""
    return {
        "stmt": one.stmt, "salt": one.salt, "log": one.log, "index": one.index, "shipper": one.shipper,
        "shipperName": one.shipper_name, "lot": one.lot, "fromLot": one.from_lot,
        "fromBatch": one.from_batch, "product": one.product, "productName": one.product_name,
        "quantity": one.quantity.as_json(), "received": one.received.as_json(),
    }  # fmt: skip
