"""The trace report: question, assumptions, records and answer as one document with one hash over it. The same
question at the same time gives the same bytes; two runs can be compared.

Everything inside is text, so that any reader hashes the same: the digest is SHA-256 over the JSON of the
report with sorted keys, no blanks, UTF-8. Records and rows may be very many: they pass by one at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import islice
from typing import Final

import orjson

from trace.chain.lineage.shares import Share

FORMAT: Final = "trace-report/1"
RECORDS: Final = "records"
ROWS: Final = "rows"
_AT_ONCE: Final = 128
"""Records or rows whose text is made at once."""
Item = Mapping[str, object]


def used_record(statement: str, sha256: str, state: str) -> Item:
    """A record the answer rests on: its id, the SHA-256 of its bytes (hex); signed, disputed or unsigned."""
    return {"statement": statement, "sha256": sha256, "state": state}


def report_row(
    *,
    lot: str,
    holder: str | None,
    place: str | None,
    quantity: Item | None,
    when: str | None,
    share: Share | None,
    path: list[str],
) -> Item:
    """One lot of the answer; `path` are the statements of its shortest witness path, from the start."""
    return {
        "lot": lot,
        "holder": holder,
        "place": place,
        "quantity": quantity,
        "when": when,
        "share": share_as_dict(share) if share else None,
        "path": path,
    }


@dataclass(frozen=True, slots=True)
class TraceReport:
    """All of a trace report but its records and rows; `excluded` and `open_ends` come as their own `as_dict`
    values."""

    query: Mapping[str, str]
    start: tuple[str, ...]
    assumptions: Mapping[str, object]
    as_of: datetime
    rules: str
    truncated: bool
    open_ends: tuple[Mapping[str, str], ...] = ()
    excluded: tuple[Mapping[str, object], ...] = ()
    unexplored: tuple[str, ...] = ()

    def members(self) -> dict[str, object]:
        """The members in order, records and rows empty. Lists are sorted: order carries no meaning."""
        return {
            "format": FORMAT,
            "query": dict(self.query),
            "start": sorted(self.start),
            "assumptions": dict(self.assumptions),
            "asOf": self.as_of.isoformat(),
            "rules": self.rules,
            RECORDS: [],
            ROWS: [],
            "truncated": self.truncated,
            "unexplored": sorted(self.unexplored),
            "openEnds": sorted((dict(end) for end in self.open_ends), key=_text_of),
            "excluded": sorted((dict(gone) for gone in self.excluded), key=_text_of),
        }


class RunningDigest:
    """The digest of a report whose records (by statement), then rows (by lot) pass by, each to its end."""

    def __init__(self, report: TraceReport) -> None:
        members = report.members()
        before = _text_of({name: value for name, value in members.items() if name < RECORDS})
        self._after = _text_of({name: value for name, value in members.items() if name > ROWS})
        self._hash = hashlib.sha256(before[:-1] + b',"records":[')

    def records(self, items: Iterable[Item]) -> Iterator[Item]:
        yield from self._passing(items)
        self._hash.update(b'],"rows":[')

    def rows(self, items: Iterable[Item]) -> Iterator[Item]:
        yield from self._passing(items)
        self._hash.update(b"]," + self._after[1:])

    def hexdigest(self) -> str:
        """Hex SHA-256 of the report, once all rows have passed."""
        return self._hash.hexdigest()

    def _passing(self, items: Iterable[Item]) -> Iterator[Item]:
        between, rest = b"", iter(items)
        while some := list(islice(rest, _AT_ONCE)):
            self._hash.update(between + orjson.dumps(some, option=orjson.OPT_SORT_KEYS)[1:-1])
            between = b","
            yield from some


def share_as_dict(share: Share) -> Item:
    """The exact fractions and their percentages, as text."""
    return {
        "low": str(share.low),
        "high": str(share.high),
        "lowPercent": percent(share.low),
        "highPercent": percent(share.high),
    }


def percent(fraction: Fraction) -> str:
    """Percent with one decimal, rounded half up: 1/16 is "6.3"."""
    tenths = int(fraction * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def _text_of(value: Mapping[str, object]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
