"""The run of the warning rules over all records of the platform: by a job, by command, twice as good as once.

Nothing is judged here a second time: marks are admission's, excesses the mass balance's, copied codes the
scan verdict's. Each source is one query over what is open or of the rule's days; the balance is read firm by
firm, so that memory is that of one firm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.doubted_results import doubts_about
from trace.chain.measured import is_detected
from trace.oversight.balance.excess import OVER
from trace.oversight.competence import competent_department, county_of
from trace.oversight.ended_systems import ended_proofs
from trace.oversight.register_entries import SYSTEM
from trace.oversight.warnings import (
    ALERT,
    BALANCE,
    BY_MARK,
    CLUSTER,
    COMPLAINED_FIRM,
    COMPLAINTS,
    COPIES,
    DETECTED,
    EXCEEDED,
    LATE,
    ONLINE,
    OPEN,
    RULES,
    SYSTEM_ENDED,
    Detection,
    Fired,
    LotTested,
    of_clusters,
    of_detections,
    of_exceeded,
    of_late,
    of_marks,
    unseen,
)
from trace.rules import Rule
from trace.rules.book import every_food_limit
from trace.store.analyses.firm_rows import list_issuers
from trace.store.base import to_micros
from trace.store.log.keys import read_holder_roles
from trace.store.lots.standing import regions_of_parties
from trace.store.monthly.register_entries import entries_of_kind
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.kept import ListingCheckRow, read_rows
from trace.store.risk.warnings import (
    RunRow,
    WarningRow,
    add_run,
    add_warnings,
    count_stated,
    every_warning,
    last_warning_number,
    read_alerts,
    read_complained,
    read_copied,
    read_late,
    read_marked,
    read_passed,
    read_tested,
    see_again,
)
from trace.store.transaction import Transactions, Tx
from trace.usecases.balance.firm_balance import FirmBalance
from trace.usecases.supervision.listings import is_questioned

JOB: Final = "warnings.find"
WHAT: Final = "warning"
MONTH: Final = timedelta(days=30)
YEAR: Final = timedelta(days=365)
_FAIL: Final = "fail"


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found: warnings that stand open, of them new ones, and open ones that fire no longer."""

    fired: int
    fresh: int
    closed: int


def find_warnings(transactions: Transactions, *, balance: bool = True) -> Found:
    """Run every rule in force, keep what is new, and see again what still fires.

    `balance=False` leaves the mass balance out, which reads every record of every firm.
    """
    with transactions.look(JOB) as tx:
        today = day_in_shanghai(tx.now)
        left_out = frozenset() if balance else frozenset({BALANCE})
        rules = {
            rule.id: rule for name in RULES if name not in left_out and (rule := tx.rules.find(name, today))
        }
        fired = [one for rule in rules.values() for one in _fired(tx, rule)]
    with transactions.begin(JOB) as tx:
        return _kept(tx, fired, rules, left_out)


def _fired(tx: Tx, rule: Rule) -> Iterator[Fired]:
    if rule.unit == BY_MARK:
        return _marks(tx, rule)
    by_rule = {
        LATE: _late,
        BALANCE: _balance,
        CLUSTER: _clusters,
        COMPLAINTS: _complaints,
        COMPLAINED_FIRM: _complained_firms,
        COPIES: _copies,
        DETECTED: _detected,
        ALERT: _alerts,
        ONLINE: _online,
        SYSTEM_ENDED: _ended_systems,
        EXCEEDED: _exceeded,
    }
    return by_rule[rule.id](tx, rule)


def _marks(tx: Tx, rule: Rule) -> Iterator[Fired]:
    marked = read_marked(tx.connection, rule.items)
    return of_marks(rule.id, ((party, _month(day_in_shanghai(at)), stmt) for party, at, stmt in marked))


def _clusters(tx: Tx, rule: Rule) -> Iterator[Fired]:
    least, share = rule.span
    return of_clusters(rule.id, int(least), Fraction(share) / 100, _tested(tx))


def _copies(tx: Tx, rule: Rule) -> Iterator[Fired]:
    for level in rule.items:
        for party, lot, code in read_copied(tx.connection, level):
            yield Fired(rule.id, party, lot or code, (code,), {"level": level})


