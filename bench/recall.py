"""A recall of a hundred thousand consignees: trace and scope, streamed whole, beside plain SQL of the rows.

Each side runs in a process of its own that writes JSON into nothing; what it held at most is that process's
peak. The plain side reads every row that the document shows exactly once (links, lots, their records, what
shippers disclosed; for the scope the hand-overs too) with a streamed statement each and writes them as they
are: no times followed, no paths, no digest. Small recalls are shown too; what is promised is promised of
large ones.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
from sqlalchemy import Connection

from api.streamed_json import json_pieces
from bench.figures import Figure, Report, family_cpu, median
from bench.recall_chain import RecallPlan, load
from bench.stores import KINDS, store_of
from trace.parties import COUNTRY, REGULATOR_MARKET, Actor
from trace.rules import load as load_rules
from trace.store.transaction import Transactions, open_database
from trace.usecases.intake.sequence import calm_collector
from trace.usecases.lots.recall_scope import read_scope
from trace.usecases.lots.trace_lineage import trace_lineage

JUDGED = 100_000
SIZES = {"quick": (1_000, 10_000), "usual": (10_000, 100_000), "full": (10_000, 100_000)}
ROUNDS = 3
MOST, MEGABYTES = 3.0, 150
_NOW: Final = datetime(2026, 10, 1, tzinfo=UTC)
_REACHED: Final = (
    "WITH RECURSIVE reached (lot) AS (SELECT id FROM lot WHERE urn = {urn} "
    "UNION SELECT link.to_lot FROM reached CROSS JOIN link WHERE link.from_lot = reached.lot) "
)
_MADE: Final = "JOIN lot ON lot.id = reached.lot JOIN statement ON statement.id = (lot.id & -256) "
_LINKS: Final = (
    "SELECT link.*, statement.stmt FROM reached CROSS JOIN link "
    "JOIN statement ON statement.id = (link.id & -256) WHERE link.from_lot = reached.lot"
)
_LOTS: Final = f"SELECT lot.*, statement.* FROM reached {_MADE}"
_DISCLOSED: Final = (
    f"SELECT disclosure.stmt, disclosure.encoded FROM reached {_MADE}"
    "JOIN disclosure ON disclosure.stmt = statement.stmt"
)
_HANDED: Final = "SELECT handover.* FROM reached CROSS JOIN handover WHERE handover.from_lot = reached.lot"
SIDES: Final = ("plain", "document", "plain-scope", "scope")


def run(size: str) -> Report:
    report = Report("recall")
    for kind in KINDS:
        for receivers in SIZES[size]:
            with store_of(kind) as store:
                url = store.migrated()
                engine = open_database(url)
                load(engine, RecallPlan(receivers))
                engine.dispose()
                _measure(report, f"{kind}, {receivers:,} receivers", url, store.servers, receivers)
    return report


def _measure(report: Report, name: str, url: str, servers: list[int], receivers: int) -> None:
    documents, plain, scopes, bare_scopes = [], [], [], []
    for _ in range(ROUNDS):
        plain.append(_side("plain", url, servers))
        documents.append(_side("document", url, servers))
        bare_scopes.append(_side("plain-scope", url, servers))
        scopes.append(_side("scope", url, servers))
    _judge_scope(report, name, scopes, bare_scopes, receivers)
    assert {each["receivers"] for each in documents} == {receivers}
    cost, bare = (median([each["cpu"] for each in side]) for side in (documents, plain))
    judged = receivers >= JUDGED
    ratio = median([one["cpu"] / other["cpu"] for one, other in zip(documents, plain, strict=True)])
    report.add(
        Figure(
            f"{name}: the document",
            cost,
            "CPU s",
            "plain streamed SQL of the same rows",
            bare,
            ratio,
            f"≤ {MOST} plain" if judged else "",
            ratio <= MOST if judged else None,
            ROUNDS,
        )
    )
    peak, held = (max(each["peak"] for each in side) for side in (documents, plain))
    report.add(
        Figure(
            f"{name}: held at most",
            peak,
            "MB",
            "plain streamed SQL",
            held,
            peak / held,
            f"≤ {MEGABYTES} MB",
            peak <= MEGABYTES,
            ROUNDS,
        )
    )
    report.add(Figure(f"{name}: the document's size", documents[0]["bytes"] / 1e6, "MB"))


def _judge_scope(
    report: Report, name: str, scopes: list[dict[str, float]], plain: list[dict[str, float]], receivers: int
) -> None:
    """The scope with quantities and both bounds: a line a consignment, and the sums."""
    assert {each["receivers"] for each in scopes} == {receivers}
    ratio = median([one["cpu"] / other["cpu"] for one, other in zip(scopes, plain, strict=True)])
    cost, bare = (median([each["cpu"] for each in side]) for side in (scopes, plain))
    judged, peak = receivers >= JUDGED, max(each["peak"] for each in scopes)
    named = "plain streamed SQL of the same rows"
    target, met = (f"≤ {MOST} plain", ratio <= MOST) if judged else ("", None)
    report.add(
        Figure(f"{name}: the scope, both bounds", cost, "CPU s", named, bare, ratio, target, met, ROUNDS)
    )
    report.add(
        Figure(f"{name}: the scope held at most", peak, "MB", target=f"≤ {MEGABYTES} MB",
               met=peak <= MEGABYTES, rounds=ROUNDS)
    )  # fmt: skip


def _side(which: str, url: str, servers: list[int]) -> dict[str, float]:
    """What one side cost in a process of its own, the database's own time included."""
    before = sum(map(family_cpu, servers))
    done = subprocess.run(
        [sys.executable, "-m", "bench.recall", which, url], stdout=subprocess.PIPE, check=True
    )
    cost: dict[str, float] = json.loads(done.stdout)
    cost["cpu"] += sum(map(family_cpu, servers)) - before
    return cost


