"""Status of a bundle's lot by the snapshots in it: recalled, clear, in doubt (docs/record-format.md §10.5).

Bad news counts from any part of a snapshot. Good news counts only when all parts of the newest are there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from trace.ledger.bundle.limits import Limits
from trace.ledger.bundle.verdict import StatementResult, StatusResult, Step, StepState
from trace.ledger.statement import Statement
from trace.ledger.times import instant

_TAG: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_CODE: Final = "status"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One statement of what is under recall: part `part` of the `parts` of one series, or all of it (1 of 1).

    Parts of one series say the same time, log and size, and follow each other in one chain. `outputs`: lots
    that records about others make are listed by the secrets of those too.
    """

    tags: frozenset[str]
    as_of: datetime
    origin: str
    size: int
    index: int
    part: int
    parts: int
    chain: tuple[str, str, int]
    outputs: bool

    @property
    def series(self) -> tuple[object, ...]:
        return (*self.chain, self.as_of, self.origin, self.size, self.parts, self.outputs)


def read_snapshot(
    statement: Statement, result: StatementResult, limits: Limits, registrars: Collection[str]
) -> Snapshot | None:
    """The snapshot in an entry that holds; None where it says what it may not, or is somebody else's."""
    claims, data = statement.claims, statement.claims.data
    tags, as_of, size = _sorted_tags(data.get("recalled")), instant(data.get("asOf")), data.get("size")
    entitled = statement.kid in registrars or bool(set(result.roles) & set(limits.status_roles))
    part = _part_of(data)
    if claims.typ != limits.status_typ or tags is None or as_of is None or part is None or not entitled:
        return None
    if data.get("log") != result.origin or type(size) is not int or not 0 <= size <= result.index:
        return None
    chain = (claims.iss, claims.stream, claims.seq - part[0])
    return Snapshot(tags, as_of, result.origin, size, result.index, *part, chain, data.get("outputs") is True)


def judge_status(
    snapshots: Sequence[Snapshot | None],
    tags: Collection[str],
    first: Mapping[str, int],
    limits: Limits,
    now: datetime | None,
    *,
    tagged: bool,
    made_in: Collection[str] = (),
) -> tuple[StatusResult, Step]:
    """The status of a lot whose entries have these lot tags; `first`: where each log first speaks of it.

    `tagged`: an entry has the lot's own tag. The tag of a lot that others only name follows from the secret
    that the bundle's bearer handed over: it may bring bad news, but proves no absence. `made_in`: logs in
    which a record makes the lot whose own secret is proved; then the lot is missed in lists of outputs.
    """
    whole = [one for one in snapshots if one is not None]
    if len(whole) < len(snapshots):
        return StatusResult("failed"), Step(_CODE, StepState.FAILED, "not-a-snapshot")
    newest = max(whole, key=_latest)
    naming = [one for one in whole if not one.tags.isdisjoint(tags)]
    if naming:
        return _noted("recalled", max(naming, key=_latest), "recalled")
    if len({one.part for one in whole if one.series == newest.series}) < newest.parts:
        return _noted("incomplete", newest, "parts-missing")
    if not tagged and not (newest.outputs and newest.origin in made_in):
        return _noted("incomplete", newest, "lot-untagged")
    if newest.size <= first.get(newest.origin, -1):
        return _noted("stale", newest, "before-lot")
    if now is not None and limits.status_age is not None and now - newest.as_of > limits.status_age:
        return _noted("stale", newest, "stale")
    return StatusResult("clear", newest.as_of), Step(_CODE, StepState.PASSED)


def _latest(one: Snapshot) -> tuple[datetime, int]:
    return one.as_of, one.index


def _noted(state: str, one: Snapshot, reason: str) -> tuple[StatusResult, Step]:
    return StatusResult(state, one.as_of), Step(_CODE, StepState.NOTED, reason)


def _part_of(data: Mapping[str, object]) -> tuple[int, int] | None:
    """Number and count of the part; (1, 1) where the statement says neither."""
    if "part" not in data and "parts" not in data:
        return 1, 1
    part, parts = data.get("part"), data.get("parts")
    if type(part) is int and type(parts) is int and 1 <= part <= parts:
        return part, parts
    return None


def _sorted_tags(value: object) -> frozenset[str] | None:
    """The tags of a list in order, each once: only then what is not in it is proved absent."""
    if type(value) is not list or not all(type(tag) is str and _TAG.fullmatch(tag) for tag in value):
        return None
    return None if any(one >= two for one, two in pairwise(value)) else frozenset(value)