def _late(tx: Tx, rule: Rule) -> Iterator[Fired]:
    least, share = rule.span
    since = tx.now - MONTH
    late = {
        party: found for party, found in read_late(tx.connection, since).items() if len(found) >= int(least)
    }
    every = count_stated(tx.connection, late, since)
    month = _month(day_in_shanghai(tx.now))
    yield from of_late(rule.id, int(least), Fraction(share) / 100, late, every, month)


def _balance(tx: Tx, rule: Rule) -> Iterator[Fired]:
    """Excesses of the last year that no reading of the records explains."""
    since, until = to_micros(tx.now - YEAR), to_micros(tx.now)
    for party in list_issuers(tx.connection, since, until):
        for excess in FirmBalance(tx.connection, party, since, until, tx.rules).excesses:
            if excess.state == OVER:
                records = tuple(sorted({stmt for side in excess.records.values() for stmt in side if stmt}))
                shown = excess.as_dict()
                told = {
                    name: f"{shown[name]['value']} {shown[name]['unit']}" for name in ("excess", "allowed")
                }
                subject = " ".join((excess.level, *map(str, excess.subject.values())))
                yield Fired(rule.id, party, subject, records, told)


def _tested(tx: Tx) -> Iterator[LotTested]:
    rows = list(read_tested(tx.connection, tx.now - YEAR))
    regions = regions_of_parties(tx.connection, {party for *_, party in rows})
    for record, data, lot, product, party in rows:
        area = next((one for code in sorted(regions[party]) if (one := county_of(code))), "")
        for item in data.get("items") or ():
            if isinstance(item, Mapping) and item.get("name"):
                failed = item.get("verdict") == _FAIL
                yield LotTested(lot, area, product, str(item["name"]), failed, record, party)


def _detected(tx: Tx, rule: Rule) -> Iterator[Fired]:
    return of_detections(rule.id, _detections(tx, timedelta(days=int(rule.number))))


def _detections(tx: Tx, back: timedelta) -> Iterator[Detection]:
    for record, data, party, _ in read_passed(tx.connection, tx.now - back):
        day = day_in_shanghai(datetime.fromisoformat(str(data["sampledAt"])))
        for item in data.get("items") or ():
            value, unit = str(item.get("value") or ""), str(item.get("unit") or "")
            known = tx.rules.forbidden(str(item.get("name") or ""), day) if is_detected(value, unit) else None
            if known is not None and known.since is not None:
                told = value if not unit or unit in value else f"{value} {unit}"
                yield Detection(party, known.name, told, known.since, known.notice, record)


def _exceeded(tx: Tx, rule: Rule) -> Iterator[Fired]:
    passed = read_passed(tx.connection, tx.now - timedelta(days=int(rule.number)))
    limits = every_food_limit()
    doubts = (
        (party, doubt, record)
        for record, data, party, food in passed
        for doubt in doubts_about(data, food, _tested_on(data), limits)
        if doubt.grave
    )
    return of_exceeded(rule.id, doubts)


def _tested_on(data: Mapping[str, Any]) -> date:
    return day_in_shanghai(datetime.fromisoformat(str(data["testedAt"])))


def _alerts(tx: Tx, rule: Rule) -> Iterator[Fired]:
    """What laboratories warn of, one by one: two that say the same are two words, not one."""
    for record, lab, data in read_alerts(tx.connection, tx.now - timedelta(days=int(rule.number))):
        figures = {"hazard": str(data["hazardCode"]), "severity": str(data["severity"]), "lab": lab}
        yield Fired(rule.id, str(data.get("party") or ""), f"{lab} {record[:10]}", (record,), figures)


def _online(tx: Tx, rule: Rule) -> Iterator[Fired]:
    """Checks of online listings that failed or left a question; of no firm where nobody knows whose shop."""
    since = day_in_shanghai(tx.now) - timedelta(days=int(rule.number))
    where = "WHERE checked_on >= ?"
    for row in read_rows(tx.connection, ListingCheckRow, where, (since.isoformat(),)):
        if is_questioned(row):
            figures = {"result": row.result, **({"mark": row.standing} if row.standing else {})}
            yield Fired(rule.id, row.seller, f"{row.area}/{row.platform}/{row.shop}", (row.number,), figures)


