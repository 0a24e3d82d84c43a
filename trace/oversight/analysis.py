"""The analysis as a document: question, assumptions, what was known, rules, records, answer, one hash.

The address of an analysis is the SHA-256 of its bytes: whoever has the file checks it without us, and the
same question about the same records gives the same bytes. So nothing in it is the time of asking or of
computing; `as_of` and `arrival` say up to which record the platform knew. Amounts are text with a unit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

import orjson

from trace.chain.lineage.report import Item
from trace.rules import Rule

FORMAT: Final = "trace-analysis/1"
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Known:
    """What an analysis could know: this log's view up to the `arrival`-th statement, taken in at `as_of`."""

    log: str
    arrival: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A long list of a document, written already, so many items a part: as objects they are many times as
    large."""

    parts: Sequence[bytes]


def written_list(items: Iterable[Mapping[str, object]]) -> WrittenList:
    """These items, written as they pass."""
    rest, parts = iter(items), list[bytes]()
    while part := list(islice(rest, _AT_ONCE)):
        parts.append(_written(part)[1:-1])  # of one size: what a single item leaves of its room is lost
    return WrittenList(parts)


@dataclass(frozen=True, slots=True)
class Analysis:
    """One answer and all that it rests on. `question` has the member `name`, of which there is one a kind of
    analysis; `records` are `chain.lineage.report.used_record` values, written ones each once and in order."""

    question: Mapping[str, object]
    assumptions: Mapping[str, object]
    known: Known
    rules: str
    """The version of the rule book (`Rules.version`)."""
    asked: tuple[Rule, ...]
    """The rules that the answer was judged by."""
    records: Iterable[Item] | WrittenList
    answer: Mapping[str, object]

    @property
    def name(self) -> str:
        return str(self.question["name"])

    def document(self) -> bytes:
        """The canonical bytes: JSON, sorted members, no blanks, UTF-8."""
        return b"".join(
            _pieces(
                {
                    "format": FORMAT,
                    "question": dict(self.question),
                    "assumptions": dict(self.assumptions),
                    "log": self.known.log,
                    "arrival": self.known.arrival,
                    "asOf": self.known.as_of.isoformat(),
                    "rules": self.rules,
                    "rulesAsked": sorted(map(_cited, self.asked), key=_place),
                    "records": _once(self.records),
                    "answer": dict(self.answer),
                }
            )
        )


def hash_of(document: bytes) -> str:
    """The address of an analysis: hex SHA-256 of its bytes."""
    return hashlib.sha256(document).hexdigest()


def _written(item: object) -> bytes:
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS)


def _pieces(value: object) -> Iterator[bytes]:
    """The bytes of a value, in the order in which they stand: one copy of a long list is enough."""
    if isinstance(value, WrittenList):
        yield b"["
        for place, part in enumerate(value.parts):
            if place:
                yield b","
            yield part
        yield b"]"
    elif isinstance(value, Mapping) and any(isinstance(one, WrittenList | Mapping) for one in value.values()):
        yield b"{"
        for place, name in enumerate(sorted(value)):
            yield (b"," if place else b"") + _written(name) + b":"
            yield from _pieces(value[name])
        yield b"}"
    else:
        yield _written(value)


def _once(records: Iterable[Item] | WrittenList) -> object:
    """Each record once, by its id; those that are written are."""
    if isinstance(records, WrittenList):
        return records
    return [item for _, item in sorted({str(item["statement"]): item for item in records}.items())]


def _cited(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "value": list(rule.items),
        "unit": rule.unit,
        "since": rule.since.isoformat(),
        "when": dict(rule.when),
        "source": rule.source,
        "clause": rule.clause,
        "confidence": rule.confidence,
    }


def _place(cited: Mapping[str, object]) -> tuple[str, ...]:
    return str(cited["id"]), str(cited["since"]), str(cited["when"]), str(cited["name"])
