"""Drafts: unsigned records, as rows of files state them.

The importer resolves the references, adds stream, seq, prev and jti, conceals the private members and signs.
A draft's `key` comes from its sheet and business key alone: the same file read twice gives the same keys, and
`digest` tells whether the content is the same too (a changed row of a known key needs a correction).
"""

from __future__ import annotations

import hashlib
import heapq
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from trace.chain.facts.goods import REPORT

FIND_LOT = "lot"
FIND_REPORT = "report"
FIND_STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class RowOrigin:
    """Where a draft was written: sheet (or file) name and its row numbers, counted from 1 as Excel does."""

    sheet: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A statement to be found before signing; its id goes to `path` in data, and to claims.inputs as `role`.

    find "lot": the statement that made `lot`. find "report": the lab.report `number` (about `lot`, if given).
    find "statement": the one whose id is `number`.
    An empty `path` means claims.inputs only. `required` False: leave it out when nothing is found.
    """

    find: str
    role: str
    lot: str | None = None
    number: str | None = None
    path: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """`data` is the restricted JSON of its kind; `private` names its members to conceal, by dotted path.

    `salts` are those of concealed members that need a certain one, by path. `codes` serials are to be
    allocated to what it packs: the platform says which when the draft is stated, so they are no part of what
    the row says.
    """

    typ: str
    sub: str
    occurred_at: datetime
    data: Mapping[str, object]
    references: tuple[Reference, ...]
    private: tuple[str, ...]
    origin: RowOrigin
    key: str
    makes: tuple[str, ...] = ()
    codes: int = 0
    salts: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Hash of what the draft says (43 characters), whatever row it stood in."""
        said: list[object] = [
            self.typ,
            self.sub,
            self.occurred_at.isoformat(),
            self.data,
            sorted(self.private),
        ]
        if self.codes:
            said.append(self.codes)
        said.append([(one.find, one.role, one.lot, one.number, list(one.path)) for one in self.references])
        return _b64(hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest())


def draft_key(issuer: str, sheet: str, *business_key: str) -> str:
    """22 characters: the idempotency key of one record of one issuer."""
    text = "\n".join(["trace-draft/1", issuer, sheet, *business_key])
    return _b64(hashlib.sha256(text.encode()).digest()[:16])


def in_signing_order(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """By time, but never before what a draft refers to. A circle stays in time order: admission judges it."""
    listed = sorted(drafts, key=lambda draft: draft.occurred_at)
    makers = {lot: place for place, draft in enumerate(listed) for lot in draft.makes}
    reports = {
        str(draft.data["reportNo"]): place for place, draft in enumerate(listed) if draft.typ == REPORT.typ
    }
    waits: list[set[int]] = []
    for place, draft in enumerate(listed):
        wanted = {_place_of(one, makers, reports) for one in draft.references}
        waits.append({other for other in wanted if other is not None and other != place})
    return tuple(listed[place] for place in _kahn(waits))


def _place_of(one: Reference, makers: Mapping[str, int], reports: Mapping[str, int]) -> int | None:
    if one.find == FIND_REPORT:
        return reports.get(one.number or "")
    return makers.get(one.lot or "")


def _kahn(waits: list[set[int]]) -> list[int]:
    followers: dict[int, list[int]] = {}
    for place, others in enumerate(waits):
        for other in others:
            followers.setdefault(other, []).append(place)
    open_ends = [len(others) for others in waits]
    ready = [place for place, count in enumerate(open_ends) if count == 0]
    heapq.heapify(ready)
    ordered: list[int] = []
    while ready:
        place = heapq.heappop(ready)
        ordered.append(place)
        for follower in followers.get(place, ()):
            open_ends[follower] -= 1
            if open_ends[follower] == 0:
                heapq.heappush(ready, follower)
    left = sorted(set(range(len(waits))) - set(ordered))
    return ordered + left


def _b64(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
