"""Scorecards of an area over a year: the six 全, coverage, codes, uploads, handling, findings, data quality.

Each score is a part of a whole, both as lists that open. They are live: nothing of them is frozen or sent.
What nothing records has no score, and no 0 % either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import MonthlyFormUnknown, MonthMalformed, RightMissing
from trace.oversight.casework.clocks import is_due
from trace.oversight.casework.table import CLOSED, ENDED
from trace.oversight.monthly.figures import Line, figure_of
from trace.oversight.monthly.ratios import Ratio
from trace.oversight.visits.coverage import WHOLE as HEAD_COVERED
from trace.oversight.visits.coverage import covers_all, heads_covered
from trace.parties import ALL, Actor
from trace.rules.duty_list import duty_list
from trace.rules.monthly_form import monthly_form
from trace.store.casework.acts import publications_of
from trace.store.casework.cases import events_of, find_case, known_cases, reports_with_cases
from trace.store.lots.scope import master_data
from trace.store.monthly.counted import cases_of_area, late_by_firm, made_names, unverified_between
from trace.store.transaction import Transactions, Tx
from trace.store.visits.forms import find_form
from trace.store.visits.visits import signed_parts_of
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.standing import times_of
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.acts_of_period import acts_of_area
from trace.usecases.supervision.figure_counters import COUNTERS, Counting, Decision
from trace.usecases.supervision.month_scope import Month, MonthScope, scope_of

SIX: Final = ("objects", "content", "process", "enforcement", "data", "results")
"""对象全覆盖, 内容全要素, 流程全闭环, 执法全协同, 数据全共享, 结果全公开."""
PART: Final = "part"
WHOLE: Final = "whole"
SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class Score:
    """A score by its name; no ratio where nothing records it."""

    name: str
    ratio: Ratio | None


@dataclass(frozen=True, slots=True)
class FirmQuality:
    """How many records a firm stated of the time, and how many of them came too late."""

    firm: str
    name: str
    stated: int
    late: int


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Every score of a year with the firms' quality of data and what could not be verified."""

    year: int
    as_of: datetime
    scores: Sequence[Score]
    quality: Sequence[FirmQuality]
    unverified: int


@dataclass(frozen=True, slots=True)
class ScoreList:
    """One of the two lists of a score, with the names of firms."""

    score: Score
    side: str
    lines: Sequence[Line]
    names: Mapping[str, str]
    year: int
    as_of: datetime


def read_scorecard(transactions: Transactions, actor: Actor, year: str) -> Scorecard:
    """The scorecard of the caller's area; raises `RightMissing`, `MonthMalformed`."""
    with transactions.look(actor.subject) as tx:
        span = _span(tx, actor, year)
        counting = Counting(scope_of(tx, actor.region, span))
        scores = [Score(name, count(counting)) for name, count in SCORES.items()]
        firms = counting.scope.during
        late = late_by_firm(tx.connection, firms, span.begins, span.ends)
        names = _names(tx, [firm for firm, _, _ in late])
        quality = [FirmQuality(firm, names[firm], stated, late_ones) for firm, stated, late_ones in late]
        return Scorecard(
            span.first.year,
            tx.now,
            scores,
            sorted(quality, key=lambda one: (-one.late, one.firm))[:SHOWN],
            unverified_between(tx.connection, span.begins, span.ends),
        )


def read_score_list(transactions: Transactions, actor: Actor, name: str, side: str, year: str) -> ScoreList:
    """One list of a score; the look at its firms is noted. Raises `MonthlyFormUnknown` and as above."""
    with transactions.begin(actor.subject) as tx:
        span = _span(tx, actor, year)
        count = SCORES.get(name)
        ratio = count(Counting(scope_of(tx, actor.region, span))) if count is not None else None
        if ratio is None or side not in {PART, WHOLE}:
            raise MonthlyFormUnknown(form=f"{name[:40]} {side[:10]}")
        lines = ratio.part if side == PART else ratio.whole
        firms = {line.party for line in lines[:SHOWN] if line.party}
        purpose = Purpose(f"监管评价 {span.first.year} {name}")
        note_looks(tx, actor, firms, Seen("figure", f"{span.first.year} {name}", len(lines)), purpose)
        return ScoreList(Score(name, ratio), side, lines, _names(tx, firms), span.first.year, tx.now)


