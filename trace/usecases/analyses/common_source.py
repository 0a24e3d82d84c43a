"""The common source of several failing batches, beside batches that passed: an analysis, kept by its hash.

For authorities alone, of batches in their area; what lies above them is read whole. A batch that passed and
has a failed test on record is refused: it would clear what it speaks against.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from trace.chain.admission.gates import FAILED_REPORT
from trace.chain.lineage.closure import Assumptions, Closure, trace_up
from trace.chain.lineage.superset import Step
from trace.errors import BatchBothWays
from trace.oversight.analysis import Analysis
from trace.oversight.common_source import (
    LEAST,
    LEAST_LIFT,
    MOST_BY_CHANCE,
    Belief,
    CommonSource,
    SourceClass,
    find_source,
    with_own_results,
)
from trace.oversight.sample_choice import Assay, Choice, Sample, choose_samples
from trace.parties import Actor
from trace.store.analyses.documents import known_until
from trace.store.lots.details import LotRow, read_lots_by_id, read_marks_on
from trace.store.lots.wide_graph import WideLotGraph, is_established
from trace.store.transaction import Connection, Transactions
from trace.usecases.analyses.keep_analysis import Kept, keep_analysis
from trace.usecases.analyses.progress import READING, WEIGHING, Progress, unheard
from trace.usecases.analyses.used_records import records_of
from trace.usecases.lots.json_forms import quantity_json
from trace.usecases.lots.lineage_parts import parted
from trace.usecases.lots.sight import out_of_sight, oversees
from trace.usecases.lots.trace_lineage import require_lot

NAME: Final = "common-source"
SUSPECTS: Final = 200
"""So many of the most suspected lots, and samples, are weighed against each other."""
_PLACES: Final = 12


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What is assumed of the records and of the tests.

    `certain_only` leaves out claims, lapsed pairs and links that stand no longer; otherwise the goods may
    have gone that way, to failing and to passing batches alike.
    """

    ignore_disputed: bool = False
    ignore_time: bool = False
    certain_only: bool = False
    kill_steps: Collection[str] = ()
    belief: Belief = field(default_factory=Belief)
    assay: Assay = field(default_factory=Assay)

    def as_dict(self) -> dict[str, object]:
        return {
            "ignoreDisputed": self.ignore_disputed,
            "ignoreTime": self.ignore_time,
            "certainOnly": self.certain_only,
            "killSteps": sorted(self.kill_steps),
            "failsWithSource": str(self.belief.fails),
            "failsWithout": str(self.belief.strays),
            "priorUnknownSource": str(self.belief.unknown),
            "priorOfLots": "equal",
            "testSensitivity": str(self.assay.sensitivity),
            "testSpecificity": str(self.assay.specificity),
            "rankedFrom": LEAST,
            "standsOutBelowQ": str(MOST_BY_CHANCE),
            "standsOutFromLift": str(LEAST_LIFT),
            "testedBatchesAsTheirOwnSource": "where-in-others",
        }


@dataclass(slots=True)
class _Graph:
    """What was read above the tested batches."""

    cases: list[LotRow]
    controls: list[LotRow]
    failed: dict[int, list[str]]
    """Lot -> the statements of its failed tests, as far as they are on record."""
    above: dict[int, frozenset[int]]
    steps: dict[int, Step]
    assumed: Assumptions
    graph: WideLotGraph


def find_common_source(
    transactions: Transactions,
    actor: Actor,
    failing: Collection[str],
    passing: Collection[str],
    reading: SourceReading | None = None,
    told: Progress = unheard,
) -> Kept:
    """The analysis of these lots (urns); raises `UnknownLot`, `LotOutOfSight` and `BatchBothWays`."""
    chosen = reading or SourceReading()
    cases, controls = sorted(set(failing)), sorted(set(passing))
    with transactions.look(actor.subject) as tx:
        read = _read(tx.connection, actor, (cases, controls), chosen, told)
        told(WEIGHING, 0, 0)
        found = find_source(
            [read.above[one.id] for one in read.cases],
            [read.above[one.id] for one in read.controls],
            chosen.belief,
        )
        lots = {lot for one in found.classes for lot in one.lots}
        rows = dict(
            pair for part in parted(sorted(lots)) for pair in read_lots_by_id(tx.connection, part).items()
        )
        analysis = Analysis(
            question={"name": NAME, "failing": cases, "passing": controls},
            assumptions=chosen.as_dict(),
            known=known_until(tx.connection, tx.origin, tx.now),
            rules=tx.rules.version,
            asked=(),
            records=records_of(
                tx.connection,
                {*lots, *(one.id for one in (*read.cases, *read.controls))},
                read.steps.values(),
            ),
            answer=_answer(found, cases, controls, rows)
            | {"failedTests": {one.urn: read.failed.get(one.id, []) for one in read.cases}}
            | {"testFirst": [_choice(one, rows) for one in _test_first(found, rows, read, chosen)]},
        )
    return keep_analysis(transactions, actor, analysis)


