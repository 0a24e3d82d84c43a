"""What came of warnings: the state of the case, the result of the visit, sample, clue or entry on a list.

Read from what each warning was turned into, so that it is as new as that is. What others keep under a number
that is not known here has no result here, nor has a clue that nobody has answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.official_acts import Sample
from trace.oversight.warnings import CASE, CLUE, SAMPLE, TASK, TURNED, VISIT
from trace.parties import Actor
from trace.store.casework.cases import find_case
from trace.store.casework.exchange import read_sent
from trace.store.risk.kept import EntryRow, find_row
from trace.store.risk.warnings import WarningRow
from trace.store.transaction import Tx
from trace.store.visits.records import records_of_visit
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.acts_of_period import acts_of_area

_BACK: Final = timedelta(days=366)
_WORST: Final = ("fails", "to_rectify", "conforms")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a warning: the sort of thing, its state or result, words where somebody wrote them."""

    sort: str
    value: str
    words: str = ""


def outcomes_of(tx: Tx, actor: Actor, rows: Iterable[WarningRow]) -> dict[str, Outcome]:
    """Warning -> what came of it; absent where nothing is known here."""
    turned = [row for row in rows if row.state == TURNED]
    known = samples_known(tx, actor) if any(row.became == SAMPLE for row in turned) else {}
    results = {name: one.result for name, one in known.items()}
    if any(row.became == CLUE for row in turned):
        sent = read_sent(tx.connection, [actor.party or ""])
        answered = [one for one in sent if one.is_clue and one.answers]
        results |= {each.statement: one.answers[-1].result for one in answered for each in one.revisions}
    return dict(_found(tx, turned, results))


def _found(tx: Tx, turned: Iterable[WarningRow], results: dict[str, str]) -> Iterator[tuple[str, Outcome]]:
    for row in turned:
        if row.became == CASE and (case := find_case(tx.connection, row.reference)) is not None:
            yield row.number, Outcome(CASE, case.state)
        elif row.became == TASK and (task := find_row(tx.connection, EntryRow, row.reference)) is not None:
            yield row.number, Outcome(TASK, task.state, task.result)
        elif row.became in {SAMPLE, CLUE} and row.reference in results:
            yield row.number, Outcome(row.became, results[row.reference] or "none")
        elif row.became == VISIT:
            said = {one.result for one in records_of_visit(tx.connection, row.reference)}
            worst = next((one for one in _WORST if one in said), "")
            if worst:
                yield row.number, Outcome(VISIT, worst)


def samples_known(tx: Tx, actor: Actor) -> dict[str, Sample]:
    """Number of a sample or its record -> the sample, of those taken in the caller's area within a year."""
    today = day_in_shanghai(tx.now)
    acts = acts_of_area(tx.connection, actor.region, Period(today - _BACK, today))
    return {name: one for one in acts.samples for name in (one.number, one.record)}
