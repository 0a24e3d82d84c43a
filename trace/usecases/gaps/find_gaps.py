"""The gap list of a firm: run on demand, kept as a document, and a request to the firm where a bureau asked.

A firm sees its own list, and for each request what has closed since: nobody has to say that a gap is mended,
the records do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.admission.gates import FAILED_REPORT, ORDERS
from trace.chain.editions import ACCREDITATION
from trace.chain.facts.urns import owner_of
from trace.chain.lineage.report import used_record
from trace.ledger.canonical import hex_digest
from trace.oversight.analysis import Analysis
from trace.oversight.gaps import (
    CLAIMED,
    DISPUTED,
    LATE,
    MARKED,
    NO_AMOUNT,
    NO_INPUTS,
    NO_SOURCE,
    RULES,
    UNANSWERED,
    Gap,
    closed,
    in_order,
    is_late,
)
from trace.parties import Actor
from trace.rules import Rule
from trace.store.analyses.documents import find_document, known_until, list_made_for
from trace.store.analyses.firm_rows import FirmRows, read_firm
from trace.store.analyses.gap_rows import (
    list_claims_on,
    list_late,
    list_open_disputes,
    list_open_marks,
    list_waiting_for,
)
from trace.store.base import from_micros, to_micros
from trace.store.columns import json_list, json_value
from trace.store.transaction import Transactions, Tx
from trace.usecases.analyses.keep_analysis import Kept, keep_analysis
from trace.usecases.balance.firm_rows_read import WITHDRAWN
from trace.usecases.balance.mass_balance import require_recorded_firm
from trace.usecases.gaps.find_oddities import find_oddities

NAME: Final = "gaps"
_MADE: Final = frozenset({"product", "pack", "wip", "by_product", "rework", "merged", "split"})
_NOT_ASKED: Final = ORDERS | {ACCREDITATION, FAILED_REPORT, "late-upload"}
"""Codes of marks that no record of the firm clears: orders and tests of others, and what the clock saw."""
_UNDER_EDITION: Final = "admitted-under-edition"
_REQUESTS: Final = 50
_STATEMENT: Final = ~255
_LAST: Final = 2**62


@dataclass(frozen=True, slots=True)
class Request:
    """A gap list that a bureau had made of the firm, and which of its gaps have closed since."""

    hash: str
    asked_at: datetime
    asked: int
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapsFound:
    """The gaps of now, the document that is kept of them, and the requests of bureaus."""

    kept: Kept
    gaps: list[Gap]
    requests: list[Request]


def find_gaps(transactions: Transactions, actor: Actor, firm: str) -> GapsFound:
    """The firm's gaps as its records stand; raises `FirmOutOfSight`."""
    with transactions.look(actor.subject) as tx:
        require_recorded_firm(tx, actor, firm)
        known = known_until(tx.connection, tx.origin, tx.now)
        rules = _rules(tx, known.as_of)
        gaps = gaps_of(tx, firm, known.as_of)
        found = {gap.key for gap in gaps}
        requests = [
            Request(one.hash, at, len(keys := _keys(tx, one.hash)), tuple(closed(keys, found)))
            for one in list_made_for(tx.connection, firm, _REQUESTS)
            if one.name == NAME and (at := one.asked_by_authority) is not None
        ]
        used = {stmt for gap in gaps for stmt in gap.records}
        analysis = Analysis(
            question={"name": NAME, "firm": firm},
            assumptions={"clock": "what is overdue is so as of the last record known"},
            known=known,
            rules=tx.rules.version,
            asked=tuple(rules.values()),
            records=tuple(used_record(stmt, hex_digest(stmt), "signed") for stmt in used),
            answer={"gaps": [gap.as_dict() for gap in gaps]},
        )
    beside = firm if actor.party != firm else ""
    return GapsFound(keep_analysis(transactions, actor, analysis, about=firm, beside=beside), gaps, requests)


def gaps_of(tx: Tx, firm: str, as_of: datetime) -> list[Gap]:
    """The firm's gaps by what the log knew at that moment: the same records have the same gaps."""
    return in_order(list(_gaps(tx, firm, _rules(tx, as_of), as_of)))


