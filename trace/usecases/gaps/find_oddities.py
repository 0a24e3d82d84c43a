"""Oddities of a firm as gaps: journeys, even figures, a second firm of its name, codes seen too far apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import RuleUnknown
from trace.identity.search_terms import folded
from trace.oversight.balance.excess import amount_json
from trace.oversight.copied_codes.parameters import copy_parameters
from trace.oversight.gaps import EVEN, QUICK, RULES, SEEN_APART, TWICE, Gap
from trace.oversight.oddities import Weighed, too_even, too_quick
from trace.rules import Rule
from trace.store.analyses.firm_rows import FirmRows
from trace.store.analyses.gap_rows import list_codes_seen_apart, list_received, list_statements_of
from trace.store.base import from_micros, to_micros
from trace.store.chain.search_terms import find_by_name, read_parties
from trace.store.columns import json_value
from trace.store.lots.standing import regions_of_parties
from trace.store.transaction import Tx
from trace.usecases.balance.firm_rows_read import WITHDRAWN, base_unit

_YEAR: Final = timedelta(days=365)
_DAY: Final = timedelta(days=1)
"""Nothing travels longer by the fastest way."""
_FIRM: Final = "urn:uscc:"
_RECORDS: Final = 20
_STATEMENT: Final = ~255


def find_oddities(
    tx: Tx, firm: str, rules: Mapping[str, Rule], as_of: datetime, rows: FirmRows
) -> Iterator[Gap]:
    """What is odd in the firm's records, of which every single one has an innocent reading."""
    yield from _journeys(tx, firm, rules[QUICK], as_of)
    yield from _even_figures(firm, rules[EVEN], as_of, rows)
    yield from _namesakes(tx, firm)
    for lot, codes, stmt in list_codes_seen_apart(tx.connection, firm, to_micros(as_of)):
        yield Gap(SEEN_APART, RULES[SEEN_APART], firm, lot, (stmt,), figures={"codes": str(codes)})


def _journeys(tx: Tx, firm: str, rule: Rule, as_of: datetime) -> Iterator[Gap]:
    received = list_received(tx.connection, firm, _DAY // timedelta(microseconds=1))
    if not received:
        return
    regions = regions_of_parties(tx.connection, {firm, *(row[1] for row in received)})
    try:
        given = copy_parameters(tx.rules, day_in_shanghai(as_of))
    except RuleUnknown:  # before there were codes on packs nobody said how fast things travel
        return
    for lot, shipper, sent, left, got, came in received:
        took = timedelta(microseconds=came - left)
        least = too_quick(regions[shipper], regions[firm], took, rule.duration, given)
        if least is not None:
            figures = {
                "sent": from_micros(left).isoformat(),
                "received": from_micros(came).isoformat(),
                "fastest": f"{least.total_seconds() / 3600:.1f} h",
            }
            yield Gap(QUICK, rule.id, firm, lot, (got, sent), shipper, figures)


def _even_figures(firm: str, rule: Rule, as_of: datetime, rows: FirmRows) -> Iterator[Gap]:
    stmt_of = {row[0]: row[1] for row in rows.statements}
    since, until = to_micros(as_of - _YEAR), to_micros(as_of)
    harvests = []
    for lot, urn, kind, _, name, quantity, _, unit, _, to, state, detail in rows.lots:
        if kind != "harvest" or state == WITHDRAWN or to is None or not since <= to <= until:
            continue
        if base_unit(unit) == "kg":
            crop = str(json_value(detail).get("crop") or name) if detail else name
            harvests.append((to, Weighed(urn, crop, quantity, stmt_of[lot & _STATEMENT])))
    for one in too_even((each for _, each in sorted(harvests, key=lambda pair: pair[0])), rule):
        first, step = one.harvests[0], amount_json(one.amount, "kg")
        figures = {
            "crop": one.crop,
            "same" if one.same else "multiples": f"{step['value']} kg",
            "count": f"{len(one.harvests)} / {one.of}",
        }
        records = tuple(each.record for each in one.harvests[:_RECORDS])
        yield Gap(EVEN, rule.id, firm, first.lot, records, figures=figures)


def _namesakes(tx: Tx, firm: str) -> Iterator[Gap]:
    name = folded(str(read_parties(tx.connection, [firm]).get(firm, {}).get("name") or ""))
    if not name or not firm.startswith(_FIRM):
        return
    named = {one.urn for one in find_by_name(tx.connection, name)[0] if one.urn.startswith(_FIRM)} - {firm}
    others = read_parties(tx.connection, sorted(named))
    same = sorted(urn for urn, data in others.items() if folded(str(data.get("name") or "")) == name)
    statements = list_statements_of(tx.connection, same)
    for other in same:
        if other in statements:
            yield Gap(TWICE, RULES[TWICE], firm, "", (statements[other],), other)
