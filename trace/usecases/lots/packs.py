"""Packs under a key: what a GTIN with a batch number, a platform code or a lot leads to (docs/adr/0045).

One production batch may be packed on two days, and a batch number be used again a year later: then several
pack lots bear one key. Every answer by a key looks at all of them. What is printed besides the key tells
which of them is meant: the digest of its record (`?v=`), or its serial.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.admission.gates import ORDERS
from trace.chain.admission.numbers import BY_CODE
from trace.chain.effects import Mark, PackNoted
from trace.chain.identifiers import GTIN, PROVEN, UNPROVEN
from trace.errors import BatchUnknown, RestrictedNumber
from trace.gs1.restricted import restriction_of
from trace.oversight.shelf_life import near_rule
from trace.rules import Rules
from trace.store.chain.master import read_book
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import (
    LotRow,
    read_lots,
    read_lots_by_id,
    read_packs,
    read_packs_of_batch,
)
from trace.store.transaction import Connection, Tx
from trace.usecases.lots.failed_tests import find_failed_test
from trace.usecases.lots.holds import has_possible_recall, order_on, read_burdens
from trace.usecases.lots.order_on_goods import is_over
from trace.usecases.lots.states import (
    EXPIRED,
    FAILED,
    INACTIVE,
    NEAR_EXPIRY,
    NORMAL,
    RECALL_COMPLETED,
    RECALLED,
    SOURCE_ORDERED,
    WITHDRAWN,
    worst_of,
)

Version = tuple[PackNoted, StatementRow]

ACTIVE: Final = "active"
VOID: Final = "void"


@dataclass(frozen=True, slots=True)
class KeyedPack:
    """One pack lot under a key; `pack` and `noted` are its newest record that bears the key.

    `versions` are all of its records, the oldest first: a correction leaves the labels that were printed
    before it honest, whatever it changed.
    """

    pack: PackNoted
    noted: StatementRow
    versions: tuple[Version, ...]

    @property
    def digests(self) -> tuple[str, ...]:
        """What `?v=` says on labels of this pack."""
        return tuple(digest_on_label(row.statement) for _, row in self.versions)


@dataclass(frozen=True, slots=True)
class PackStanding:
    """A pack under a key with its lot and its own state.

    `counts` is the state in which it counts for the key. A pack of somebody else than the key's firm, who may
    have used the number wrongly, counts only by an order that its signer did not make itself.
    """

    keyed: KeyedPack
    lot: LotRow
    state: str
    counts: str
    foreign: bool = False


def gtin_forms(gtin: str) -> list[str]:
    """The ways in which one GTIN may have been written: 14 digits, or without leading zeros."""
    full = gtin.zfill(14)
    return [full, *(full[14 - size :] for size in (13, 12, 8) if not full[: 14 - size].strip("0"))]


def digest_on_label(statement: str) -> str:
    """The 22 characters of `?v=` from the statement id: both are of the same SHA-256."""
    raw = base64.urlsafe_b64decode(statement + "=")[:16]
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def packs_under_key(
    connection: Connection,
    *,
    gtin: str | None = None,
    batch_no: str | None = None,
    platform_code: str | None = None,
    lot: str | None = None,
) -> list[KeyedPack]:
    """The packs under a key in the order in which they arrived; with `lot` that pack alone.

    Under a GTIN that is not proven a pack may answer by its platform code alone: by the GTIN it is inactive.
    Raises `BatchUnknown`, as well for a lot of another product or batch than the key says, and
    `RestrictedNumber`.
    """
    if gtin is not None and lot is None and restriction_of(gtin) is not None:
        raise RestrictedNumber(gtin=gtin.zfill(14))
    if lot is not None:
        ids = [row.id for row in read_lots(connection, [lot])]
        found = [one for one in read_packs(connection, "lot", ids) if _is_of(one[0], gtin, batch_no)]
    elif platform_code is not None:
        spellings = {platform_code, platform_code.replace("-", "")}
        found = read_packs(connection, "platform_code", sorted(spellings))
    else:
        found = read_packs_of_batch(connection, gtin_forms(gtin or ""), batch_no or "")
    if not found:
        raise BatchUnknown(code=platform_code or f"(01){(gtin or '').zfill(14)}(10){batch_no}")
    as_keyed = ACTIVE if gtin is None else INACTIVE
    newest = {pack.lot: (_keyed(pack, as_keyed), row) for pack, row in found}
    versions: dict[int, list[Version]] = {}
    for pack, row in read_packs(connection, "lot", newest):
        versions.setdefault(pack.lot, []).append((_keyed(pack, as_keyed), row))
    return [KeyedPack(*newest[each], tuple(versions[each])) for each in newest]


def _keyed(pack: PackNoted, state: str) -> PackNoted:
    """A pack whose platform code alone answers, as it stands under the key that was asked for."""
    return replace(pack, state=state) if pack.state == BY_CODE else pack


def _is_of(pack: PackNoted, gtin: str | None, batch_no: str | None) -> bool:
    """Whether a pack bears that product's GTIN and that batch number, where they are given."""
    of_product = gtin is None or (pack.gtin or "").zfill(14) == gtin.zfill(14)
    return of_product and batch_no in {None, pack.batch_no}