def _rules(tx: Tx, as_of: datetime) -> dict[str, Rule]:
    return {kind: tx.rules.at(rule, day_in_shanghai(as_of)) for kind, rule in RULES.items()}


def _keys(tx: Tx, key: str) -> list[str]:
    document = find_document(tx.connection, key)
    return [] if document is None else [gap["key"] for gap in orjson.loads(document)["answer"]["gaps"]]


def _gaps(tx: Tx, firm: str, rules: dict[str, Rule], as_of: datetime) -> Iterator[Gap]:
    yield from _between(tx, firm, rules, as_of)
    rows = read_firm(tx.connection, firm, _LAST)
    yield from _inside(tx, firm, rows)
    yield from find_oddities(tx, firm, rules, as_of, rows)
    wait = int(rules[LATE].duration.total_seconds()) * 1_000_000
    for stmt, sub, happened, logged in list_late(tx.connection, firm, wait):
        if is_late(happened, logged, rules[LATE]):
            figures = {"happened": _iso(happened), "logged": _iso(logged)}
            yield Gap(LATE, RULES[LATE], firm, sub, (stmt,), figures=figures)


def _between(tx: Tx, firm: str, rules: dict[str, Rule], as_of: datetime) -> Iterator[Gap]:
    """Hand-overs of which one side has said nothing."""
    for lot, claimant, stmt in list_claims_on(tx.connection, owner_of(firm)):
        yield Gap(CLAIMED, RULES[CLAIMED], firm, lot, (stmt,), claimant)
    before = to_micros(as_of - rules[UNANSWERED].duration)
    for lot, shipper, stmt in list_waiting_for(tx.connection, firm, before):
        yield Gap(UNANSWERED, RULES[UNANSWERED], firm, lot, (stmt,), shipper)


def _inside(tx: Tx, firm: str, rows: FirmRows) -> Iterator[Gap]:
    """What the firm's own records leave open, what was marked on its lots, what is disputed about them."""
    stmt_of = {row[0]: row[1] for row in rows.statements}
    fed = {link[2] for link in rows.links}
    urns: dict[int, str] = {}
    for lot, urn, kind, *_, state, _detail in rows.lots:
        if state == WITHDRAWN:
            continue
        urns[lot] = urn
        if lot not in fed and (kind == "batch" or kind in _MADE):
            lacking = NO_INPUTS if kind == "batch" else NO_SOURCE
            yield Gap(lacking, RULES[lacking], firm, urn, (stmt_of[lot & _STATEMENT],))
    for link, _, lower, _, taken, _, given, _ in rows.links:
        if (taken is None or given is None) and lower in urns:
            yield Gap(NO_AMOUNT, RULES[NO_AMOUNT], firm, urns[lower], (stmt_of[link & _STATEMENT],))
    yield from _open(tx, firm, urns)


def _open(tx: Tx, firm: str, urns: Mapping[int, str]) -> Iterator[Gap]:
    """Marks and disputes that are open on these lots."""
    for urn, rule, code, params, stmt in list_open_marks(tx.connection, urns):
        if code in _NOT_ASKED or code.startswith(_UNDER_EDITION):
            continue
        yield Gap(MARKED, rule, firm, urn, (stmt,), figures=_figures(code, params))
    for urn, subject, statements in list_open_disputes(tx.connection, urns):
        yield Gap(DISPUTED, "P22", firm, urn, json_list(statements), figures={"subject": subject})


def _figures(code: str, params: str) -> dict[str, str]:
    found: dict[str, Any] = json_value(params)
    return {"code": code, **{name: str(found[name]) for name in ("value", "limit") if name in found}}


def _iso(micros: int) -> str:
    return from_micros(micros).isoformat()


def kept_gaps(kept: Kept) -> list[Gap]:
    """The gaps of a document, as it was kept."""
    return [
        Gap(
            one["kind"], one["rule"], one["firm"], one["lot"], tuple(one["records"]), one["other"] or "",
            one["figures"],
        )
        for one in orjson.loads(kept.document)["answer"]["gaps"]
    ]  # fmt: skip
