"""The sheet 投料与产出: rows of one 批次号 make one food.production, food.merge or food.split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trace.errors.tables import LotIsItsBatch, LotNotOfMerge, RecordIncomplete, RowOutOfPlace
from trace.exchange.draft import Draft
from trace.exchange.tabular.records import (
    Extras,
    RecordWriter,
    batch_of,
    from_lots,
    grouped,
    shared,
    taken,
)
from trace.exchange.tabular.rows import Row
from trace.exchange.workbook.plausible import after

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


def production_drafts(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    """One draft a batch number; a batch with a fault gives none."""
    drafts = []
    for name, group in grouped(rows, "batch").items():
        before = writer.faults.count
        said = shared(writer, group, _TOGETHER)
        batch = _Batch(name, str(said.get("process", "production")), said, group)
        _check_lines(writer, batch)
        if writer.whole and writer.faults.count == before:
            drafts.append(_MAKERS[batch.process](writer, batch))
    return drafts


def _check_lines(writer: RecordWriter, batch: _Batch) -> None:
    """Which lines a process may and must have, and which cells a line needs."""
    first = batch.rows[0]
    for row in batch.rows:
        kind = str(row.values["line"])
        if kind not in _LINES[batch.process]:
            writer.faults.at(row, "line", RowOutOfPlace(line=kind, process=batch.process))
        _check_cells(writer, batch, row, kind)
    if not writer.whole:
        return
    for member in (
        "startedAt",
        "finishedAt",
        *(("productionDate",) if batch.process == "production" else ()),
    ):
        if member not in batch.said:
            writer.missing(first, member)
    _check_numbers(writer, batch)
    _check_times(writer, batch)


def _check_times(writer: RecordWriter, batch: _Batch) -> None:
    """Begun before it ended, and dated no later than it ended; each said in whatever row of the batch."""
    said: dict[str, Row] = {}
    for row in batch.rows:
        for member in ("startedAt", "finishedAt", "productionDate"):
            if member in row.values:
                said.setdefault(member, row)
    for earlier in ("startedAt", "productionDate"):
        if earlier in said and "finishedAt" in said:
            after(writer, said[earlier], earlier, said["finishedAt"], "finishedAt")


def _check_cells(writer: RecordWriter, batch: _Batch, row: Row, kind: str) -> None:
    if kind == "loss":
        writer.lacks(row, "reason")
    elif kind == "input":
        writer.lacks(row, "lot")
    else:
        writer.lacks(row, "productName", *(() if batch.process == "merge" else ("lot",)))
        wanted = writer.own_lot(batch.name)
        if batch.process == "production" and row.values.get("lot") == wanted:
            writer.faults.at(row, "lot", LotIsItsBatch(name=writer.form.header_of("lot"), lot=batch.name))
        if batch.process == "merge" and row.values.get("lot", wanted) != wanted:
            writer.faults.at(
                row,
                "lot",
                LotNotOfMerge(
                    name=writer.form.header_of("lot"), lot=batch_of(row.values["lot"]), batch=batch.name
                ),
            )


def _check_numbers(writer: RecordWriter, batch: _Batch) -> None:
    """At least one input; a merge makes one lot, a split takes one; losses of a record are one figure."""
    first = batch.rows[0]
    for kinds, singular in ((("input",), batch.process == "split"), (_OUTPUTS, batch.process == "merge")):
        lines = batch.of(*kinds)
        if not lines and (kinds[0] == "input" or batch.process != "production"):
            writer.faults.at(first, "line", RecordIncomplete(key=batch.name, lacking=kinds[0]))
        if singular:
            for row in lines[1:]:
                writer.faults.at(
                    row, "line", RowOutOfPlace(line=str(row.values["line"]), process=batch.process)
                )
    for row in batch.of("loss")[1:]:
        writer.faults.at(row, "line", RowOutOfPlace(line="loss", process=batch.process))


def _production(writer: RecordWriter, batch: _Batch) -> Draft:
    lot = writer.own_lot(batch.name)
    inputs = [{**_part(row), "role": row.values.get("input_role", "main")} for row in batch.of("input")]
    outputs = [{**_made(row), "kind": row.values["line"]} for row in batch.of(*_OUTPUTS)]
    data: dict[str, object] = {"batch": lot, "inputs": inputs, "outputs": outputs}
    data |= taken(batch.said, "startedAt", "finishedAt", "productionDate", "yieldOf", "place") | _rest(
        writer, batch
    )
    made = (lot, *(str(row.values["lot"]) for row in batch.of(*_OUTPUTS)))
    return writer.draft(
        batch.rows, "food.production", str(data["finishedAt"]), data, _extras(lot, batch, made)
    )


def _merge(writer: RecordWriter, batch: _Batch) -> Draft:
    lot = writer.own_lot(batch.name)
    output = {**_made(batch.of(*_OUTPUTS)[0]), "lot": lot}
    data: dict[str, object] = {"inputs": [_part(row) for row in batch.of("input")], "output": output}
    data |= taken(batch.said, "startedAt", "finishedAt", "place") | _rest(writer, batch)
    return writer.draft(batch.rows, "food.merge", str(data["finishedAt"]), data, _extras(lot, batch, (lot,)))


def _split(writer: RecordWriter, batch: _Batch) -> Draft:
    source = _part(batch.of("input")[0])
    outputs = [_made(row) for row in batch.of(*_OUTPUTS)]
    data: dict[str, object] = {"input": source, "outputs": outputs}
    data |= taken(batch.said, "startedAt", "finishedAt") | writer.declared(batch.rows)
    made = tuple(str(output["lot"]) for output in outputs)
    extras = _extras(str(source["lot"]), batch, made)
    return writer.draft(batch.rows, "food.split", str(data["finishedAt"]), data, extras)


_MAKERS: Final = {"production": _production, "merge": _merge, "split": _split}


def _extras(sub: str, batch: _Batch, made: tuple[str, ...]) -> Extras:
    used = from_lots("material", [str(row.values["lot"]) for row in batch.of("input")])
    return Extras(sub, used, makes=made, named=batch.name)


def _part(row: Row) -> dict[str, object]:
    return taken(row.values, "lot", "quantity")


def _made(row: Row) -> dict[str, object]:
    return taken(row.values, "lot", "productName", "product", "quantity")


def _rest(writer: RecordWriter, batch: _Batch) -> dict[str, object]:
    losses = batch.of("loss")
    rest = {"loss": taken(losses[0].values, "quantity", "reason")} if losses else {}
    return {**rest, **writer.declared(batch.rows)}
