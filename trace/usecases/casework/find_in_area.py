"""Search of an authority: by code, lot, firm, product, licence, report or case number, within its area.

What lies elsewhere is not found. Whoever searches says what for; each firm that the answer names gets a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from trace.chain.admission.gates import FAILED_REPORT
from trace.chain.facts.urns import lot_batch
from trace.chain.sight import lies_in
from trace.codes.crockford import canonical, is_canonical
from trace.errors import Refusal
from trace.gs1.application_identifiers import Element
from trace.gs1.digital_link import parse_uri
from trace.gs1.element_string import parse_bracketed, parse_scanned
from trace.parties import Actor
from trace.quantities import Quantity
from trace.store.casework.asked import firm_names, lots_by, lots_numbered
from trace.store.casework.cases import CaseRow, cases_of_lot, cases_of_report, find_case
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id, reports_numbered
from trace.store.lots.standing import regions_of
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.standing import hold_on
from trace.usecases.lots.failed_tests import find_failed_test
from trace.usecases.lots.holds import bearing_marks, burdens_of
from trace.usecases.lots.lineage_parts import parted
from trace.usecases.search.find_names import FirmFound, ProductFound, find_names

MOST: Final = 50
_FIRM: Final = "urn:uscc:"
_GTIN, _BATCH = "01", "10"
_PLATFORM: Final = 12
_READ: Final = 5_000
"""So many lots are looked through for those of the area."""


@dataclass(frozen=True, slots=True)
class LotFound:
    """A lot with the cases about it, and of a failed test that reaches it.

    `failed`: own, batch or source, "" for none; `beside` are the cases of other lots whose tests reach it.
    """

    urn: str
    kind: str
    batch_no: str
    product: str
    quantity: Quantity
    holder: str
    cases: tuple[str, ...]
    failed: str = ""
    beside: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The number that its maker gave it."""
        return lot_batch(self.urn)


@dataclass(frozen=True, slots=True)
class FoundInArea:
    """What was found; `more`: there is more than is shown."""

    cases: Sequence[CaseRow] = ()
    lots: Sequence[LotFound] = ()
    firms: Sequence[FirmFound] = ()
    products: Sequence[ProductFound] = ()
    more: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.cases or self.lots or self.firms or self.products)


def find_in_area(transactions: Transactions, actor: Actor, text: str, purpose: str) -> FoundInArea:
    """What the text leads to in the caller's area; raises `PurposeMissing` before anything is looked for."""
    why = Purpose(purpose)
    why.required()
    wanted = text.strip()[:400]
    if not wanted:
        return FoundInArea()
    named = find_names(transactions, wanted)
    with transactions.begin(actor.subject) as tx:
        lots, more = _lots(tx, actor, wanted)
        cases = _cases(tx, actor, wanted, lots)
        shown = [_told(tx, actor, lot) for lot in lots]
        parties = {lot.made_by.iss for lot in lots} | {row.party for row in cases}
        parties |= {f"{_FIRM}{firm.code}" for firm in named.firms}
        note_looks(tx, actor, parties, Seen("search", wanted, len(shown) + len(cases)), why)
        names = firm_names(tx.connection, [one.holder for one in shown])
    told = [replace(one, holder=names.get(one.holder, one.holder)) for one in shown]
    return FoundInArea(cases, told, named.firms, named.products, more or named.more)


def _lots(tx: Tx, actor: Actor, text: str) -> tuple[list[LotRow], bool]:
    """Lots of the area by urn, number, code of a pack or report number, the newest first, and whether there
    are more. What lies elsewhere is passed over before anything is cut."""
    urns = [text] if text.startswith("urn:lot:") else []
    urns += [lot for _, lot, _ in reports_numbered(tx.connection, [text])]
    urns += lots_numbered(tx.connection, text, _READ)
    urns += lots_by(tx.connection, text, _code(text), _READ)
    found: list[LotRow] = []
    for part in parted(dict.fromkeys(urns)):
        rows = {one.urn: one for one in read_lots(tx.connection, part)}
        regions = regions_of(tx.connection, rows.values())
        lying = [rows[urn] for urn in part if urn in rows]
        found += [lot for lot in lying if lies_in(actor.region, regions[lot.id])]
        if len(found) > MOST:
            break
    return found[:MOST], len(found) > MOST or len(urns) >= _READ


def _code(text: str) -> tuple[str, str, str]:
    """GTIN, batch number and platform code of what was typed or scanned, as far as it holds them."""
    plain = canonical(text.rsplit("/t/", 1)[-1].strip("/"))
    if len(plain) == _PLATFORM and is_canonical(plain):
        return "", "", plain
    for read in (parse_bracketed, parse_scanned, _elements_of_link):
        with suppress(Refusal, ValueError):
            keys = {each.ai: each.value for each in read(text)}
            return keys.get(_GTIN, ""), keys.get(_BATCH, ""), ""
    digits = "".join(text.split())
    return (digits.zfill(14) if digits.isdigit() and len(digits) in {8, 12, 13, 14} else ""), "", ""


def _elements_of_link(text: str) -> Sequence[Element]:
    return parse_uri(text).keys


def _cases(tx: Tx, actor: Actor, text: str, lots: Sequence[LotRow]) -> list[CaseRow]:
    found = {row.number: row for row in cases_of_report(tx.connection, text)}
    own = find_case(tx.connection, text.upper())
    if own is not None:
        found[own.number] = own
    for lot in lots:
        found |= {row.number: row for row in cases_of_lot(tx.connection, lot.urn)}
    return [row for _, row in sorted(found.items()) if hold_on(tx, actor, row)]


def _told(tx: Tx, actor: Actor, lot: LotRow) -> LotFound:
    bearing = bearing_marks(tx.connection, burdens_of(tx.connection, lot.id, (FAILED_REPORT,)))
    failed = {one.mark.lot for one in bearing if one.certain and one.mark.lot is not None}
    return LotFound(
        lot.urn,
        lot.kind,
        lot.batch_no,
        lot.product_name,
        lot.quantity,
        lot.holder or lot.made_by.iss,
        _held(tx, actor, [lot]),
        find_failed_test(tx.connection, lot, bearing).where,
        _held(tx, actor, read_lots_by_id(tx.connection, failed - {lot.id}).values()),
    )


def _held(tx: Tx, actor: Actor, lots: Iterable[LotRow]) -> tuple[str, ...]:
    """The cases about these lots that the caller has to do with."""
    rows = {row.number: row for lot in lots for row in cases_of_lot(tx.connection, lot.urn)}
    return tuple(number for number, row in sorted(rows.items()) if hold_on(tx, actor, row))
