"""What a question costs a database: the statements asked, the rows that they gave back, what was read whole.

None of it depends on the machine: a question whose cost follows its answer costs the same beside ten thousand
strangers' rows as beside a hundred.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event


@dataclass(slots=True)
class Cost:
    """Texts asked so far, rows given back, and (SQLite says so) the tables that were read from end to end."""

    asked: list[str] = field(default_factory=list)
    rows: int = 0
    scanned: set[str] = field(default_factory=set)

    @property
    def figures(self) -> tuple[int, int]:
        """(statements, rows)."""
        return len(self.asked), self.rows

    def note(self, _connection: Any, cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
        self.asked.append(text)
        if many or not text.lstrip().upper().startswith(("SELECT", "WITH")):
            return
        if hasattr(cursor, "statusmessage"):  # psycopg has all rows at once and says how many
            self.rows += cursor.rowcount
        else:
            again = cursor.connection.execute(f"SELECT count(*) FROM ({text})", values)
            self.rows += int(again.fetchone()[0])
            plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {text}", values)
            steps = [str(step[3]).split() for step in plan]
            self.scanned.update(words[1] for words in steps if words[0] == "SCAN")


@contextmanager
def counted(asked: Connection | Engine) -> Iterator[Cost]:
    """Counts what is asked on a connection, or on every one of an engine, while it lasts."""
    cost = Cost()
    event.listen(asked, "after_cursor_execute", cost.note)
    try:
        yield cost
    finally:
        event.remove(asked, "after_cursor_execute", cost.note)


@contextmanager
def lines_run(*files: str) -> Iterator[list[int]]:
    """Counts, in its one number, the lines of Python run in these files of the project while it lasts.

    A loop counts each time round, so a loop in a loop over the same things shows as their square.
    """
    count = [0]
    before = sys.gettrace()

    def here(_frame: FrameType, what: str, _value: Any) -> Any:
        count[0] += what == "line"
        return here

    def entered(frame: FrameType, _what: str, _value: Any) -> Any:
        return here if frame.f_code.co_filename.endswith(files) else None

    sys.settrace(entered)
    try:
        yield count
    finally:
        sys.settrace(before)
