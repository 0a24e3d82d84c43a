"""The trace report: question, assumptions, records and answer as one document with one hash over it. The same
question at the same time gives the same bytes; two runs can be compared.

Everything inside is text, so that any reader hashes the same: the digest is SHA-256 over the JSON of
`as_dict()` with sorted keys, no blanks, UTF-8.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final

from trace.chain.lineage.shares import Share
from trace.quantities import Quantity

FORMAT: Final = "trace-report/1"


@dataclass(frozen=True, slots=True)
class UsedRecord:
    """A record the answer rests on: its statement id, the SHA-256 of its bytes (hex), how it stands."""

    statement: str
    sha256: str
    state: str  # signed | disputed | unsigned

    def as_dict(self) -> dict[str, str]:
        return {"statement": self.statement, "sha256": self.sha256, "state": self.state}


@dataclass(frozen=True, slots=True)
class Row:
    """One lot of the answer; `path` are the statements of its shortest witness path, from the start."""

    lot: str
    holder: str | None
    place: str | None
    quantity: Quantity | None
    when: datetime | None
    share: Share | None
    path: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "lot": self.lot,
            "holder": self.holder,
            "place": self.place,
            "quantity": self.quantity.as_json() if self.quantity else None,
            "when": self.when.isoformat() if self.when else None,
            "share": share_as_dict(self.share) if self.share else None,
            "path": list(self.path),
        }


@dataclass(frozen=True, slots=True)
class TraceReport:
    """The trace report; `excluded` and `open_ends` come as their own `as_dict` values."""

    query: Mapping[str, str]
    start: tuple[str, ...]
    assumptions: Mapping[str, object]
    as_of: datetime
    rules: str
    records: tuple[UsedRecord, ...]
    rows: tuple[Row, ...]
    truncated: bool
    open_ends: tuple[Mapping[str, str], ...] = ()
    excluded: tuple[Mapping[str, object], ...] = ()
    unexplored: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, object]:
        """The document without its own hash. Rows and records are sorted: order carries no meaning."""
        return {
            "format": FORMAT,
            "query": dict(self.query),
            "start": sorted(self.start),
            "assumptions": dict(self.assumptions),
            "asOf": self.as_of.isoformat(),
            "rules": self.rules,
            "records": [record.as_dict() for record in sorted(self.records, key=_statement_of)],
            "rows": [row.as_dict() for row in sorted(self.rows, key=_lot_of)],
            "truncated": self.truncated,
            "unexplored": sorted(self.unexplored),
            "openEnds": sorted((dict(end) for end in self.open_ends), key=_text_of),
            "excluded": sorted((dict(gone) for gone in self.excluded), key=_text_of),
        }

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the document."""
        return hashlib.sha256(_text_of(self.as_dict()).encode()).hexdigest()


def share_as_dict(share: Share) -> dict[str, object]:
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


def _text_of(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _statement_of(record: UsedRecord) -> tuple[str, str]:
    return record.statement, record.state


def _lot_of(row: Row) -> str:
    return row.lot