def _document(url: str) -> tuple[int, int]:
    """(bytes, receivers) of the regulator's document, as the interface writes it."""
    reader = Actor("bench", "urn:uscc:BENCH", frozenset({REGULATOR_MARKET}), region=COUNTRY)
    transactions = Transactions(open_database(url), lambda: _NOW, load_rules(), "bench.example/log")
    members = trace_lineage(transactions, RecallPlan(0).batch, "downstream", reader)
    size = receivers = 0
    for piece in json_pieces(members):
        size += len(piece)
        receivers += piece.count(b'"shippedAt"')
    return size, receivers


def _scope(url: str) -> tuple[int, int]:
    """(bytes, consignments) of the recall scope, as the interface writes it."""
    reader = Actor("bench", "urn:uscc:BENCH", frozenset({REGULATOR_MARKET}), region=COUNTRY)
    transactions = Transactions(open_database(url), lambda: _NOW, load_rules(), "bench.example/log")
    size = lines = 0
    for piece in json_pieces(read_scope(transactions, RecallPlan(0).batch, reader)):
        size += len(piece)
        lines += piece.count(b'"consignment"')
    return size, lines


def _plain(url: str, *more: str) -> tuple[int, int]:
    engine = open_database(url)
    with engine.connect() as connection:
        sizes = [_streamed(connection, text) for text in (_LINKS, _LOTS, _DISCLOSED, *more)]
    return sum(sizes), 0


def _plain_scope(url: str) -> tuple[int, int]:
    return _plain(url, _HANDED)


def _streamed(connection: Connection, text: str) -> int:
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    found = connection.exec_driver_sql(
        _REACHED.format(urn=mark) + text, (RecallPlan(0).batch,), execution_options={"stream_results": True}
    )
    return sum(len(orjson.dumps(tuple(row))) for row in found)


def main() -> int:
    which, url = sys.argv[1:]
    calm_collector()  # as the server does
    begun = time.process_time()
    size, receivers = dict(zip(SIDES, (_plain, _document, _plain_scope, _scope), strict=True))[which](url)
    cpu = time.process_time() - begun
    status = Path("/proc/self/status").read_text()  # what a parent held before is not in it
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"cpu": cpu, "peak": peak, "bytes": size, "receivers": receivers}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
