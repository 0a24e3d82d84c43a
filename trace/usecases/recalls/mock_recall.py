"""Mock recalls: the scope of a lot drawn by chance, with a clock; on demand and each night for each packer.

Nothing is recalled and nobody is told. The seed is kept: whoever has it and the log draws the same lot. The
document says what was found; how long it took stands beside it, because a clock is no part of an answer.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from trace.calendar.shanghai import day_of
from trace.chain.lineage.report import used_record
from trace.errors import NothingToRecall
from trace.ledger.canonical import hex_digest
from trace.oversight.analysis import Analysis
from trace.parties import Actor
from trace.store.analyses.documents import known_until
from trace.store.analyses.mock_recalls import (
    MockRecallRow,
    goods_of,
    list_of_firm,
    list_packers,
    put_mock_recall,
    was_done,
)
from trace.store.transaction import Transactions
from trace.usecases.analyses.keep_analysis import keep_in
from trace.usecases.balance.mass_balance import require_recorded_firm
from trace.usecases.lots.recall_scope import read_scope

MockRecall = MockRecallRow
NAME: Final = "mock-recall"
NIGHTLY: Final = "mock-recall"
"""The job's name."""
TREND: Final = 400
_RECORDS: Final = ("statement", "receipt")


def mock_recall(
    transactions: Transactions, actor: Actor, firm: str, *, seed: str, lot: str = "", night: str = ""
) -> MockRecallRow:
    """Draw a finished lot of the firm (or take `lot`), read its scope as the firm sees it, keep both.

    Raises `FirmOutOfSight`, `NothingToRecall`, `UnknownLot` and `LotOutOfSight`.
    """
    begun = time.perf_counter_ns()
    with transactions.look(actor.subject) as tx:
        require_recorded_firm(tx, actor, firm)
        known = known_until(tx.connection, tx.origin, tx.now)
        goods = [lot] if lot else goods_of(tx.connection, firm)
        rules = tx.rules.version
    if not goods:
        raise NothingToRecall(firm=firm)
    drawn = random.Random(seed).choice(goods)  # noqa: S311 - to be drawn again from its seed, not a secret
    scope = dict(_read(transactions, drawn, Actor(NAME, firm)))
    figures = _figures(scope)
    took = (time.perf_counter_ns() - begun) // 1_000
    lines = scope["lines"]
    used = {str(line[name]) for line in lines for name in _RECORDS if line.get(name)}
    analysis = Analysis(
        question={"name": NAME, "firm": firm, "lot": drawn, "seed": seed, "drawnFrom": len(goods)},
        assumptions={"goods": "finished lots that the firm made", "sight": "the firm's own"},
        known=known,
        rules=rules,
        asked=(),
        records=tuple(used_record(stmt, hex_digest(stmt), "signed") for stmt in used),
        answer={**figures, "totals": scope["totals"], "withoutContact": _silent(lines)},
    )
    with transactions.begin(actor.subject) as tx:
        kept = keep_in(tx, actor, analysis, about=firm, beside=firm if actor.party != firm else "")
        row = MockRecallRow(drawn, seed, night, tx.now, took, figures, kept.hash)
        put_mock_recall(tx.connection, firm, row)
    return row


def mock_recalls_of(transactions: Transactions, actor: Actor, firm: str) -> list[MockRecallRow]:
    """The firm's mock recalls, the newest first: its trend. Raises `FirmOutOfSight`."""
    with transactions.look(actor.subject) as tx:
        require_recorded_firm(tx, actor, firm)
        return list_of_firm(tx.connection, firm, TREND)


def nightly_mock_recalls(transactions: Transactions) -> int:
    """One of each packer that has none of this night; how many were done. Again on the same night: none."""
    with transactions.look(NAME) as tx:
        night = day_of(tx.now)
        waiting = [firm for firm in list_packers(tx.connection) if not was_done(tx.connection, firm, night)]
    done = 0
    for firm in waiting:
        try:
            mock_recall(transactions, Actor(NAME, firm), firm, seed=f"{night} {firm}", night=night)
        except NothingToRecall:
            continue
        done += 1
    return done


def _read(transactions: Transactions, lot: str, actor: Actor) -> Iterable[tuple[str, Any]]:
    for name, value in read_scope(transactions, lot, actor):
        yield name, list(cast("Iterable[Any]", value)) if name == "lines" else value


def _figures(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of the scope, computed from its lines."""
    lines = scope["lines"]
    sent = [line for line in lines if "consignment" in line]
    reached = {line["to"] for line in sent}
    told = {line["to"] for line in sent if _has_contact(line)}
    columns = Counter(str(line["column"]) for line in lines)
    return {
        "lots": scope["lots"]["possible"],
        "lotsCertain": scope["lots"]["certain"],
        "deliveries": len(reached),
        "withContact": len(told),
        "columns": dict(sorted(columns.items())),
    }


def _silent(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """Deliveries of which nobody could be told: neither who got them nor how to reach them is held."""
    return sorted({str(line["to"]) for line in lines if "consignment" in line and not _has_contact(line)})


def _has_contact(line: Mapping[str, Any]) -> bool:
    return bool(line.get("contact") or line.get("receiver"))
