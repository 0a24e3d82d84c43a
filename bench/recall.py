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

from bench.figures import Figure, Report, family_cpu, median
from bench.recall_chain import RecallPlan, load
from bench.stores import KINDS, store_of
from trace.store.transaction import open_database

JUDGED = 100_000
SIZES = {"quick": (1_000, 10_000), "usual": (10_000, 100_000), "full": (10_000, 100_000)}
ROUNDS = 3
MOST, MEGABYTES = 3.0, 150


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
        [sys.executable, "-m", "bench.recall_sides", which, url], stdout=subprocess.PIPE, check=True
    )
    cost: dict[str, float] = json.loads(done.stdout)
    cost["cpu"] += sum(map(family_cpu, servers)) - before
    return cost
