"""Builders of farm records: rows of farm tables (CSV or XLSX) to unsigned drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from trace.exchange.draft import FIND_REPORT, Draft, Reference
from trace.exchange.tabular.forms import load_forms
from trace.exchange.tabular.records import Extras, RecordWriter, from_lots, once, taken, written
from trace.exchange.tabular.rows import Row

FARM_FORMS: Final = load_forms(Path(__file__).with_name("columns.toml"))
_RECEIVER: Final = ("receiver", "receiverName", "receiverAddress", "receiverContact", "vehicle")
_NEEDED_OF_INPUT: Final = ("input.name", "input.regNo", "input.source", "input.dose", "input.method")


def _operations(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    return [_operation(writer, row) for row in rows]


def _operation(writer: RecordWriter, row: Row) -> Draft:
    """farm.operation; an input is all of name, registration, source, dose and method, or nothing."""
    values, at = row.values, written(row.values["at"])
    data = taken(values, "plot", "crop", "operation", "usedOn", "stoppedOn", "target", "operator")
    data.setdefault("usedOn", at[:10])
    given = {member[6:]: value for member, value in values.items() if member.startswith("input.")}
    if given and not writer.lacks(row, *_NEEDED_OF_INPUT):
        data["input"] = given
    named = f"{data['plot']} {at} {data['operation']} {given.get('name', '')}"
    return writer.draft(
        [row], "farm.operation", at, data, Extras(str(data["plot"]), (), ("operator",), named=named)
    )


def _harvests(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    return [_harvest(writer, row) for row in once(writer, rows, "lot")]


def _harvest(writer: RecordWriter, row: Row) -> Draft:
    lot = writer.own_lot(row.values["lot"])
    data: dict[str, object] = {"lot": lot}
    data |= taken(
        row.values, "productName", "product", "crop", "variety", "plots", "quantity", "harvestedFrom",
        "harvestedTo", "place",
    )  # fmt: skip
    data |= writer.declared([row])
    return writer.draft([row], "farm.harvest", str(data["harvestedTo"]), data, Extras(lot, makes=(lot,)))


def _certificates(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    return [_certificate(writer, row) for row in once(writer, rows, "certNo")]


def _certificate(writer: RecordWriter, row: Row) -> Draft:
    """farm.certificate; a basis that is a test needs the report's number."""
    data = taken(
        row.values,
        "certNo",
        "lot",
        "productName",
        "quantity",
        "origin",
        "basis",
        "style",
        "issuedAt",
        "contact",
    )
    data |= writer.declared([row])
    references = from_lots("raw", [str(data["lot"])])
    if data["basis"] != "controlled" and not writer.lacks(row, "reportNo"):
        number = str(row.values["reportNo"])
        references += (
            Reference(FIND_REPORT, "report", lot=str(data["lot"]), number=number, path=("report",)),
        )
    extras = Extras(str(data["lot"]), references, ("contact",), named=str(data["certNo"]))
    return writer.draft([row], "farm.certificate", str(data["issuedAt"]), data, extras)


def _shipments(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    return [_shipment(writer, row) for row in once(writer, rows, "lot")]


def _shipment(writer: RecordWriter, row: Row) -> Draft:
    lot = writer.own_lot(row.values["lot"])
    data: dict[str, object] = {"lot": lot}
    data |= taken(row.values, "fromLot", "quantity", "shippedAt", *_RECEIVER) | writer.declared([row])
    extras = Extras(lot, from_lots("raw", [str(data["fromLot"])]), _RECEIVER, (lot,))
    return writer.draft([row], "food.shipment", str(data["shippedAt"]), data, extras)


FARM_BUILDERS: Final[Mapping[str, Callable[[RecordWriter, Sequence[Row]], list[Draft]]]] = {
    "农事记录": _operations,
    "采收入库": _harvests,
    "合格证": _certificates,
    "出库": _shipments,
}
"""Form name -> builder of its drafts."""
