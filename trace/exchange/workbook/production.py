"""The sheet 投料与产出: rows of one 批次号 make one food.production, food.merge or food.split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trace.errors.exchange import RecordIncomplete, RowOutOfPlace
from trace.exchange.draft import Draft
from trace.exchange.tabular.records import Desk, Extras, from_lots, grouped, shared, taken
from trace.exchange.tabular.rows import Row

_TOGETHER: Final = ("process", "startedAt", "finishedAt", "productionDate", "yieldOf", "place")
_OUTPUTS: Final = ("product", "by_product", "wip", "rework")
_LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "production": ("input", *_OUTPUTS, "loss"),
    "merge": ("input", "product", "loss"),
    "split": ("input", "product"),
}


@dataclass(frozen=True, slots=True)
class _Batch:
    """One record's rows by line kind, and what they say together."""

    name: str
    process: str
    said: Mapping[str, object]
    rows: Sequence[Row]

    def of(self, *kinds: str) -> list[Row]:
        return [row for row in self.rows if row.values["line"] in kinds]


def production_drafts(desk: Desk, rows: Sequence[Row]) -> list[Draft]:
    """One draft a batch number; a batch with a fault gives none."""
    drafts = []
    for name, group in grouped(rows, "batch").items():
        before = desk.faults.count
        said = shared(desk, group, _TOGETHER)
        batch = _Batch(name, str(said.get("process", "production")), said, group)
        _check_lines(desk, batch)
        if desk.whole and desk.faults.count == before:
            drafts.append(_MAKERS[batch.process](desk, batch))
    return drafts


def _check_lines(desk: Desk, batch: _Batch) -> None:
    """Which lines a process may and must have, and which cells a line needs."""
    first = batch.rows[0]
    for row in batch.rows:
        kind = str(row.values["line"])
        if kind not in _LINES[batch.process]:
            desk.faults.at(row, "line", RowOutOfPlace(kind=kind, process=batch.process))
        _check_cells(desk, batch, row, kind)
    if not desk.whole:
        return
    for member in (
        "startedAt",
        "finishedAt",
        *(("productionDate",) if batch.process == "production" else ()),
    ):
        if member not in batch.said:
            desk.missing(first, member)
    _check_numbers(desk, batch)


def _check_cells(desk: Desk, batch: _Batch, row: Row, kind: str) -> None:
    if kind == "loss":
        desk.lacks(row, "reason")
    elif kind == "input":
        desk.lacks(row, "lot")
    else:
        desk.lacks(row, "productName", *(() if batch.process == "merge" else ("lot",)))
        wanted = desk.own_lot(batch.name)
        if batch.process == "merge" and row.values.get("lot", wanted) != wanted:
            desk.faults.at(row, "lot", RowOutOfPlace(kind=str(row.values["lot"]), process="merge"))


def _check_numbers(desk: Desk, batch: _Batch) -> None:
    """At least one input; a merge makes one lot, a split takes one; losses of a record are one figure."""
    first = batch.rows[0]
    for kinds, singular in ((("input",), batch.process == "split"), (_OUTPUTS, batch.process == "merge")):
        lines = batch.of(*kinds)
        if not lines and (kinds[0] == "input" or batch.process != "production"):
            desk.faults.at(first, "line", RecordIncomplete(key=batch.name, lacking=kinds[0]))
        if singular:
            for row in lines[1:]:
                desk.faults.at(
                    row, "line", RowOutOfPlace(kind=str(row.values["line"]), process=batch.process)
                )
    for row in batch.of("loss")[1:]:
        desk.faults.at(row, "line", RowOutOfPlace(kind="loss", process=batch.process))


def _production(desk: Desk, batch: _Batch) -> Draft:
    lot = desk.own_lot(batch.name)
    inputs = [{**_part(row), "role": row.values.get("input_role", "main")} for row in batch.of("input")]
    outputs = [{**_made(row), "kind": row.values["line"]} for row in batch.of(*_OUTPUTS)]
    data: dict[str, object] = {"batch": lot, "inputs": inputs, "outputs": outputs}
    data |= taken(batch.said, "startedAt", "finishedAt", "productionDate", "yieldOf", "place") | _rest(
        desk, batch
    )
    made = (lot, *(str(row.values["lot"]) for row in batch.of(*_OUTPUTS)))
    return desk.draft(batch.rows, "food.production", str(data["finishedAt"]), data, _extras(lot, batch, made))


def _merge(desk: Desk, batch: _Batch) -> Draft:
    lot = desk.own_lot(batch.name)
    output = {**_made(batch.of(*_OUTPUTS)[0]), "lot": lot}
    data: dict[str, object] = {"inputs": [_part(row) for row in batch.of("input")], "output": output}
    data |= taken(batch.said, "startedAt", "finishedAt", "place") | _rest(desk, batch)
    return desk.draft(batch.rows, "food.merge", str(data["finishedAt"]), data, _extras(lot, batch, (lot,)))


def _split(desk: Desk, batch: _Batch) -> Draft:
    source = _part(batch.of("input")[0])
    outputs = [_made(row) for row in batch.of(*_OUTPUTS)]
    data: dict[str, object] = {"input": source, "outputs": outputs}
    data |= taken(batch.said, "startedAt", "finishedAt") | desk.declared(batch.rows)
    made = tuple(str(output["lot"]) for output in outputs)
    extras = _extras(str(source["lot"]), batch, made)
    return desk.draft(batch.rows, "food.split", str(data["finishedAt"]), data, extras)


_MAKERS: Final = {"production": _production, "merge": _merge, "split": _split}


def _extras(sub: str, batch: _Batch, made: tuple[str, ...]) -> Extras:
    used = from_lots("material", [str(row.values["lot"]) for row in batch.of("input")])
    return Extras(sub, used, makes=made, named=batch.name)


def _part(row: Row) -> dict[str, object]:
    return taken(row.values, "lot", "quantity")


def _made(row: Row) -> dict[str, object]:
    return taken(row.values, "lot", "productName", "product", "quantity")


def _rest(desk: Desk, batch: _Batch) -> dict[str, object]:
    losses = batch.of("loss")
    rest = {"loss": taken(losses[0].values, "quantity", "reason")} if losses else {}
    return {**rest, **desk.declared(batch.rows)}
