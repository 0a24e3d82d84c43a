"""The questions that an authority hands in: each with who answers it, and what must be right before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from trace.errors import FirmOutOfSight, QuestionIncomplete
from trace.oversight.sample_choice import Assay
from trace.parties import Actor
from trace.store.transaction import Transactions, Tx
from trace.usecases.analyses.common_source import SourceReading, find_common_source, require_tested
from trace.usecases.analyses.contribution import find_contribution
from trace.usecases.analyses.keep_analysis import Kept
from trace.usecases.analyses.progress import Progress
from trace.usecases.balance.mass_balance import (
    balance_of_firm,
    balance_of_region,
    require_recorded_firm,
    within_area,
)
from trace.usecases.casework import export_case, kept_goods
from trace.usecases.casework.standing import require_hold
from trace.usecases.gaps.find_gaps import find_gaps
from trace.usecases.ledgers.period import period_of
from trace.usecases.lots.sight import out_of_sight, oversees
from trace.usecases.lots.trace_lineage import require_lot
from trace.usecases.supervision import reconcile_ledger

GOODS: Final = kept_goods.NAME
FILE: Final = export_case.NAME
"""A file of a case is no question of a form; who can set it answers (`export_case.FileMaking`)."""
LEDGER: Final = reconcile_ledger.NAME
SOURCE, SHARE, FIRST, BALANCE, GAPS = "common-source", "contribution", "test-first", "mass-balance", "gaps"
Asked = Mapping[str, Any]
Answer = Callable[[Transactions, Actor, Asked, Progress], Kept]


def require_askable(tx: Tx, actor: Actor, name: str, asked: Asked) -> None:
    """Return where the question can be answered for the caller; raises the refusal that would meet it."""
    if name in {SOURCE, FIRST}:
        _require(asked, "failing")
        require_tested(tx.connection, actor, asked["failing"], asked["passing"])
        for urn in asked["kill_steps"]:
            require_lot(tx.connection, urn)
    elif name == GOODS:
        _require(asked, "case")
        require_hold(tx, actor, asked["case"])
    elif name == LEDGER:
        return
    elif name == SHARE:
        _require(asked, "lot")
        lot = require_lot(tx.connection, asked["lot"])
        if not oversees(tx.connection, actor, lot):
            raise out_of_sight(tx.connection, actor, lot)
    else:
        _require_firms(tx, actor, asked)
        if name == BALANCE:
            period_of(asked["from"], asked["to"], tx.now)


def _require_firms(tx: Tx, actor: Actor, asked: Asked) -> None:
    """A firm of which something is on record, or a region: else the answer would read as if all were well."""
    if asked.get("region"):
        if not within_area(asked["region"], actor.region):
            raise FirmOutOfSight(firm=asked["region"])
        return
    _require(asked, "firm")
    require_recorded_firm(tx, actor, asked["firm"])


def _require(asked: Asked, field: str) -> None:
    if not asked.get(field):
        raise QuestionIncomplete(field=field)


def _source(transactions: Transactions, actor: Actor, asked: Asked, told: Progress) -> Kept:
    assay = Assay()
    if asked.get("sensitivity"):
        assay = Assay(Fraction(asked["sensitivity"]) / 100, Fraction(asked["specificity"]) / 100)
    reading = SourceReading(
        asked["ignore_disputed"],
        asked["ignore_time"],
        asked["certain_only"],
        tuple(asked["kill_steps"]),
        assay=assay,
    )
    failing: Sequence[str] = asked["failing"]
    return find_common_source(transactions, actor, failing, asked["passing"], reading, told)


def _share(transactions: Transactions, actor: Actor, asked: Asked, told: Progress) -> Kept:
    return find_contribution(transactions, actor, asked["lot"], told=told)


def _balance(transactions: Transactions, actor: Actor, asked: Asked, told: Progress) -> Kept:
    period = period_of(asked["from"], asked["to"], transactions.clock())
    if asked.get("region"):
        return balance_of_region(transactions, actor, asked["region"], period, told)
    return balance_of_firm(transactions, actor, asked["firm"], period).kept


def _gaps(transactions: Transactions, actor: Actor, asked: Asked, told: Progress) -> Kept:
    return find_gaps(transactions, actor, asked["firm"]).kept


def _goods(transactions: Transactions, actor: Actor, asked: Asked, told: Progress) -> Kept:
    return kept_goods.read_and_keep(transactions, actor, asked["case"], told)


def _ledger(transactions: Transactions, actor: Actor, asked: Asked, told: Progress) -> Kept:
    return reconcile_ledger.reconcile_ledger(transactions, actor, told)


ANSWERS: Final[Mapping[str, Answer]] = {
    SOURCE: _source,
    FIRST: _source,
    SHARE: _share,
    BALANCE: _balance,
    GAPS: _gaps,
    LEDGER: _ledger,
    GOODS: _goods,
}
"""Name of a question -> who answers it, in the order of the pages."""
