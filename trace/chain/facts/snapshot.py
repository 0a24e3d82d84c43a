"""The fact of a status snapshot: what is under recall, as a bureau signs it (docs/record-format.md §11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.reading import Unfit, many, pattern, read_instant, whole
from trace.parties import REGULATOR_MARKET

MOST_TAGS: Final = 1_200
"""A statement holds 32 KiB, a tag takes 25 bytes of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSnapshot(Fact):
    """`recalled`: lot tags of the log, sorted, of every lot under recall and of all that was made of them.

    What is not in it was not recalled at `as_of`, as far as the log had grown (`size`).
    """

    as_of: datetime
    log: str
    size: int
    recalled: tuple[str, ...]


_tags = many(pattern(r"[A-Za-z0-9_-]{22}", "lot tag (22 base64url characters)"), high=MOST_TAGS)


def _sorted_tags(value: object) -> tuple[str, ...]:
    tags = _tags(value)
    if any(first >= second for first, second in pairwise(tags)):
        raise Unfit("tags in order, each once")
    return tags


SNAPSHOT = Kind(
    "status.snapshot",
    StatusSnapshot,
    {"asOf": read_instant, "log": urns.name, "size": whole(0, 2**53 - 1), "recalled": _sorted_tags},
    subject="log",
    open_to_all=True,
    stated_by=frozenset({REGULATOR_MARKET}),
    agri=True,
)
