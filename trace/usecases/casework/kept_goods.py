"""The goods of a case that are too many to be read at each look: read once by a job, shown page by page.

What the scope says in sum is an analysis, kept by its hash; its lines and consignees are rows in their order.
A page reads its own rows, whatever the size of the scope. Where the log has gone on since, the page says so,
and the goods are read anew while the last reading is shown.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import orjson

from trace.chain.lineage.closure import trace_down, trace_up
from trace.errors import Refusal
from trace.oversight.analysis import Analysis
from trace.oversight.diagram.folding import openable
from trace.oversight.diagram.graph import Box, Graph, Tracing, Way
from trace.parties import Actor
from trace.store.analyses.documents import find_document, known_until
from trace.store.casework import goods as rows
from trace.store.casework.asked import firm_names, stated_regions
from trace.store.casework.cases import CaseRow
from trace.store.casework.goods import CONSIGNEE, LINE, OUT, PARTY, GoodsRow, KeptReading
from trace.store.casework.papers import has_looked
from trace.store.columns import json_text
from trace.store.lots.details import read_lots
from trace.store.lots.wide_graph import WideLotGraph
from trace.store.transaction import Transactions, Tx
from trace.usecases.analyses.keep_analysis import Kept, keep_in
from trace.usecases.analyses.progress import READING, Progress
from trace.usecases.casework.consignees import Consignee, Gathering, add_first, is_told, key_of
from trace.usecases.casework.goods_concerned import goods_concerned
from trace.usecases.casework.goods_of_case import EXCLUDED, Goods, Part, unseen_goods
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.read_case import read_case
from trace.usecases.casework.read_goods import GoodsRead, Line, order_of, read_goods
from trace.usecases.lots.lineage_parts import parted
from trace.usecases.lots.sight import oversees, require_sight
from trace.usecases.lots.trace_lineage import require_lot

NAME: Final = "case-goods"
AT_ONCE: Final = 2_000
"""Lots that are read at each look; more are read by a job."""
APART: Final = timedelta(minutes=10)
"""How long a reading is shown before it is followed by another, however much the log takes in."""
_MANY: Final = 1_000


def is_wide(tx: Tx, actor: Actor, lot: str, most: int = AT_ONCE) -> bool:
    """Whether a lot's traces are longer than what is read at a look, for a caller who may see them: no more
    than that is followed."""
    found = read_lots(tx.connection, [lot])
    if not found or not oversees(tx.connection, actor, found[0]):
        return False
    graph = WideLotGraph(tx.connection)
    starts = [one.id for one in goods_concerned(tx.connection, lot).first]
    down, up = trace_down(graph, starts, None, most), trace_up(graph, [found[0].id], None, most)
    return down.truncated or up.truncated


def is_due(tx: Tx, read_at: datetime, arrival: int) -> bool:
    """Whether what was read at `read_at` of the log up to `arrival` is to be read again."""
    return tx.now - read_at >= APART and count_newer(tx, arrival, 1) > 0


def count_newer(tx: Tx, arrival: int, most: int = _MANY) -> int:
    """How many records the log has taken since; no more than `most` are counted."""
    return rows.count_newer(tx.connection, arrival, most)


def read_and_keep(transactions: Transactions, actor: Actor, number: str, told: Progress) -> Kept:
    """Read the goods of a case and keep them; raises what a trace is refused for."""
    reading = secrets.token_hex(8)
    seen = read_case(transactions, actor, number)
    row, reader = seen.row, seen.reader(actor)
    with transactions.begin(actor.subject) as tx:
        known, rules = known_until(tx.connection, tx.origin, tx.now), tx.rules.version
        require_lot(tx.connection, row.lot)
        starts = [one.id for one in goods_concerned(tx.connection, row.lot).first]
        lots = len(trace_down(WideLotGraph(tx.connection), starts).keys)
        rows.begin_reading(tx.connection, reading, row.number, tx.now)
    writing = _Writing(transactions, reading, row)
    read = read_goods(transactions, reader, row, writing.lines, told, lots)
    writing.firms(read)
    had = writing.consignees(told)
    analysis = Analysis(
        question={"name": NAME, "case": row.number, "lot": row.lot},
        assumptions={"lot": read.digest},
        known=known,
        rules=rules,
        asked=(),
        records=(),
        answer=_answer(read, had, writing.digest.hexdigest()),
    )
    with transactions.begin(actor.subject) as tx:
        kept = keep_in(tx, actor, analysis, about=row.lot)
        rows.end_reading(tx.connection, KeptReading(reading, row.number, kept.hash, known.arrival, tx.now))
    return kept


@dataclass(slots=True)
class _Had:
    """Sums over the consignees."""

    count: int
    firsts: dict[str, tuple[int, Decimal]]
    regions: Counter[str]


class _Writing:
    """A reading while it is written, part by part: no transaction is open longer than a part takes."""

    def __init__(self, transactions: Transactions, reading: str, row: CaseRow) -> None:
        self._transactions, self._reading, self._row = transactions, reading, row
        self.digest = hashlib.sha256()

    def lines(self, lines: Iterable[Line], tracing: Tracing) -> None:
        """Each line with what its lot is of; `digest` is over all of them."""
        for part in parted(enumerate(lines)):
            told = []
            for number, line in part:
                body = json_text({**line, "product": tracing.product(str(line["from"]))})
                self.digest.update(body.encode() + b"\n")
                key = key_of(line) if is_told(line, self._row.party) else ""
                told.append(GoodsRow(number, "\0".join(order_of(line)).encode(), key, body))
            self._add(LINE, told)

    def firms(self, read: GoodsRead) -> None:
        """Whose data they are, and the lots out of which goods went."""
        for sort, keys in ((PARTY, read.parties), (OUT, read.passed_on)):
            for part in parted(enumerate(sorted(keys))):
                self._add(sort, [GoodsRow(number, b"", key, "{}") for number, key in part])

    def consignees(self, told: Progress) -> _Had:
        """The lines gathered by consignee, one after the other."""
        had = _Had(0, {}, Counter())
        for part in parted(self._gathered()):
            with self._transactions.begin(self._reading) as tx:
                parties = sorted({one.party for one in part if one.party})
                names, regions = firm_names(tx.connection, parties), stated_regions(tx.connection, parties)
                found = []
                for number, one in enumerate(part, had.count):
                    if one.party and one.name == one.party:
                        one.name = names.get(one.party, one.party)
                    had.regions[regions.get(one.party, "")] += 1
                    add_first(had.firsts, one)
                    rank = f"{one.name}\0{one.key}".encode()
                    found.append(GoodsRow(number, rank, one.key, json_text(_consignee(one))))
                rows.add_rows(tx.connection, self._reading, CONSIGNEE, found)
            had.count += len(part)
            told(READING, had.count, 0)
        return had

    def _gathered(self) -> Iterator[Consignee]:
        for _, lines in groupby(self._by_key(), key=lambda one: one[0]):
            gathering = Gathering(self._row.party)
            for _, line in lines:
                gathering.line(line)
            yield from gathering.found.values()

    def _by_key(self) -> Iterator[tuple[str, Line]]:
        key, number = "", -1
        while True:
            with self._transactions.look(self._reading) as tx:
                part = rows.by_key(tx.connection, self._reading, LINE, key, number)
            if not part:
                return
            yield from ((key, line) for key, _, line in part if key)
            key, number = part[-1][:2]

    def _add(self, sort: str, told: Sequence[GoodsRow]) -> None:
        with self._transactions.begin(self._reading) as tx:
            rows.add_rows(tx.connection, self._reading, sort, told)


def _answer(read: GoodsRead, had: _Had, lines: str) -> dict[str, object]:
    graph = openable(read.graph())
    return {
        "boxes": [_box(box) for box in graph.boxes.values()],
        "ways": [[way.upper, way.lower, way.sure] for way in graph.ways],
        "lots": sum(1 for _ in read.tracing.lots()),
        "totals": list(read.totals),
        "trace": read.digest,
        "asOf": read.as_of,
        "least": _texts(read.least),
        "most": _texts(read.most),
        "unbounded": read.unbounded,
        "sources": list(read.sources),
        "sharesKnown": read.shares_known,
        "disputes": list(read.disputes),
        "askFirst": list(read.ask_first),
        "excluded": list(read.excluded[:EXCLUDED]),
        "leftOut": len(read.excluded),
        "reach": read.reach,
        "held": _texts(read.held),
        "plots": dict(read.plots),
        "lines": read.count,
        "linesDigest": lines,
        "consignees": had.count,
        "firsts": {unit: [count, format(sent, "f")] for unit, (count, sent) in had.firsts.items()},
        "regions": dict(had.regions),
    }


def _box(box: Box) -> dict[str, object]:
    return asdict(box) | {"amounts": _texts(box.amounts)}


def _consignee(one: Consignee) -> dict[str, object]:
    return asdict(one) | {"sent": _texts(one.sent), "batches": list(one.batches), "own": list(one.own)}


def _texts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {unit: format(amount, "f") for unit, amount in amounts.items()}


def _decimals(amounts: Mapping[str, str]) -> dict[str, Decimal]:
    return {unit: Decimal(text) for unit, text in amounts.items()}


@dataclass(frozen=True, slots=True)
class KeptConsignees:
    """The consignees of a reading; a page reads those that it shows."""

    transactions: Transactions
    reading: str
    count: int
    sums: Mapping[str, tuple[int, Decimal]]

    def __len__(self) -> int:
        return self.count

    def among(self, keys: Collection[str]) -> Iterable[Consignee]:
        with self.transactions.look(self.reading) as tx:
            found = rows.rows_with(tx.connection, self.reading, CONSIGNEE, keys)
        return [_consignee_of(one) for one in found.values()]

    def others(self, keys: Collection[str], after: int, most: int) -> Sequence[Consignee]:
        with self.transactions.look(self.reading) as tx:
            found = rows.part_without(tx.connection, self.reading, CONSIGNEE, keys, after, most)
        return [_consignee_of(one) for one in found]

    def firsts(self) -> Mapping[str, tuple[int, Decimal]]:
        return self.sums

    def passed_on(self, lots: Collection[str]) -> Collection[str]:
        with self.transactions.look(self.reading) as tx:
            return set(rows.rows_with(tx.connection, self.reading, OUT, lots))


def _consignee_of(told: Mapping[str, Any]) -> Consignee:
    return Consignee(
        **{
            **told,
            "sent": _decimals(told["sent"]),
            "batches": dict.fromkeys(told["batches"]),
            "own": dict.fromkeys(told["own"]),
        }
    )


def open_reading(
    transactions: Transactions, actor: Actor, row: CaseRow, kept: KeptReading, what: str, part: Part
) -> Goods:
    """One page of a reading. Whose data are in it is noted whole at a person's first look at that reading; of
    a further page, those whose lines are on it."""
    try:
        with transactions.begin(actor.subject) as tx:
            require_sight(tx.connection, actor, require_lot(tx.connection, row.lot))
            goods, answer = _read_part(transactions, tx, kept, part)
            goods = replace(goods, concerned=goods_concerned(tx.connection, row.lot))
            parties = {str(line["shipper"]) for line in goods.lines if line.get("shipper")}
            count = len(goods.lines)
            if not has_looked(tx.connection, actor.person, actor.party or "", row.number, kept.read_at):
                parties.update(rows.keys_of(tx.connection, kept.reading, PARTY))
                count = answer["lots"] + answer["lines"]
            note_looks(tx, actor, parties, Seen(what, row.number, count), Purpose(row.number, row.number))
            newer = count_newer(tx, kept.arrival)
    except Refusal as refusal:
        return unseen_goods(row, refusal)
    return replace(goods, parties=frozenset(parties), newer=newer)


def part_of_reading(transactions: Transactions, kept: KeptReading, part: Part) -> Goods:
    """So many lines of a reading and all that it says in sum, for a file: who has that is noted then."""
    with transactions.look(kept.reading) as tx:
        goods, _ = _read_part(transactions, tx, kept, part)
        parties = rows.keys_of(tx.connection, kept.reading, PARTY)
    return replace(goods, parties=frozenset(parties))


def _read_part(
    transactions: Transactions, tx: Tx, kept: KeptReading, part: Part
) -> tuple[Goods, Mapping[str, Any]]:
    document = find_document(tx.connection, kept.hash)
    answer = orjson.loads(document or b"{}")["answer"]
    lines = rows.part_of(tx.connection, kept.reading, LINE, part.after, part.most)
    receivers = {str(line["receiver"]) for line in lines if line.get("receiver")}
    receivers.update(str(party) for one in answer.get("askFirst", ()) for party in one["parties"])
    firsts = {unit: (count, Decimal(sent)) for unit, (count, sent) in answer["firsts"].items()}
    boxes = {one["key"]: Box(**{**one, "amounts": _decimals(one["amounts"])}) for one in answer["boxes"]}
    goods = Goods(
        Graph(boxes, tuple(Way(*way) for way in answer["ways"])),
        lines,
        answer["totals"],
        firm_names(tx.connection, sorted(receivers)),
        answer["trace"],
        answer["asOf"],
        _decimals(answer["least"]),
        _decimals(answer["most"]),
        answer["unbounded"],
        sources=answer["sources"],
        shares_known=answer["sharesKnown"],
        regions=answer["regions"],
        disputes=answer["disputes"],
        ask_first=answer.get("askFirst", ()),
        excluded=answer.get("excluded", ()),
        left_out=answer.get("leftOut", 0),
        reach=answer["reach"],
        held=_decimals(answer["held"]),
        plots=answer["plots"],
        count=answer["lines"],
        part=part,
        consignees=KeptConsignees(transactions, kept.reading, answer["consignees"], firsts),
        products={str(line["from"]): str(line["product"]) for line in lines},
        kept=kept.hash,
    )
    return goods, answer