def named_by(packs: Iterable[KeyedPack], *digests: str | None) -> KeyedPack | None:
    """The pack of which one of these digests is a record's, the first digest first; None where none is."""
    found = [one for digest in digests if digest for one in packs if digest in one.digests]
    return found[0] if found else None


def standings(tx: Tx, packs: Sequence[KeyedPack]) -> list[PackStanding]:
    """The packs with their states, in the same order."""
    lots = read_lots_by_id(tx.connection, (one.pack.lot for one in packs))
    own = _firms_of(tx.connection, packs)
    day = tx.now.astimezone(SHANGHAI_TIME).date()
    found = []
    for one in packs:
        lot = lots[one.pack.lot]
        above, bearing = read_burdens(tx.connection, lot)
        marks = [(each.mark, each.stated) for each in bearing if each.certain]
        order = order_on(lot, above, (mark for mark, _ in marks))
        if order == RECALLED and is_over(tx.connection, (mark for mark, _ in marks)):
            order = RECALL_COMPLETED
        failed = bool(find_failed_test(tx.connection, lot, bearing).where)
        state = state_of(one.pack, order, day, tx.rules, failed=failed)
        if has_possible_recall(bearing):
            state = worst_of(state, SOURCE_ORDERED)
        foreign = one.noted.iss not in own
        ordered = order if _by_others(marks, one.noted.iss) else None
        found.append(PackStanding(one, lot, state, (ordered or NORMAL) if foreign else state, foreign))
    return found


def worst_standing(found: Sequence[PackStanding]) -> PackStanding:
    """The pack for which a key stands that says no more: the worst; of equal ones the newest of the firm."""
    worst = worst_of(*(one.counts for one in found))
    equal = [one for one in found if one.counts == worst]
    return next((one for one in reversed(equal) if not one.foreign), equal[-1])


def _firms_of(connection: Connection, packs: Sequence[KeyedPack]) -> frozenset[str]:
    """Who may speak for the key. Where nobody is registered, those whose codes answer under it already;
    before any does, all of them."""
    signers = frozenset(one.noted.iss for one in packs)
    if len(signers) == 1:
        return signers
    gtins = {one.pack.gtin for one in packs if one.pack.gtin is not None}
    products = {one.pack.product for one in packs} | {GTIN + gtin.zfill(14) for gtin in gtins}
    book = read_book(connection, products)
    named = [GTIN + one.pack.gtin.zfill(14) if one.pack.gtin else one.pack.product for one in packs]
    standing = [(one, book.standing(one.noted.iss, urn)) for one, urn in zip(packs, named, strict=True)]
    proven = frozenset(one.noted.iss for one, each in standing if each == PROVEN)
    unproven = [one for one, each in standing if each == UNPROVEN]
    answering = frozenset(one.noted.iss for one in unproven if one.pack.state == ACTIVE)
    return proven or answering or frozenset(one.noted.iss for one in unproven)


def _by_others(marks: Collection[tuple[Mark, StatementRow]], iss: str) -> bool:
    return any(mark.code in ORDERS and row.iss != iss for mark, row in marks)


def state_of(pack: PackNoted, order: str | None, day: date, rules: Rules, *, failed: bool = False) -> str:
    """The worst that holds: a recall stands above an expiry, an expiry above an inactive code."""
    if order is not None or pack.state == VOID:
        return order or WITHDRAWN
    expiry, made = _date(pack.data.get("expiryDate")), _date(pack.data.get("productionDate"))
    if expiry is not None and day > expiry:
        return EXPIRED
    if failed:
        return FAILED
    if pack.state == INACTIVE:
        return INACTIVE
    near = expiry is not None and made is not None and near_rule(made, expiry, day, rules) is not None
    return NEAR_EXPIRY if near else NORMAL


def _date(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
