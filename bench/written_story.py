"""The story of the rice as one commit writes it, a statement a line: run with that commit's Python and path.

`python -P bench/written_story.py ORIGIN PACKED`, with the tree of the commit as PYTHONPATH: each line has the
time to which the clock had moved and the statement. What a record must hold has changed since, so a log is
told the story that its own builders write.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from tests.builders.signed_rice import Receipt, SignedRice, Signer

BEGUN = datetime.fromisoformat("2026-10-01T12:00:00+08:00")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = BEGUN

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class Written:
    """In place of a platform: whatever is stated goes out as a line, and is told that it was taken."""

    def __init__(self, origin: str, clock: Clock) -> None:
        self.origin, self.clock = origin, clock
        self.registrar = import_module(Signer.__module__).Registrar()
        self.size = 0

    def accept(self, *statements: Any, each: bool = True, via: str | None = None) -> list[Receipt]:
        del each, via  # no part of a record
        return [self._taken(one) for one in statements]

    def register(self, *signers: Any) -> None:
        self.accept(*(self.registrar.register(one) for one in (self.registrar, *signers)))

    def _taken(self, statement: Any) -> Receipt:
        print(json.dumps({"at": self.clock().isoformat(), "statement": statement.flattened()}))
        self.size += 1
        return Receipt(statement.statement_id, self.size - 1, self.origin)


if __name__ == "__main__":
    _, origin, packed = sys.argv
    clock = Clock()
    SignedRice(Written(origin, clock), clock, packed=json.loads(packed)).tell()  # type: ignore[arg-type]
