"""A firm's own packs as its label pages show them: state, whether a label may be drawn now, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.chain.effects import PackNoted
from trace.codes.ranges import CodeRange
from trace.errors import CodeNotActive, Refusal, UnknownLot
from trace.parties import Actor
from trace.store.chain.statements import StatementRow
from trace.store.codes.ranges import read_ranges
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id, read_packs, read_reports
from trace.store.lots.packed import NEWEST, list_packed
from trace.store.transaction import Connection, Transactions
from trace.usecases.lots.holds import find_order, same_goods
from trace.usecases.printing.printable_pack import OF_BATCH, open_pack

PAGE: Final = 20
INACTIVE: Final = "inactive"
_RELEASE, _PASSED = "release", "pass"


@dataclass(frozen=True, slots=True)
class OwnPack:
    """A pack lot of the caller's.

    `state` is that of its code (inactive, active, by-code, void) or an order that stands above it (recalled,
    withdrawn); `shut` is the refusal of whoever prints its label now, None where the gates are open.
    """

    row: LotRow
    pack: PackNoted
    noted: StatementRow
    state: str
    shut: Refusal | None

    @property
    def printable(self) -> bool:
        return self.shut is None

    @property
    def gates_shut(self) -> bool:
        """Whether more is in the way than that the code is not active."""
        return self.shut is not None and not isinstance(self.shut, CodeNotActive)


@dataclass(frozen=True, slots=True)
class OwnPacks:
    """Some packs, the newest first, and the lot after which older ones follow ("" where none do)."""

    packs: tuple[OwnPack, ...]
    older: str = ""


@dataclass(frozen=True, slots=True)
class PackDetails:
    """A pack with what its page needs beyond the list: the range of its item codes, and the passed release
    tests that an activation may name, the newest first, as (statement, number)."""

    own: OwnPack
    codes: CodeRange | None
    reports: tuple[tuple[str, str], ...]


def list_own_packs(transactions: Transactions, actor: Actor, after: str = "") -> OwnPacks:
    """The caller's packs, newest first, below the lot `after`; raises `UnknownLot` for another's."""
    with transactions.look("labels") as tx:
        below = require_own_pack(tx.connection, actor, after)[0].id if after else NEWEST
        found = list_packed(tx.connection, actor.party or "", below, PAGE + 1)
        rows = read_lots_by_id(tx.connection, found[:PAGE])
        latest = {pack.lot: (pack, noted) for pack, noted in read_packs(tx.connection, "lot", rows)}
        shown = [rows[number] for number in found[:PAGE]]
        packs = tuple(_standing(tx.connection, row, *latest[row.id]) for row in shown)
    return OwnPacks(packs, shown[-1].urn if len(found) > PAGE else "")


def show_own_pack(transactions: Transactions, actor: Actor, lot: str) -> PackDetails:
    """One pack of the caller's; raises `UnknownLot`, the same for another firm's and for none."""
    with transactions.look("labels") as tx:
        row, pack, noted = require_own_pack(tx.connection, actor, lot)
        ranges = read_ranges(tx.connection, [lot])
        reports = tuple((each.statement, number) for number, each in passed_tests(tx.connection, row))
        own = _standing(tx.connection, row, pack, noted)
    return PackDetails(own, ranges[-1].codes if ranges else None, reports)


def require_own_pack(
    connection: Connection, actor: Actor, lot: str
) -> tuple[LotRow, PackNoted, StatementRow]:
    """The lot, its pack as last stated and the statement of it; raises `UnknownLot`."""
    rows = read_lots(connection, [lot])
    if not rows or not actor.party or rows[0].holder != actor.party:
        raise UnknownLot(lot=lot)
    packs = read_packs(connection, "lot", [rows[0].id])
    if not packs:
        raise UnknownLot(lot=lot)
    return (rows[0], *packs[-1])


def passed_tests(connection: Connection, row: LotRow) -> list[tuple[str, StatementRow]]:
    """(number, statement) of the passed release tests of these goods, the newest first."""
    goods = [one.id for one in read_lots(connection, same_goods(row))]
    found = read_reports(connection, goods, unasked=True)
    passed = [
        (one.report_no, said) for one, said in found if (one.purpose, one.conclusion) == (_RELEASE, _PASSED)
    ]
    return passed[::-1]


def _standing(connection: Connection, row: LotRow, pack: PackNoted, noted: StatementRow) -> OwnPack:
    shut: Refusal | None = None
    try:
        open_pack(connection, row.urn, OF_BATCH, row.holder)
    except Refusal as refusal:
        shut = refusal
    return OwnPack(row, pack, noted, find_order(connection, row.urn) or pack.state, shut)
