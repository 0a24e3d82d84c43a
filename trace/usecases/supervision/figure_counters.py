"""Who counts which figure of the monthly form: one table, figure → function over the month's scope.

A function gives a line for each thing that it counts, with the records that show it. A figure without a
function is not counted: it shows that it has no source yet, and never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight import INSPECTION, PENALTY
from trace.ledger.statement import parse_statement
from trace.oversight.competence import AGRICULTURE, MARKET
from trace.oversight.joint_work import EXCHANGE, MECHANISM, held, in_force
from trace.oversight.monthly.figures import Figure, Line, figure_of
from trace.oversight.register import cancelled_within
from trace.oversight.register_entries import CATALOGUED, SYSTEM, standing_on
from trace.oversight.trace_catalogue import CATALOGUE, kinds_of
from trace.rules.monthly_form import monthly_form
from trace.store.casework.acts import revocations
from trace.store.log.entries import find_entries
from trace.store.monthly.counted import (
    OversightRow,
    case_events,
    coded_licences,
    departments_of_issuers,
    oversight_between,
    uploaded_names,
)
from trace.store.monthly.register_entries import entries_of
from trace.store.risk.kept import JointWorkRow, read_rows
from trace.usecases.forms.versions import form_in, versions_in
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.exchanged import exchanged_in_area
from trace.usecases.supervision.month_scope import MonthScope

BOTH: Final = frozenset({MARKET, AGRICULTURE})
_TO_RECTIFY: Final = "to_rectify"
_CONFORMS: Final = "conforms"
_WARNING, _FINE, _STOPPED = "warning", "fine", "production_stopped"
_TO_THE_POLICE: Final = "refer-criminal"

Lines = Iterable[Line]
Counter = Callable[["Counting"], Lines | None]


@dataclass(slots=True)
class Counting:
    """One run over all figures: what several of them read is read once."""

    scope: MonthScope
    _visits: list[Visit] | None = None
    _penalties: list[Decision] | None = None
    _uploads: list[tuple[str, str | None, str]] | None = None
    _joint: list[JointWorkRow] | None = None

    @property
    def visits(self) -> list[Visit]:
        """Those that both departments signed."""
        return [one for one in self.every_visit if one.joint]

    @property
    def every_visit(self) -> list[Visit]:
        if self._visits is None:
            self._visits = list(_inspections(self.scope))
        return self._visits

    @property
    def uploads(self) -> list[tuple[str, str | None, str]]:
        """(firm, product name or None, record), each name once a firm."""
        if self._uploads is None:
            scope = self.scope
            self._uploads = uploaded_names(scope.connection, scope.firms, scope.month.ends)
        return self._uploads

    @property
    def joint_work(self) -> list[JointWorkRow]:
        """What the two departments of the area set up and held together, whatever became of it."""
        if self._joint is None:
            scope = self.scope
            self._joint = read_rows(scope.connection, JointWorkRow, "WHERE area = ?", (scope.area,))
        return self._joint

    @property
    def penalties(self) -> list[Decision]:
        if self._penalties is None:
            self._penalties = list(_decisions(self.scope))
        return self._penalties


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection: the records that were signed of the same firm, matter and day; `joint` by both
    departments."""

    day: str
    matter: str
    party: str
    records: tuple[str, ...]
    results: frozenset[str]
    orders: bool
    joint: bool

    @property
    def line(self) -> Line:
        """The visit as a line of a list."""
        return Line(f"{self.day} {self.matter} {self.party}", self.party, self.records, self.matter)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on a penalty."""

    record: str
    party: str
    number: str
    kinds: frozenset[str]
    amount: str
    matter: str = ""


def count_figures(scope: MonthScope) -> dict[str, Figure]:
    """Every figure of the form, in its order."""
    counting = Counting(scope)
    return {
        name: figure_of(defined, COUNTERS[name](counting) if name in COUNTERS else None)
        for name, defined in monthly_form().figures.items()
    }


def _producers(counting: Counting) -> Iterator[Line]:
    for one in counting.scope.producers:
        numbers = ", ".join(each.number for each in one.licences)
        yield Line(one.holder, one.holder, tuple(each.statement for each in one.licences), numbers)


def _products(counting: Counting) -> Iterator[Line]:
    for one in counting.scope.producers:
        for each in one.licences:
            yield Line(each.urn, one.holder, (each.statement,), f"{each.number} {'、'.join(each.products)}")


def _coded(counting: Counting) -> Iterator[Line]:
    scope = counting.scope
    held = {each.urn: (one.holder, each.number) for one in scope.producers for each in one.licences}
    for urn, pack in coded_licences(scope.connection, held, scope.month.ends).items():
        holder, number = held[urn]
        yield Line(urn, holder, (pack,), number)


def _systems(counting: Counting) -> Iterator[Line]:
    scope = counting.scope
    entries = entries_of(scope.connection, scope.firms)
    known = [one for one in entries if one.kind == SYSTEM and one.at < scope.month.ends]
    for (firm, _), one in standing_on(scope.month.last, known).items():
        yield Line(firm, firm, (one.id,), f"{one.content['name']} · {one.evidence}")


def _catalogued(counting: Counting) -> Iterable[Line] | None:
    """Producers of goods of the catalogue; None while it is empty, or a producer is not looked at yet.

    Who was looked at by a version without some of its kinds may produce these.
    """
    scope = counting.scope
    versions = versions_in(scope.connection, CATALOGUE)
    catalogue = form_in(scope.connection, CATALOGUE, scope.month.last)
    kinds = kinds_of(catalogue) if catalogue is not None else frozenset()
    whole = {one.form.version for one in versions if kinds <= kinds_of(one.form)}
    entries = entries_of(scope.connection, scope.firms)
    known = [one for one in entries if one.kind == CATALOGUED and one.at < scope.month.ends]
    said = {firm: one for (firm, _), one in standing_on(scope.month.last, known).items()}
    looked_at = {firm for firm, one in said.items() if one.content["table"]["version"] in whole}
    if not kinds or {one.holder for one in scope.producers} - looked_at:
        return None
    return [
        Line(firm, firm, (one.id,), f"{one.content['names']} · {one.evidence}")
        for firm, one in said.items()
        if kinds & {*one.content["kinds"]}
    ]


def _uploaders(counting: Counting) -> Iterator[Line]:
    for firm, _, record in counting.uploads:
        yield Line(firm, firm, (record,))


def _uploaded(counting: Counting) -> Iterator[Line]:
    for firm, name, record in counting.uploads:
        if name is not None:
            yield Line(f"{firm} {name}", firm, (record,), name)


def _arrangements(kind: str) -> Counter:
    def counter(counting: Counting) -> Iterator[Line]:
        for one in in_force(counting.joint_work, kind, counting.scope.month.last):
            yield Line(one.number, "", (one.number,), f"{one.title} · {one.proof}")

    return counter


def _trainings(counting: Counting) -> Iterator[Line]:
    month = counting.scope.month
    for one in held(counting.joint_work, month.first, month.last):
        yield Line(one.number, "", (one.number,), f"{one.since} {one.title} · {one.proof}")


def _exchanges(counting: Counting) -> Iterator[Line]:
    scope = counting.scope
    found = exchanged_in_area(scope.connection, scope.area, Period(scope.month.first, scope.month.last))
    for kind, messages in found.by_type.items():
        for message in messages:
            yield Line(message, "", (message,), kind)


def _visits(counting: Counting) -> Iterator[Line]:
    for one in counting.visits:
        yield one.line


def _found(counting: Counting) -> Iterator[Line]:
    return _firms_of(one for one in counting.visits if one.results - {_CONFORMS})


def _rectify(counting: Counting) -> Iterator[Line]:
    return _firms_of(
        one
        for one in counting.visits
        if one.results - {_CONFORMS} and (one.orders or _TO_RECTIFY in one.results)
    )


def _firms_of(visits: Iterable[Visit]) -> Iterator[Line]:
    for one in visits:
        yield Line(one.party, one.party, one.records)


def _penalised(*kinds: str) -> Counter:
    def counter(counting: Counting) -> Iterator[Line]:
        for one in counting.penalties:
            if not kinds or not one.kinds.isdisjoint(kinds):
                yield Line(one.party, one.party, (one.record,))

    return counter


def _amount(counting: Counting) -> Iterator[Line]:
    for one in counting.penalties:
        if one.amount:
            yield Line(one.record, one.party, (one.record,), one.number, one.amount)


def _criminal(counting: Counting) -> Iterator[Line]:
    scope = counting.scope
    for number, seq, party in case_events(
        scope.connection, _TO_THE_POLICE, scope.month.begins, scope.month.ends
    ):
        if party in scope.during:
            yield Line(number, party, (f"{number}#{seq}",), number)


def _cancelled(counting: Counting) -> Iterator[Line]:
    scope, month = counting.scope, counting.scope.month
    for one in cancelled_within(month.first, month.last, scope.said):
        if one.holder in scope.during:
            yield Line(one.holder, one.holder, (one.statement,), one.number)


COUNTERS: Final[Mapping[str, Counter]] = {
    "producers": _producers,
    "products": _products,
    "coded": _coded,
    "systems": _systems,
    "catalogued": _catalogued,
    "uploaders": _uploaders,
    "uploaded": _uploaded,
    "mechanism": _arrangements(MECHANISM),
    "exchange": _arrangements(EXCHANGE),
    "exchanges": _exchanges,
    "trainings": _trainings,
    "visits": _visits,
    "found": _found,
    "rectify": _rectify,
    "penalised": _penalised(),
    "warned": _penalised(_WARNING),
    "fined": _penalised(_FINE),
    "amount": _amount,
    "stopped": _penalised(_STOPPED),
    "criminal": _criminal,
    "cancelled": _cancelled,
}
"""Figure → who counts it. A new source is a line here."""


def _inspections(scope: MonthScope) -> Iterator[Visit]:
    """The visits whose day lies in the month, also where a department signs after its end.

    Since form 2 a record says the day of its visit, which both departments share; before, it was signed on
    that day. A record that another of the same authority replaces is none of the visit any more.
    """
    found = list(_standing(scope, INSPECTION.typ, late=True))
    replaced = {(row.iss, str(data["replaces"])) for row, data in found if data.get("replaces")}
    told: dict[tuple[str, str, str], list[tuple[OversightRow, Mapping[str, Any]]]] = {}
    first, last = scope.month.first.isoformat(), scope.month.last.isoformat()
    for row, data in found:
        day = str(data.get("day") or day_in_shanghai(row.occurred_at).isoformat())
        if first <= day <= last and (row.iss, row.stmt) not in replaced:
            told.setdefault((day, str(data["matter"]), str(data["party"])), []).append((row, data))
    issuers = {row.iss for rows in told.values() for row, _ in rows}
    departments = departments_of_issuers(scope.connection, issuers)
    for (day, matter, party), rows in sorted(told.items()):
        yield Visit(
            day,
            matter,
            party,
            tuple(sorted(row.stmt for row, _ in rows)),
            frozenset(str(data.get("result")) for _, data in rows),
            any(data.get("rectifyBy") for _, data in rows),
            {departments.get(row.iss) for row, _ in rows} >= BOTH,
        )


def _decisions(scope: MonthScope) -> Iterator[Decision]:
    fallen = revocations(scope.connection)
    for row, data in _standing(scope, PENALTY.typ):
        if row.stmt in fallen and fallen[row.stmt].known_at <= scope.now:
            continue
        yield Decision(
            row.stmt,
            str(data["party"]),
            str(data.get("documentNo", "")),
            frozenset(map(str, data.get("kinds", ()))),
            str(data.get("amount", "")),
            str(data["matter"]),
        )


def _standing(
    scope: MonthScope, kind: str, *, late: bool = False
) -> Iterator[tuple[OversightRow, Mapping[str, Any]]]:
    """Records of that kind about firms of the scope, as they stand after corrections; withdrawn ones do not.

    `late`: also those of what happened after the month. What the first edition took as free maps names no
    firm, and is none of the form.
    """
    until = max(scope.now, scope.month.ends) if late else scope.month.ends
    found = oversight_between(scope.connection, kind, scope.month.begins, until)
    amended = find_entries(scope.connection, {row.amendment for row in found if row.amendment is not None})
    for row in found:
        data: Mapping[str, Any] | None = row.data
        if row.amendment is not None:
            replacement = parse_statement(amended[row.amendment].jws).claims.data.get("replacement")
            data = replacement if isinstance(replacement, Mapping) else None
        if data is not None and "matter" in data and data.get("party") in scope.during:
            yield row, data
