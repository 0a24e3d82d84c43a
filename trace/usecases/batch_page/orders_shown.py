"""Orders on the goods as a page tells them: why, by whom, when, which level, what to do, where to return.

All of it is read from the signed statement. Orders of the first edition were free maps: what they say in the
members of today's form is shown, whatever they say besides is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from trace.calendar.shanghai import day_of
from trace.chain.admission.gates import ORDERS
from trace.chain.effects import Mark
from trace.chain.facts.oversight import COMPLETION, HOLD, RECALL
from trace.chain.facts.recall import RECALL as FIRM_RECALL
from trace.ledger.statement import parse_statement
from trace.store.chain.statements import StatementRow
from trace.store.log.carried import read_logged_entries
from trace.store.log.signers import read_signers
from trace.store.lots.details import LotRow
from trace.store.transaction import Tx
from trace.usecases.batch_page.page import OrderShown
from trace.usecases.lots.sources import Sources

_KIND: Final = {HOLD.typ: "hold", RECALL.typ: "recall", FIRM_RECALL.typ: "recall"}


def orders_shown(
    tx: Tx, lot: LotRow, sources: Sources, marks: Sequence[tuple[Mark, StatementRow]]
) -> tuple[OrderShown, ...]:
    """The orders behind the open marks of a pack and of what is in it, and recalls of some of its codes.

    `marks` are those that come down to the pack on other ways than the sources' links.

    Recalls first, those of the pack's own goods before those of what is in them. Three queries more where
    there is any.
    """
    found = {row.statement: (row, mark.lot) for mark, row in (*marks, *sources.marks) if mark.code in ORDERS}
    told = [row for rows in sources.mentions.values() for _, row in rows]
    coded = [row for _, row in sources.mentions.get(lot.id, ()) if row.typ in _KIND]
    for row in coded:
        found.setdefault(row.statement, (row, None))
    if not found:
        return ()
    ends = {row.statement for row in told if row.typ == COMPLETION.typ}
    data = _data_of(tx, {*found, *ends})
    completed = {str(order) for each in ends for order in _listed(data.get(each, {}).get("orders"))}
    signers = read_signers(tx.connection, tx.origin, set(found))
    shown = [
        _order(
            row,
            data.get(row.statement, {}),
            by=sources.public_name(row.iss, signed.name if (signed := signers.get(row.statement)) else None),
            of=sources.lots.get(on) if on is not None else lot,
            own=on in {None, lot.id},
            codes_only=on is None,
            completed=row.statement in completed,
        )
        for row, on in found.values()
        if on is not None or _names_codes(data.get(row.statement, {}), lot.urn)
    ]
    return tuple(sorted(shown, key=lambda one: (one.kind != "recall", not one.own, one.on)))


def _order(
    row: StatementRow,
    data: Mapping[str, Any],
    *,
    by: str | None,
    of: LotRow | None,
    own: bool,
    codes_only: bool,
    completed: bool,
) -> OrderShown:
    contact = data.get("contact")
    reached: Mapping[str, Any] = contact if isinstance(contact, Mapping) else {}
    return OrderShown(
        kind=_KIND.get(row.typ, "recall"),
        by_firm=row.typ == FIRM_RECALL.typ,
        by=by,
        on=day_of(row.occurred_at),
        matter=_text(data.get("matter")),
        level=_text(data.get("level")),
        reason=_text(data.get("reason")),
        advice=_text(data.get("advice")),
        return_to=_text(data.get("returnTo")),
        function=_text(reached.get("function")),
        phone=_text(reached.get("phone")),
        until=_text(data.get("until")),
        product_name=of.product_name if of is not None else "",
        own=own,
        codes_only=codes_only,
        completed=completed,
        statement=row.statement,
    )


def _data_of(tx: Tx, statements: set[str]) -> dict[str, Mapping[str, Any]]:
    """Statement id -> what it states; of a correction what stands in its place."""
    found: dict[str, Mapping[str, Any]] = {}
    for statement, entry in read_logged_entries(tx.connection, tx.origin, statements).items():
        data = parse_statement(entry.jws).claims.data
        anew = data.get("replacement")
        found[statement] = anew if isinstance(anew, Mapping) else data
    return found


def _names_codes(data: Mapping[str, Any], lot: str) -> bool:
    """Whether a recall is of codes of that lot alone, and not of the whole lot."""
    parts = [each for each in _listed(data.get("serials")) if isinstance(each, Mapping)]
    return any(each.get("lot") == lot for each in parts) and lot not in _listed(data.get("lots"))


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _text(value: object) -> str | None:
    return value.strip()[:500] or None if isinstance(value, str) else None
