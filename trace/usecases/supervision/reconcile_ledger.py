"""A run that reconciles the disposal ledger of an authority (核查处置台账对账), kept as an analysis.

Failing samples are held against cases, and each case against its papers, records, decisions, publication and
holds. Two runs stand beside each other by their hashes: what was mended in between is told by the later one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight import PENALTY
from trace.chain.lineage.report import used_record
from trace.ledger.canonical import hex_digest
from trace.oversight.analysis import Analysis
from trace.oversight.casework.clocks import is_due
from trace.oversight.casework.ledger import NO_CASE, Entry, Flag, reconciled
from trace.oversight.official_acts import OfficialActs
from trace.parties import Actor
from trace.store.analyses.documents import known_until
from trace.store.casework.acts import acts_between
from trace.store.casework.asked import signed_as
from trace.store.casework.cases import CaseRow, events_of, list_cases, reports_with_cases
from trace.store.casework.orders import holds_that_stand
from trace.store.casework.papers import papers_of
from trace.store.transaction import Transactions, Tx
from trace.usecases.analyses.keep_analysis import Kept, keep_analysis
from trace.usecases.analyses.progress import CHECKING, Progress, unheard
from trace.usecases.casework.standing import departments_of, level_of, present, times_of
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.acts_of_period import acts_of_area

NAME: Final = "ledger"
_MOST: Final = 10_000
_YEARS: Final = timedelta(days=3 * 366)
"""How far back samples and decisions are read: longer than any limit of a case."""
_SHA256: Final = "sha256:"


def reconcile_ledger(transactions: Transactions, actor: Actor, told: Progress = unheard) -> Kept:
    """The ledger of the caller's area and department with its findings, kept for its authority."""
    with transactions.look(actor.subject) as tx:
        today = day_in_shanghai(tx.now)
        period = Period(today - _YEARS, today)
        acts = acts_of_area(tx.connection, actor.region, period)
        said = acts_between(tx.connection, {PENALTY.typ}, period.begins, period.ends)
        decisions = Counter(str(one.data.get("matter")) for one in said)
        rows, count = _cases(tx, actor)
        lines, findings = [], [*_without_case(tx, acts, departments_of(actor))]
        for number, row in enumerate(rows, 1):
            line = _line(tx, row, decisions[row.number])
            lines.append(line)
            findings += [{"case": row.number, "party": row.party, **one} for one in line["findings"]]
            told(CHECKING, number, len(rows))
        analysis = Analysis(
            question={"name": NAME, "region": actor.region, "departments": sorted(departments_of(actor))},
            assumptions={"since": (today - _YEARS).isoformat(), "most": _MOST},
            known=known_until(tx.connection, tx.origin, tx.now),
            rules=tx.rules.version,
            asked=tuple(filter(None, [tx.rules.find("R26", today), tx.rules.find("R27", today)])),
            records=tuple(used_record(one, hex_digest(one), "signed") for one in sorted(_signed(lines))),
            answer={
                "cases": lines,
                "count": count,
                "findings": findings,
                "sums": dict(Counter(one["finding"] for one in findings)),
            },
        )
    return keep_analysis(transactions, actor, analysis)


def _signed(lines: Iterable[Mapping[str, Any]]) -> set[str]:
    """The signed records that the ledger rests on."""
    named = {one for line in lines for flag in line["flags"].values() for one in flag["evidence"]}
    named |= {one for line in lines for one in (line["report"], *line["closedBy"])}
    return {one for one in named if not one.startswith(_SHA256)}


def _cases(tx: Tx, actor: Actor) -> tuple[list[CaseRow], int]:
    found: dict[str, CaseRow] = {}
    count = 0
    for name in sorted(departments_of(actor)):
        rows, every = list_cases(tx.connection, name, level_of(actor.region), actor.party or "", _MOST)
        found |= {row.number: row for row in rows}
        count += every
    return list(found.values()), count


def _without_case(tx: Tx, acts: OfficialActs, departments: Collection[str]) -> Iterator[Mapping[str, str]]:
    """Failing samples of these departments about which there is no case, in whichever department."""
    taken = (one for one in acts.samples if one.department in departments)
    failed = [one for one in taken if one.result == "fail" and one.report]
    known = reports_with_cases(tx.connection, {one.report for one in failed})
    for one in failed:
        if one.report not in known:
            yield {"case": "", "party": one.party, "finding": NO_CASE, "about": one.report}


def _line(tx: Tx, row: CaseRow, decisions: int) -> dict[str, Any]:
    """A case of the ledger: its five flags with their days and evidence, and what is missing behind them."""
    events = events_of(tx.connection, row.number)
    here = present(events)
    flags = {one.detail["proof"]: Flag(one.at, one.evidence) for one in here if one.event == "prove"}
    closings = [one.evidence for one in here if one.event == "closing-signed"]
    entry = Entry(
        row.state,
        flags,
        closings[-1] if closings else (),
        any(one.event == "publish" for one in here),
        decisions,
        holds_that_stand(tx.connection, row.number),
        is_due(tx.rules, row.state, times_of(row, events), tx.now),
    )
    named = {one for flag in flags.values() for one in flag.evidence}.union(entry.closed_by)
    known = {_SHA256 + one.digest for one in papers_of(tx.connection, row.number)}
    known |= {one for one in named if not one.startswith(_SHA256) and signed_as(tx.connection, one)[0]}
    return {
        "case": row.number,
        "party": row.party,
        "state": row.state,
        "receivedAt": row.received_at.isoformat(),
        "report": row.report,
        "closedBy": list(entry.closed_by),
        "flags": {name: {"at": f.at.isoformat(), "evidence": list(f.evidence)} for name, f in flags.items()},
        "findings": [{"finding": finding, "about": about} for finding, about in reconciled(entry, known)],
    }
