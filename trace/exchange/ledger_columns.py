"""The ledgers of a firm in the columns of the law: 进货查验, 生产, 出厂检验, 销售（出货）.

The headings are those of the template (`workbook/columns.toml`), which has the nine fields of 食品安全法 §50
and the ten of §51; what the goods are stands in the record of their packing. A record of several lines, as
a batch with its inputs and outputs or a report with its items, has a row for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from trace.chain.facts.food import MERGE, PRODUCTION, RECEIPT, SPLIT
from trace.chain.facts.goods import REPORT, SHIPMENT
from trace.exchange.tabular.forms import Column, Form
from trace.exchange.workbook.template import FORMS
from trace.exchange.written_sheets import Cell

Data = Mapping[str, Any]
_FORMS: Final[Mapping[str, Form]] = {form.name: form for form in FORMS}
_NOT_OF_A_LEDGER: Final = frozenset({"declared_rule", "declared_reason", "proof_sha256"})
_GOODS: Final = (
    "label.product.name", "label.product.spec", "batchNo", "productionDate", "label.product.shelfLife",
)  # fmt: skip
"""What the goods are: columns of 包装赋码, before those of the record itself."""
_PACKING: Final = "包装赋码"
_LOT_OF: Final = {"出厂检验": "lot", "出货": "fromLot"}
_UNITS: Final = {"unit": "quantity", "packs_unit": "packs"}
_PROOF: Final = {"proof_kind": "kind", "proof_ref": "ref"}
_ITEM: Final = {"item": "name", "item_limit": "limit", "item_unit": "unit"}
_SPANS: Final = {"day": "天", "month": "个月", "year": "年"}
_LOT, _PRODUCT, _AND = "urn:lot:", "urn:product:", "、"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One ledger: its name in addresses, the form whose columns it has, and the kinds that it is made of."""

    name: str
    form: str
    kinds: tuple[str, ...]

    @property
    def goods(self) -> tuple[Column, ...]:
        """Columns of what the goods are, filled in from the record of their packing."""
        if self.form not in _LOT_OF:
            return ()
        named = {column.member: column for column in _FORMS[_PACKING].columns}
        return tuple(named[member] for member in _GOODS)

    @property
    def said(self) -> tuple[Column, ...]:
        """Columns of the record itself."""
        return tuple(one for one in _FORMS[self.form].columns if one.member not in _NOT_OF_A_LEDGER)

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.goods, *self.said)

    def lot_of(self, data: Data) -> str:
        """The lot whose goods a record is about, "" where its own columns say what they are."""
        return str(data.get(_LOT_OF.get(self.form, ""), ""))

    def lines(self, data: Data, goods: Data, owner: str) -> tuple[tuple[Cell, ...], ...]:
        """The rows of a record. `goods`: data of the packing; `owner`: whose lots go by batch alone."""
        head = tuple(_cell(column, goods, owner) for column in self.goods)
        lines = _LINES.get(self.form, _one)(data)
        return tuple((*head, *(_cell(one, line, owner) for one in self.said)) for line in lines)


LEDGERS: Final[Mapping[str, Ledger]] = {
    one.name: one
    for one in (
        Ledger("receipts", "进货查验", (RECEIPT.typ,)),
        Ledger("production", "投料与产出", (PRODUCTION.typ, MERGE.typ, SPLIT.typ)),
        Ledger("release", "出厂检验", (REPORT.typ,)),
        Ledger("shipments", "出货", (SHIPMENT.typ,)),
    )
}


def _one(data: Data) -> Iterator[Data]:
    yield data


def _items(data: Data) -> Iterator[Data]:
    """A report once for each item, whose members go by the names of their columns."""
    for item in _listed(data.get("items")) or [{}]:
        named = {column: item.get(name) for column, name in _ITEM.items()}
        yield {**data, **named, **{name: item.get(name) for name in ("method", "value", "verdict")}}


def _processing(data: Data) -> Iterator[Data]:
    """Inputs, outputs and loss; what they have in common is said in each."""
    inputs = [*_listed(data.get("inputs")), *_listed([data.get("input")])]
    outputs = [*_listed(data.get("outputs")), *_listed([data.get("output")])]
    process = "production" if "batch" in data else "merge" if "output" in data else "split"
    batch = data.get("batch") or (outputs[0] if process == "merge" and outputs else {}).get("lot")
    batch = batch or (inputs[0].get("lot") if inputs else None)
    both = {
        name: data.get(name) for name in ("startedAt", "finishedAt", "productionDate", "yieldOf", "place")
    }
    both |= {"batch": batch, "process": process}
    for one in inputs:
        yield {**both, **one, "line": "input", "input_role": one.get("role")}
    for one in outputs:
        yield {**both, **one, "line": one.get("kind", "product")}
    for one in _listed([data.get("loss")]):
        yield {**both, **one, "line": "loss"}


def _listed(value: object) -> list[Data]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


_LINES: Final[Mapping[str, Callable[[Data], Iterator[Data]]]] = {
    "投料与产出": _processing,
    "出厂检验": _items,
}


def _cell(column: Column, data: Data, owner: str) -> Cell:
    """What stands in a column; a member that was never stated, or was erased since, is blank."""
    value = _value(column, data)
    if value is None:
        return None
    if isinstance(value, Mapping):
        value = _of_object(column, value)
    reader = _READERS.get(column.kind)
    return reader(value) if reader is not None else _text(column, value, owner)


def _value(column: Column, data: Data) -> Any:
    member = column.member
    if member in _UNITS:
        amount = data.get(_UNITS[member])
        return amount.get("unit") if isinstance(amount, Mapping) else None
    if member in _PROOF:
        return [one[_PROOF[member]] for one in _listed(data.get("proofs")) if _PROOF[member] in one] or None
    found: Any = data
    for part in member.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _of_object(column: Column, value: Data) -> object:
    if column.kind == "span":
        return f"{value.get('value', '')}{_SPANS.get(str(value.get('unit')), value.get('unit', ''))}"
    return value.get("value")


def _text(column: Column, value: object, owner: str) -> str:
    if isinstance(value, list | tuple):
        return _AND.join(_text(column, one, owner) for one in value)
    text = str(value)
    said = next((shown for shown, meant in column.choices.items() if meant == text), None)
    if said is not None:
        return said
    for start in (f"{_LOT}{owner}:", f"{_PRODUCT}{owner}:", _LOT, _PRODUCT):
        if text.startswith(start):
            return text.removeprefix(start)
    return text.split(":", 2)[2] if text.startswith("urn:") and text.count(":") > 1 else text


def _number(value: object) -> Cell:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)


def _moment(value: object) -> Cell:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)


def _day(value: object) -> Cell:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return str(value)


_READERS: Final[Mapping[str, Callable[[object], Cell]]] = {
    "amount": _number, "count": _number, "whole": _number, "moment": _moment, "day": _day,
}  # fmt: skip