def require_tested(
    connection: Connection, actor: Actor, failing: Collection[str], passing: Collection[str]
) -> tuple[list[LotRow], list[LotRow], dict[int, list[str]]]:
    """The failing and the passing lots, and the failed tests on record; raises as `find_common_source`."""
    both = sorted(set(failing) & set(passing))
    if both:
        raise BatchBothWays(lot=both[0])
    cases, controls = ([_overseen(connection, actor, urn) for urn in some] for some in (failing, passing))
    failed = _failed_tests(connection, [*cases, *controls])
    for one in controls:
        if one.id in failed:
            raise BatchBothWays(lot=one.urn)
    return cases, controls, failed


def _read(
    connection: Connection,
    actor: Actor,
    tested: tuple[Sequence[str], Sequence[str]],
    reading: SourceReading,
    told: Progress,
) -> _Graph:
    cases, controls, failed = require_tested(connection, actor, *tested)
    killed = frozenset(require_lot(connection, urn).id for urn in reading.kill_steps)
    assumed = Assumptions(reading.ignore_disputed, reading.ignore_time, killed)
    graph = WideLotGraph(connection, is_established if reading.certain_only else None)
    read = _Graph(cases, controls, failed, {}, {}, assumed, graph)
    for place, one in enumerate((*cases, *controls)):
        told(READING, place, len(cases) + len(controls))
        closure = trace_up(graph, [one.id], assumed)
        read.above[one.id] = closure.lots - {one.id}
        read.steps.update((step[0], step) for step in closure.steps)
    read.above = with_own_results(read.above)
    return read


def _failed_tests(connection: Connection, lots: Collection[LotRow]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for mark, stated in read_marks_on(connection, [one.id for one in lots]):
        if mark.code == FAILED_REPORT and mark.lot is not None:
            found.setdefault(mark.lot, []).append(stated.statement)
    return found


def _overseen(connection: Connection, actor: Actor, urn: str) -> LotRow:
    lot = require_lot(connection, urn)
    if not oversees(connection, actor, lot):
        raise out_of_sight(connection, actor, lot)
    return lot


def _answer(
    found: CommonSource, cases: Sequence[str], controls: Sequence[str], rows: Mapping[int, LotRow]
) -> dict[str, Any]:
    return {
        "ranked": found.ranked,
        "caveats": list(found.caveats),
        "unknownSource": None if found.unknown is None else _decimal(found.unknown),
        "classes": [_class(one, cases, controls, rows) for one in found.classes],
        "together": list(found.together),
        "uncovered": [cases[place] for place in found.uncovered],
    }


def _class(
    one: SourceClass, cases: Sequence[str], controls: Sequence[str], rows: Mapping[int, LotRow]
) -> dict[str, Any]:
    return {
        "lots": [_lot(rows[lot]) for lot in one.lots],
        "holders": len({rows[lot].holder for lot in one.lots}),
        "cases": [cases[place] for place in one.cases],
        "controls": [controls[place] for place in one.controls],
        "exclusive": [cases[place] for place in one.exclusive],
        "coverage": str(one.coverage),
        "specificity": None if one.specificity is None else str(one.specificity),
        "lift": str(one.lift),
        "p": str(one.p),
        "q": str(one.q),
        "posterior": None if one.posterior is None else _decimal(one.posterior),
        "standing": one.standing,
    }


def _lot(row: LotRow) -> dict[str, Any]:
    return {
        "lot": row.urn,
        "kind": row.kind,
        "productName": row.product_name,
        "holder": row.holder,
        "available": quantity_json(row.available),
    }


def _test_first(
    found: CommonSource, rows: Mapping[int, LotRow], read: _Graph, reading: SourceReading
) -> tuple[Choice, ...]:
    """The samples of lots that are still in stock; without a ranking all suspects are suspected alike."""
    suspicion = _suspicion(found, reading.belief)
    suspects = sorted(suspicion, key=lambda lot: (-suspicion[lot], lot))[:SUSPECTS]
    stocked = [lot for lot in suspects if rows[lot].available.base > 0]
    every = frozenset(suspects)
    samples = [Sample(str(lot), every & _above(read, lot)) for lot in stocked]
    weighed = {lot: suspicion[lot] for lot in suspects}
    weighed[-1] = 1 - sum(weighed.values(), Fraction(0))
    return choose_samples(samples, weighed, reading.assay)


def _above(read: _Graph, lot: int) -> frozenset[int]:
    closure: Closure = trace_up(read.graph, [lot], read.assumed)
    return closure.lots


def _suspicion(found: CommonSource, belief: Belief) -> dict[int, Fraction]:
    count = sum(len(one.lots) for one in found.classes)
    if not found.ranked:
        return {lot: (1 - belief.unknown) / count for one in found.classes for lot in one.lots}
    return {lot: (one.posterior or Fraction(0)) / len(one.lots) for one in found.classes for lot in one.lots}


def _choice(one: Choice, rows: Mapping[int, LotRow]) -> dict[str, Any]:
    return {
        **_lot(rows[int(one.name)]),
        "chancePositive": _decimal(one.positive),
        "bitsAlone": f"{one.alone:.6f}",
        "bitsAdded": f"{one.added:.6f}",
    }


def _decimal(number: Fraction) -> str:
    """Twelve decimals, half up."""
    scaled = (number * 10**_PLACES + Fraction(1, 2)).__floor__()
    whole, rest = divmod(scaled, 10**_PLACES)
    return f"{whole}.{rest:0{_PLACES}d}"