def _span(tx: Tx, actor: Actor, year: str) -> Month:
    """The year as written until today, this one where nothing is."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    today = day_in_shanghai(tx.now)
    if year and not (
        len(year) == 4 and year.isascii() and year.isdigit() and "2000" <= year <= str(today.year)
    ):
        raise MonthMalformed(month=year[:20])
    first = date(int(year or today.year), 1, 1)
    return Month(first, min(today, date(first.year, 12, 31)))


def _of(name: str, counting: Counting) -> tuple[Line, ...]:
    return figure_of(monthly_form().figures[name], COUNTERS[name](counting)).lines or ()


def _those(whole: tuple[Line, ...], parties: Iterable[str]) -> Ratio:
    wanted = frozenset(parties)
    return Ratio(tuple(line for line in whole if line.party in wanted), whole)


def _objects(counting: Counting) -> Ratio:
    """Producers that were visited, each with the records of its visits, of those with a mark."""
    visited: defaultdict[str, list[str]] = defaultdict(list)
    for one in counting.visits:
        visited[one.party].extend(one.records)
    found = _those(_of("producers", counting), visited)
    part = tuple(replace(line, records=tuple(visited[line.party])) for line in found.part)
    return Ratio(part, found.whole)


def _process(counting: Counting) -> Ratio:
    """Cases that ended, of those that are due (核查处置率)."""
    due = [(line, state) for line, (state, _) in _cases(counting) if _is_due(counting.scope, line.key, state)]
    return Ratio(tuple(line for line, state in due if state in ENDED), tuple(line for line, _ in due))


def _is_due(scope: MonthScope, number: str, state: str) -> bool:
    row = find_case(scope.connection, number) if state not in ENDED else None
    if row is None:
        return True
    times = times_of(row, events_of(scope.connection, number))
    return is_due(scope.rules, state, times, scope.now)


def _results(counting: Counting) -> Ratio:
    closed = [(line, published) for line, (state, published) in _cases(counting) if state == CLOSED]
    return Ratio(tuple(line for line, published in closed if published), tuple(line for line, _ in closed))


def _cases(counting: Counting) -> list[tuple[Line, tuple[str, bool]]]:
    scope = counting.scope
    found = cases_of_area(scope.connection, scope.area, scope.month.begins, scope.month.ends)
    return [
        (Line(one.number, one.party, (one.report,), one.number), (one.state, one.published)) for one in found
    ]


def _enforcement(counting: Counting) -> Ratio:
    """Visits that both departments signed, of all visits to firms on the register."""
    whole = tuple(one.line for one in counting.every_visit)
    joint = {one.line.key for one in counting.visits}
    return Ratio(tuple(line for line in whole if line.key in joint), whole)


def _findings(counting: Counting) -> Ratio:
    whole = _of("visits", counting)
    found = {one.line.key for one in counting.visits if one.results - {"conforms"}}
    return Ratio(tuple(line for line in whole if line.key in found), whole)


def _coded(counting: Counting) -> Ratio:
    """赋码率: of the licensed products that were made in the time, those under whose number a code lives.

    Made: a lot of a name of the licence. One that was packed under its number was made, whatever its name.
    """
    scope = counting.scope
    made = made_names(scope.connection, scope.firms, scope.month.begins, scope.month.ends)
    coded = {line.key: line for line in _of("coded", counting)}
    whole = []
    for one in scope.producers:
        for each in one.licences:
            records = [made[one.holder, name] for name in each.products if (one.holder, name) in made]
            if each.urn in coded:
                records += coded[each.urn].records
            if records:
                what = f"{each.number} {'、'.join(each.products)}"
                whole.append(Line(each.urn, one.holder, tuple(dict.fromkeys(records)), what))
    return Ratio(tuple(line for line in whole if line.key in coded), tuple(whole))


def _uploads(counting: Counting) -> Ratio:
    return _those(_of("producers", counting), (line.party for line in _of("uploaders", counting)))


def _systems(counting: Counting) -> Ratio:
    return _those(_of("producers", counting), (line.party for line in _of("systems", counting)))


def _decided(counting: Counting) -> list[tuple[Line, Decision]]:
    return [(Line(one.record, one.party, (one.record,), one.number), one) for one in counting.penalties]


def _online(counting: Counting) -> Ratio:
    """网上办案: decisions on penalties whose matter is a case that is kept here."""
    every = _decided(counting)
    named = known_cases(counting.scope.connection, {one.matter for _, one in every})
    return Ratio(tuple(line for line, one in every if one.matter in named), tuple(line for line, _ in every))


def _published(counting: Counting) -> Ratio:
    """案件公示: decisions on penalties of which somebody noted where they were published."""
    every = tuple(line for line, _ in _decided(counting))
    told = publications_of(counting.scope.connection, {line.key for line in every})
    return Ratio(tuple(line for line in every if line.key in told), every)


def _filed(counting: Counting) -> Ratio:
    """四个一律, as far as records go: failing samples under supervision that have a case."""
    scope = counting.scope
    period = Period(scope.month.first - timedelta(days=366), scope.month.last)
    failed = [
        one
        for one in acts_of_area(scope.connection, scope.area, period).samples
        if one.result == "fail" and one.result_at and scope.month.begins <= one.result_at < scope.month.ends
    ]
    reports = reports_with_cases(scope.connection, {one.report for one in failed})
    lines = [(Line(one.record, one.party, (one.record, one.report), one.number), one) for one in failed]
    return Ratio(
        tuple(line for line, one in lines if one.report in reports), tuple(line for line, _ in lines)
    )


def _content(counting: Counting) -> Ratio:
    """Joint visits that covered every head of both departments' duties, of those whose answers are here.

    A visit whose part was changed and not signed again is in neither list: what it covers is not known yet.
    """
    scope, duties = counting.scope, duty_list().duties
    parts = signed_parts_of(scope.connection, {one.party for one in counting.visits})
    by_record = {part.record: part for _, _, part in parts}
    whole, part = [], []
    for visit in counting.visits:
        known = [by_record[one] for one in visit.records if one in by_record]
        forms = [find_form(scope.connection, one.form, one.form_version) for one in known]
        heads = [
            heads_covered(duties, form.dated.form, one.answers)
            for form, one in zip(forms, known, strict=True)
            if form is not None
        ]
        if len(heads) < len(visit.records) or not all(heads):
            continue
        every = [one for of in heads for one in of]
        covered = sum(one.state == HEAD_COVERED for one in every)
        line = replace(visit.line, label=f"{visit.matter} {covered}/{len(every)}")
        whole.append(line)
        if covers_all(every):
            part.append(line)
    return Ratio(tuple(part), tuple(whole))


SCORES: Final[Mapping[str, Callable[[Counting], Ratio | None]]] = {
    "objects": _objects,
    "content": _content,
    "process": _process,
    "enforcement": _enforcement,
    "data": _uploads,
    "results": _results,
    "coded": _coded,
    "systems": _systems,
    "findings": _findings,
    "online": _online,
    "published": _published,
    "filed": _filed,
}
"""Name → its two lists; None where nothing records it."""


def _names(tx: Tx, parties: Iterable[str]) -> dict[str, str]:
    wanted = sorted(set(parties))
    known = master_data(tx.connection, "party", wanted)
    return {urn: str(known.get(urn, {}).get("name") or urn) for urn in wanted}
