"""The sheet 更正: what of earlier records is corrected, cell by cell, or withdrawn.

A row names a record by its sheet and number, a cell by its column (and line, where a record has several), and
what should have stood there. Which statement that is, and what it says now, only a platform can tell; the
rest is checked here, and `amended` puts the right values into its data.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from trace.errors.base import Refusal
from trace.errors.tables import (
    AmendmentLineUnknown,
    CellMissing,
    CellNotWanted,
    CellTextTooShort,
    ColumnNotAmendable,
    RowContradicts,
)
from trace.exchange.draft import RowOrigin
from trace.exchange.tabular.cells import Amount, Reading, read_cell
from trace.exchange.tabular.date_formats import SeenMoment
from trace.exchange.tabular.forms import Column, Form
from trace.exchange.tabular.records import SHORTEST_REASON, RecordWriter, written
from trace.exchange.tabular.rows import Row
from trace.exchange.tabular.seen import SeenNumber

SHEET: Final = "更正"
LOSS: Final = "损耗"
WITHDRAW, CLEAR = "withdraw", "clear"
_LINES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "出厂检验": (("items", "name"),),
    "投料与产出": (("inputs", "lot"), ("outputs", "lot")),
}
"""Sheet -> where its lines stand in the data, and what names one."""
_OF_A_LINE: Final[Mapping[str, Mapping[str, str]]] = {
    "出厂检验": {
        "item": "name", "method": "method", "item_limit": "limit", "value": "value", "item_unit": "unit",
        "verdict": "verdict",
    },
    "投料与产出": {
        "productName": "productName", "product": "product", "quantity": "quantity", "unit": "unit",
        "input_role": "role", "reason": "reason",
    },
}  # fmt: skip
_FIXED: Final = frozenset(
    {
        "lot",
        "batch",
        "line",
        "process",
        "activate",
        "activatedAt",
        "declared_rule",
        "declared_reason",
        "codeLevel",
    }
)
"""What makes a record the one that it is: whoever wrote these wrongly withdraws it and states it anew."""
_UNITS: Final = {"unit": "quantity", "packs_unit": "packs", "netContent_unit": "netContent"}
_PROOF: Final = {"proof_kind": "kind", "proof_ref": "ref", "proof_sha256": "sha256"}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: a member of the sheet's form, the line it stands in, and its right value (None: none)."""

    member: str
    line: str
    value: object
    row: Row


@dataclass(frozen=True, slots=True)
class Amendment:
    """What one record's rows say together; `changes` is empty where it is withdrawn."""

    sheet: str
    record: str
    lot: str
    reason: str
    at: str
    changes: tuple[Change, ...]
    origin: RowOrigin


def amendments(writer: RecordWriter, rows: Sequence[Row], forms: Mapping[str, Form]) -> list[Amendment]:
    """The rows of the sheet by record; a row with a fault gives none."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        lot = str(row.values.get("lot", ""))
        groups.setdefault((str(row.values["sheet"]), str(row.values["record"]), lot), []).append(row)
    made = []
    for (sheet, record, lot), group in groups.items():
        before = writer.faults.count
        changes = [one for row in group if (one := _change(writer, row, forms[sheet])) is not None]
        withdrawn = [row for row in group if row.values["act"] == WITHDRAW]
        if withdrawn and len(group) > 1:
            writer.faults.at(group[1], "act", CellNotWanted(name=writer.form.header_of("act")))
        _check_agreement(writer, changes)
        if writer.faults.count > before:
            continue
        reason = "；".join(dict.fromkeys(str(row.values["reason"]) for row in group))
        at = max(written(row.values["at"]) for row in group)
        origin = RowOrigin(writer.form.name, tuple(row.number for row in group))
        made.append(Amendment(sheet, record, lot, reason, at, tuple(changes), origin))
    return made


def _change(writer: RecordWriter, row: Row, form: Form) -> Change | None:
    """The change of one row, or None for a withdrawal and after a fault."""
    _check_reason(writer, row)
    act = row.values["act"]
    unwanted = {WITHDRAW: ("column", "value", "line"), CLEAR: ("value",)}.get(str(act), ())
    for member in unwanted:
        if member in row.values:
            writer.faults.at(row, member, CellNotWanted(name=writer.form.header_of(member)))
    if act == WITHDRAW or writer.lacks(row, "column", *(("value",) if act != CLEAR else ())):
        return None
    column = _column(writer, row, form)
    if column is None:
        return None
    line = str(row.values.get("line", ""))
    if column.member in _OF_A_LINE.get(form.name, {}) and not line:
        writer.faults.at(row, "line", CellMissing(name=writer.form.header_of("line")))
        return None
    if act == CLEAR:
        if column.required:
            writer.faults.at(row, "act", CellMissing(name=column.header))
            return None
        return Change(column.member, line, None, row)
    return _read(writer, row, column, line)


def _check_agreement(writer: RecordWriter, changes: Sequence[Change]) -> None:
    """A cell that two rows put right in two ways, and an amount's unit that is another beside it."""
    first: dict[tuple[str, str], Change] = {}
    for one in changes:
        line = one.line.removeprefix("urn:lot:").removeprefix(f"{writer.owner}:")
        before = first.setdefault((one.member, line), one)
        if before.value != one.value:
            _differ(writer, before, one)
    for (member, line), one in first.items():
        amount = first.get((_UNITS.get(member, ""), line))
        stated = amount.value if amount is not None else None
        if amount is not None and isinstance(stated, Amount) and stated.unit not in {None, one.value}:
            _differ(writer, *sorted((amount, one), key=lambda each: each.row.number))


