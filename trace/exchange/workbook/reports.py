"""The sheet 出厂检验: rows of one 报告编号 make one lab.report, each row an item.

What a row says must agree with itself: value, limit and verdict, items and conclusion, sampling and testing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from trace.chain.measured import is_within
from trace.errors.tables import CellUnitsDiffer, ConclusionContradicts, VerdictContradicts
from trace.exchange.draft import Draft
from trace.exchange.tabular.records import Extras, RecordWriter, from_lots, grouped, shared, taken
from trace.exchange.tabular.rows import Row
from trace.exchange.workbook.plausible import in_order

REPORT_PRIVATE: Final = ("reporter", "reviewer")
_ITEM: Final = {
    "item": "name", "method": "method", "item_limit": "limit", "value": "value", "item_unit": "unit",
    "verdict": "verdict",
}  # fmt: skip
_ORIGINAL: Final = ("file.sha256", "file.mediaType", "file.bytes")
_WITH_UNIT: Final = re.compile(r"([<>≤≥]?\s*[0-9][0-9.,]*(?:[×xX*]10\^?[0-9⁰¹²³⁴-⁹]+)?)\s*([%‰°℃A-Za-zμµ].*)")
_SAME: Final = {"µ": "μ", "毫克/千克": "mg/kg", "毫克/公斤": "mg/kg", "ppm": "mg/kg"}


def report_drafts(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    """lab.report, one for all rows of a report number; each row is one test item."""
    return [_report(writer, group) for group in grouped(rows, "reportNo").values()]


def _report(writer: RecordWriter, rows: Sequence[Row]) -> Draft:
    members = (
        "reportNo", "lot", "purpose", "sampledAt", "testedAt", "conclusion", "standard", "cma", "hazard",
        *REPORT_PRIVATE,
    )  # fmt: skip
    data = taken(shared(writer, rows, members), *members)
    data["items"] = [_item(writer, row) for row in rows]
    data |= _original(writer, rows) | writer.declared(rows)
    in_order(writer, rows[0], "sampledAt", "testedAt")
    _check_conclusion(writer, rows)
    lot = str(data["lot"])
    # A laboratory tests goods that it may see nothing of: then its report names the lot, and cites no record.
    tested = [replace(one, required=lot.startswith(writer.own_lot(""))) for one in from_lots("tested", [lot])]
    extras = Extras(lot, tuple(tested), REPORT_PRIVATE, named=str(data["reportNo"]))
    return writer.draft(rows, "lab.report", str(data["testedAt"]), data, extras)


def _original(writer: RecordWriter, rows: Sequence[Row]) -> dict[str, object]:
    """{"file": …} of the report's original: digest, kind and size go together."""
    said = shared(writer, rows, _ORIGINAL)
    if not said or writer.lacks(rows[0], *_ORIGINAL):
        return {}
    return {"file": {member.removeprefix("file."): value for member, value in said.items()}}


def _item(writer: RecordWriter, row: Row) -> dict[str, object]:
    values = dict(row.values)
    for member in ("value", "item_limit"):
        if member in values:
            values[member] = _without_unit(writer, row, member)
    _check_verdict(writer, row, values)
    return {name: values[member] for member, name in _ITEM.items() if member in values}


def _without_unit(writer: RecordWriter, row: Row, member: str) -> object:
    """A value whose unit stands behind it and in its column: once is enough, two different are refused."""
    text, beside = str(row.values[member]), row.values.get("item_unit")
    found = _WITH_UNIT.fullmatch(text)
    if found is None or beside is None:
        return text
    if _unit(found[2]) != _unit(str(beside)):
        writer.faults.at(
            row,
            member,
            CellUnitsDiffer(name=writer.form.header_of(member), unit=found[2], other=str(beside)),
        )
        return text
    return found[1].strip()


def _unit(text: str) -> str:
    text = text.strip().replace("µ", "μ").replace(" ", "")
    return _SAME.get(text, text)


def _check_verdict(writer: RecordWriter, row: Row, values: Mapping[str, object]) -> None:
    """A number above its limit is no 合格, one within it no 不合格 (a limit without a sign is the most)."""
    value, limit = str(values.get("value", "")), str(values.get("item_limit", ""))
    within = is_within(value, limit, str(values.get("item_unit") or ""))
    if within is not None and within != (values.get("verdict") == "pass"):
        name, verdict = str(values["item"])[:40], str(values["verdict"])
        refusal = VerdictContradicts(name=name, value=value, limit=limit, verdict=verdict)
        writer.faults.at(row, "verdict", refusal)


def _check_conclusion(writer: RecordWriter, rows: Sequence[Row]) -> None:
    """One item that fails fails the report; a report that fails says by which item."""
    failed = [row for row in rows if row.values["verdict"] == "fail"]
    concluded = str(rows[0].values["conclusion"])
    if bool(failed) != (concluded == "fail"):
        row = failed[0] if failed else rows[0]
        items = "、".join(str(one.values["item"]) for one in failed)[:80]
        writer.faults.at(row, "conclusion", ConclusionContradicts(items=items or "—", verdict=concluded))
