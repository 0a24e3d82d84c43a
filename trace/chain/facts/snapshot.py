"""The fact of a status snapshot: what is under recall, as a bureau signs it (docs/record-format.md §11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.handovers import only_true
from trace.chain.facts.reading import Unfit, many, pattern, read_instant, whole
from trace.errors.food import FactMalformed
from trace.parties import REGULATOR_MARKET

MOST_TAGS: Final = 1_200
"""A statement holds 32 KiB, a tag takes 25 bytes of them: a longer list is stated in parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSnapshot(Fact):
    """`recalled`: lot tags of the log, sorted, of every lot under recall and of all that was made of them.

    What is not in it was not recalled at `as_of`, as far as the log had grown (`size`). A list of more than
    `MOST_TAGS` is stated in `parts` parts, one after another, of which this is number `part`: what none of
    them holds was not recalled, and while one is missing nothing is known of what it may hold. `outputs`:
    lots that records about others make are listed by the secrets of those too.
    """

    as_of: datetime
    log: str
    size: int
    recalled: tuple[str, ...]
    part: int = 1
    parts: int = 1
    outputs: bool = False


_tags = many(pattern(r"[A-Za-z0-9_-]{22}", "lot tag (22 base64url characters)"), high=MOST_TAGS)


def _sorted_tags(value: object) -> tuple[str, ...]:
    tags = _tags(value)
    if any(first >= second for first, second in pairwise(tags)):
        raise Unfit("tags in order, each once")
    return tags


_count = whole(1, 2**53 - 1)


@dataclass(frozen=True, eq=False)
class _SnapshotKind(Kind[StatusSnapshot]):
    """The kind of snapshots: number and count of a part come together."""

    def __call__(self, data: Mapping[str, object], sub: str, occurred_at: datetime) -> StatusSnapshot:
        fact = super().__call__(data, sub, occurred_at)
        if ("part" in data) != ("parts" in data) or fact.part > fact.parts:
            raise FactMalformed(typ=self.typ, path="$.data.part", expected="the number of one of the parts")
        return fact


SNAPSHOT = _SnapshotKind(
    "status.snapshot",
    StatusSnapshot,
    {"asOf": read_instant, "log": urns.name, "size": whole(0, 2**53 - 1), "recalled": _sorted_tags},
    {"part": _count, "parts": _count, "outputs": only_true},
    subject="log",
    open_to_all=True,
    stated_by=frozenset({REGULATOR_MARKET}),
    agri=True,
)


def in_parts(tags: Sequence[str], most: int = MOST_TAGS) -> Iterator[dict[str, Any]]:
    """The sorted list as members of as many snapshots as it takes; one alone says nothing of parts."""
    parts = max(1, -(-len(tags) // most))
    for part in range(1, parts + 1):
        held = {"recalled": list(tags[(part - 1) * most : part * most])}
        yield held if parts == 1 else {**held, "part": part, "parts": parts}