def _differ(writer: RecordWriter, first: Change, second: Change) -> None:
    name = writer.form.header_of("value")
    writer.faults.at(second.row, "value", RowContradicts(name=name, first=first.row.number))


def _check_reason(writer: RecordWriter, row: Row) -> None:
    length = len(str(row.values["reason"]))
    if length < SHORTEST_REASON:
        short = CellTextTooShort(name=writer.form.header_of("reason"), length=length, limit=SHORTEST_REASON)
        writer.faults.at(row, "reason", short)


def _column(writer: RecordWriter, row: Row, form: Form) -> Column | None:
    named = str(row.values["column"]).rstrip("*＊ ")
    column = form.by_header.get(named)
    if column is not None and column.member not in _FIXED:
        return column
    writer.faults.at(row, "column", ColumnNotAmendable(name=named[:40], sheet=form.name))
    return None


def _read(writer: RecordWriter, row: Row, column: Column, line: str) -> Change | None:
    cell = row.values["value"]
    if not isinstance(cell, (str, bool, SeenNumber, SeenMoment)):
        raise TypeError("a cell is wanted")
    try:
        value = read_cell(column, cell, Reading(writer.owner))
    except Refusal as refusal:
        writer.faults.at(row, "value", refusal)
        return None
    return Change(column.member, line, written(value) if column.kind == "moment" else value, row)


def amended(data: Mapping[str, Any], amendment: Amendment, owner: str) -> dict[str, Any]:
    """The data with the right values. Raises `AmendmentLineUnknown` for a line that the record has not."""
    whole: dict[str, Any] = copy.deepcopy(dict(data))
    for change in amendment.changes:
        names = _OF_A_LINE.get(amendment.sheet, {})
        if change.member in names:
            inner = _line(whole, amendment.sheet, change.line, owner)
            _put(inner, names[change.member], change.value)
        else:
            _put_at_top(whole, amendment.sheet, change)
    return whole


def _line(data: dict[str, Any], sheet: str, line: str, owner: str) -> dict[str, Any]:
    if line == LOSS and isinstance(data.get("loss"), dict):
        loss: dict[str, Any] = data["loss"]
        return loss
    wanted = {line, f"urn:lot:{owner}:{line}", f"urn:lot:{line}"}
    single = [data[name] for name in ("input", "output") if isinstance(data.get(name), dict)]
    listed = [(one, name) for where, name in _LINES[sheet] for one in data.get(where, ())]
    found: list[dict[str, Any]] = [
        one for one, name in [*listed, *((one, "lot") for one in single)] if one.get(name) in wanted
    ]
    if len(found) != 1:
        raise AmendmentLineUnknown(line=line, count=len(found))
    return found[0]


def _put_at_top(data: dict[str, Any], sheet: str, change: Change) -> None:
    member = change.member
    if member == "reportNo" and change.value is None:
        data.pop("releaseReport", None)
        data.get("label", {}).get("release", {}).pop("report", None)
    elif member in _PROOF:
        proofs = data.setdefault("proofs", [])
        if not proofs:
            proofs.append({"kind": "paper"})
        _put(proofs[0], _PROOF[member], change.value)
    elif member.startswith("label."):
        *above, name = member.split(".")
        inner = data
        for part in above:
            inner = inner.setdefault(part, {})
        _put(inner, name, change.value)
    else:
        _put(data, member, change.value)
        if member == "product" and sheet == "包装赋码":
            gtin = str(change.value).removeprefix("urn:gtin:")
            _put(data, "gtin", gtin if gtin != change.value else None)


def _put(data: dict[str, Any], name: str, value: object) -> None:
    """Set a member; an amount keeps its unit where none is written, a unit its amount."""
    if name in _UNITS:
        data[_UNITS[name]] = {**data.get(_UNITS[name], {}), "unit": value}
    elif isinstance(value, Amount):
        before = data.get(name, {})
        data[name] = {"value": value.value, "unit": value.unit or before.get("unit", "件")}
    elif value is None:
        data.pop(name, None)
    else:
        data[name] = value
