"""Grounds and telephones of recalls: what failed in the goods before an authority ordered one, and the number
on the label of each pack.

An order gives its reason in words of its own. What a laboratory found is told beside it as what was found,
with its day: that it is why, only the order can say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from trace.calendar.shanghai import day_of
from trace.chain.admission.gates import FAILED_REPORT
from trace.chain.effects import PackNoted
from trace.chain.label_text import change_texts, label_texts
from trace.chain.report_effects import ReportNoted
from trace.store.chain.labels import list_label_changes
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import LotRow, read_lots_by_id, read_marks_on, read_reports
from trace.store.lots.orders import OrderRow
from trace.store.transaction import Connection
from trace.usecases.recalls.recall import FailedItem

CONTACT: Final = "enterprise.contact"
_FAIL: Final = "fail"
_ITEMS: Final = 5


def failed_items(
    connection: Connection, orders: Mapping[int, OrderRow], named: Mapping[int, Collection[int]]
) -> dict[int, tuple[FailedItem, ...]]:
    """Recall -> what failed in the goods that it names, as logged before it and not lifted since.

    Two queries, however many recalls.
    """
    lots = set().union(*named.values()) if named else set()
    open_ = {row.statement for mark, row in read_marks_on(connection, lots) if mark.code == FAILED_REPORT}
    failing = [one for one in read_reports(connection, lots) if one[1].statement in open_] if open_ else []
    return {
        order: tuple(
            item
            for report, row in failing
            if report.lot in named.get(order, ()) and row.logged_at <= orders[order].logged_at
            for item in _items(report, row)
        )[:_ITEMS]
        for order in orders
    }


def label_contacts(
    connection: Connection, packs: Mapping[int, tuple[PackNoted, StatementRow]], shown: Collection[int]
) -> dict[int, str]:
    """Pack -> the number or address on its label, as its firm last changed it; two queries."""
    lots = read_lots_by_id(connection, shown)
    about = {lot: _subjects(row, packs[lot][0]) for lot, row in lots.items()}
    changes = list_label_changes(connection, set().union(*about.values())) if about else []
    found = {}
    for lot, subjects in about.items():
        pack, noted = packs[lot]
        label = pack.data.get("label")
        texts = label_texts(label if isinstance(label, Mapping) else {}, {}, {})
        change_texts(
            texts, [one.data for one in changes if one.subject in subjects and one.row.iss == noted.iss]
        )
        if isinstance(contact := texts[CONTACT], str):
            found[lot] = contact
    return found


def _subjects(lot: LotRow, pack: PackNoted) -> set[str]:
    return {lot.urn, pack.product, *lot.detail.get("goods", ())}


def _items(report: ReportNoted, row: StatementRow) -> list[FailedItem]:
    stated = report.data.get("items")
    items: list[Any] = list(stated) if isinstance(stated, list | tuple) else []
    failed = [one for one in items if isinstance(one, Mapping) and one.get("verdict") == _FAIL]
    return [
        FailedItem(
            name=str(one.get("name") or ""),
            value=_text(one.get("value")),
            unit=_text(one.get("unit")),
            limit=_text(one.get("limit")),
            tested_on=day_of(row.occurred_at),
            report_no=report.report_no,
        )
        for one in failed
    ]


def _text(value: object) -> str | None:
    return value.strip()[:100] or None if isinstance(value, str) else None
