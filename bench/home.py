"""The first page of a firm, beside the same page at a tenth of its records: statements, rows, work, time.

The firm's records are harvests of the last two months, each a lot of its own with stock; the hundred oldest
wait for a proof of conformity, however many there are. Work is counted in steps of SQLite's virtual
machine, which depend on no clock: a page that read all records would take ten times as many.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, event, text

from bench.figures import Figure, Report, spending
from bench.stores import KINDS, store_of
from tests.builders.counted import counted
from trace.access.roles import OPERATOR
from trace.rules import load
from trace.store.accounts.people import Membership, Organisation, Person
from trace.store.base import to_micros
from trace.store.bulk import insert_rows
from trace.store.tables.food import certificate, lot, mark, statement
from trace.store.transaction import Transactions, open_database
from trace.usecases.accounts.recovery import waiting_recovery
from trace.usecases.accounts.sessions import SignedIn, actor_of
from trace.usecases.duties.by_rule import duties_of
from trace.usecases.duties.first_days import first_steps
from trace.usecases.duties.today import waiting_for

SIZES: Final = {"quick": 10**5, "usual": 10**5, "full": 10**6}
NOW: Final = datetime(2026, 10, 24, 1, tzinfo=UTC)
MOST_GROWTH: Final = 1.05
"""A page of ten times the records may take so many times the steps."""
_ROUNDS: Final = 7
_OPEN, _TICK = 100, 100
_FIRM: Final = "urn:uscc:91310151XN0000442L"
_AT_ONCE: Final = 10_000


def run(size: str) -> Report:
    report, sizes = Report("home"), (SIZES[size] // 10, SIZES[size])
    for kind in KINDS:
        with store_of(kind) as store:
            transactions = Transactions(open_database(store.migrated()), lambda: NOW, load(), "bench/food")
            seen: list[Seen] = []
            for begins, count in zip((0, *sizes), sizes, strict=False):
                fill(transactions, begins, count)
                seen.append(see(transactions))
                _tell(report, f"{kind}, {count:.0e} records".replace("e+0", "e"), seen)
                with spending(store.servers) as spent:
                    for _ in range(_ROUNDS):
                        open_home(transactions)
                name = f"{kind}, {count:.0e} records: the page's questions".replace("e+0", "e")
                report.add(Figure(name, spent.cpu * 1_000 / _ROUNDS, "ms CPU", rounds=_ROUNDS))
            transactions.engine.dispose()
    return report


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page cost: statements, rows that they gave back, steps (0 where nobody counts them)."""

    statements: int
    rows: int
    steps: int


def see(transactions: Transactions) -> Seen:
    """The page asked for twice, once counting what is asked and once the work."""
    open_home(transactions)
    with counted(transactions.engine) as cost:
        open_home(transactions)
    with steps_run(transactions.engine) as ticks:
        open_home(transactions)
    return Seen(*cost.figures, ticks[0] * _TICK)


def _tell(report: Report, name: str, seen: list[Seen]) -> None:
    now, before = seen[-1], seen[-2] if len(seen) > 1 else None
    for what, value, earlier in (
        ("statements", now.statements, before and before.statements),
        ("rows given back", now.rows, before and before.rows),
    ):
        goal = "" if earlier is None else "as at a tenth"
        met = None if earlier is None else value == earlier
        report.add(Figure(f"{name}: {what}", value, "", target=goal, met=met))
    if now.steps and before is None:
        report.add(Figure(f"{name}: work", now.steps, "steps"))
    elif now.steps and before is not None:
        ratio, goal = now.steps / before.steps, f"≤ {MOST_GROWTH}"
        met = ratio <= MOST_GROWTH
        report.add(Figure(f"{name}: work", now.steps, "steps", "at a tenth", before.steps, ratio, goal, met))


def fill(transactions: Transactions, begins: int, ends: int) -> None:
    """The firm's records from `begins` to before `ends`, whatever there was before."""
    for first in range(begins, ends, _AT_ONCE):
        _fill(transactions, range(first, min(ends, first + _AT_ONCE)))
    if transactions.engine.dialect.name == "postgresql":  # as its own janitor does after so many rows
        with transactions.engine.begin() as connection:
            connection.execute(text("ANALYZE"))


def _fill(transactions: Transactions, numbers: range) -> None:
    stated, lots, certified, marked = [], [], [], []
    for number in numbers:
        key = (number + 1) * 256
        at = to_micros(NOW - timedelta(days=60) + timedelta(seconds=number % 5_000_000))
        urn = f"urn:lot:91310151XN0000442L:H{number}"
        stated.append((key, f"s{number}", "farm.harvest", _FIRM, urn, "bench", number, at, at, number, None))
        lots.append(
            (key, urn, "harvest", None, "稻谷", _FIRM, None, 10, 10, "kg", at, at, f"H{number}", "normal",
             "{}", None)
        )  # fmt: skip
        certified.append((key + 1, key, f"C{number}", "{}", None))
        if number < _OPEN:
            marked.append((key + 2, "R07", "no-conformity-proof", key, "", "{}", None, None))
    with transactions.begin("bench") as tx:
        for table, rows in ((statement, stated), (lot, lots), (certificate, certified), (mark, marked)):
            insert_rows(tx.connection, table, [one.name for one in table.columns], rows)


def open_home(transactions: Transactions) -> None:
    """What the first page asks for somebody who leads the firm."""
    signed = head()
    waiting_for(transactions, signed)
    waiting_recovery(transactions, signed)
    duties_of(transactions, signed.actor)
    first_steps(transactions, signed)


def head() -> SignedIn:
    """Who leads the firm."""
    who = Person("p", "head", "王敏", False)
    of = Organisation(_FIRM, "米厂", OPERATOR)
    member = Membership("m", who.id, who.name, who.login, of, ("head",), NOW)
    return SignedIn("s", who, member, (member,), actor_of(who, member))


@contextmanager
def steps_run(engine: Engine) -> Iterator[list[int]]:
    """Counts, in its one number, hundreds of steps of SQLite's virtual machine while it lasts."""
    count, watched = [0], set()

    def tick() -> int:
        count[0] += 1
        return 0

    def watch(_connection: Any, cursor: Any, *_: Any) -> None:
        if hasattr(cursor.connection, "set_progress_handler"):
            watched.add(cursor.connection)
            cursor.connection.set_progress_handler(tick, _TICK)

    event.listen(engine, "before_cursor_execute", watch)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", watch)
        for connection in watched:
            connection.set_progress_handler(None, 0)