def _ended_systems(tx: Tx, rule: Rule) -> Iterator[Fired]:
    """Firms whose trace system's proof has ended without a new one."""
    entries = entries_of_kind(tx.connection, SYSTEM)
    for one in ended_proofs(entries, day_in_shanghai(tx.now), timedelta(days=int(rule.number))):
        until = one.until.isoformat() if one.until else ""
        yield Fired(rule.id, one.firm, until, (one.id,), {"proof-until": until})


def _complaints(tx: Tx, rule: Rule) -> Iterator[Fired]:
    by_lot: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for party, lot, number in read_complained(tx.connection, tx.now - MONTH):
        by_lot[party, lot].append(number)
    for (party, lot), numbers in sorted(by_lot.items()):
        if len(numbers) >= int(rule.number):
            yield Fired(rule.id, party, lot, tuple(numbers), {"complaints": str(len(numbers))})


def _complained_firms(tx: Tx, rule: Rule) -> Iterator[Fired]:
    """Firms with so many complaints, of whichever batches: to be pointed to dispute resolution."""
    by_firm: defaultdict[str, list[str]] = defaultdict(list)
    for party, _, number in read_complained(tx.connection, tx.now - MONTH):
        by_firm[party].append(number)
    month = _month(day_in_shanghai(tx.now))
    for party, numbers in sorted(by_firm.items()):
        if len(numbers) >= int(rule.number):
            yield Fired(rule.id, party, month, tuple(numbers), {"complaints": str(len(numbers))})


def _kept(tx: Tx, fired: list[Fired], rules: Mapping[str, Rule], left_out: frozenset[str]) -> Found:
    """Write what is new and what is seen again; what fires no longer stays open and says since when."""
    known = every_warning(tx.connection)
    decided: defaultdict[str, set[str]] = defaultdict(set)
    for row in known:
        if row.state != OPEN:
            decided[row.key].update(row.records)
    still = {row.key: row for row in known if row.state == OPEN}
    raised = list(unseen(fired, decided))
    again = [
        replace(still[one.key], records=one.records, figures=dict(one.figures), seen_at=tx.now)
        for one in raised
        if one.key in still
    ]
    fresh = list(_rows(tx, [one for one in raised if one.key not in still], rules))
    add_warnings(tx.connection, fresh)
    see_again(tx.connection, again)
    add_events(tx.connection, [RiskEvent(WHAT, row.number, "raised", tx.now, why=row.rule) for row in fresh])
    keys = {one.key for one in raised}
    gone = sum(key not in keys and row.rule not in left_out for key, row in still.items())
    add_run(tx.connection, RunRow(tx.now, tx.rules.version, len(raised), len(fresh), gone))
    return Found(len(raised), len(fresh), gone)


def _rows(tx: Tx, fired: list[Fired], rules: Mapping[str, Rule]) -> Iterator[WarningRow]:
    prefix = f"YJ{day_in_shanghai(tx.now).year}-"
    number = last_warning_number(tx.connection, prefix)
    regions = regions_of_parties(tx.connection, {one.party for one in fired if one.party})
    departments = {"": ""}  # what is about several firms is both departments' business
    for one in fired:
        number += 1
        area = next((found for code in sorted(regions.get(one.party, ())) if (found := county_of(code))), "")
        if not one.party and one.rule in {CLUSTER, ONLINE}:
            area = one.subject.partition("/")[0]
        if one.party not in departments:
            departments[one.party] = competent_department(read_holder_roles(tx.connection, one.party))
        yield WarningRow(
            f"{prefix}{number:06d}",
            one.key,
            one.rule,
            rules[one.rule].since.isoformat(),
            one.party,
            area,
            departments[one.party],
            one.subject,
            one.records,
            dict(one.figures),
            tx.now,
            tx.now,
        )


def _month(day: date) -> str:
    return day.isoformat()[:7]
