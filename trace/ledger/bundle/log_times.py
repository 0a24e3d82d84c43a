"""The verified checkpoints of one log in a bundle, and the times that they prove."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from trace.errors import ProofInvalid, QuorumNotMet
from trace.ledger.bundle.form import LogEvidence
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.merkle import verify_consistency
from trace.ledger.policy import Policy

Times = Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Point:
    """One cosigned checkpoint and its witnesses' times."""

    checkpoint: Checkpoint
    times: Times


class LogTimes:
    """Points of one log, each consistent with the newest one.

    A witness that has seen a larger tree has seen every smaller one before: where its times say otherwise,
    each counts for no more than both allow. So a clock set back moves no entry back.
    """

    def __init__(self, newest: Point, older: Sequence[Point], before: Point | None) -> None:
        self.newest = newest.checkpoint
        self.before = before.checkpoint if before else None
        points = sorted([newest, *older], key=lambda point: point.checkpoint.size)
        self._points = {point.checkpoint.size: point for point in points}
        self._sizes = [point.checkpoint.size for point in points]
        by = _carried(points, max)
        since = _carried(points[::-1], min)[::-1]
        self._by = [max(times.values(), default=None) for times in by]
        self._from = [min(times.values(), default=None) for times in since]
        self.contradicting = by != [point.times for point in points]
        """Whether a witness gave a larger tree an earlier time."""

    @property
    def origin(self) -> str:
        return self.newest.origin

    def existed_by(self, index: int) -> datetime | None:
        """Return the earliest time by which all witnesses of some checkpoint had seen the entry."""
        seen = self._by[bisect_right(self._sizes, index) :]
        return min((when for when in seen if when is not None), default=None)

    def logged_after(self, index: int) -> datetime | None:
        """Return the latest time at which a cosigned tree did not hold the entry yet."""
        unseen = self._from[: bisect_right(self._sizes, index)]
        return max((when for when in unseen if when is not None), default=None)

    def point(self, size: int) -> Point | None:
        """Return the verified checkpoint of exactly this size."""
        return self._points.get(size)

    def signed_from(self, size: int) -> datetime | None:
        """Return the time of the first witness of the checkpoint of this size."""
        return self._from[bisect_right(self._sizes, size) - 1] if size in self._points else None


def _carried(points: Sequence[Point], end: Callable[[datetime, datetime], datetime]) -> list[Times]:
    """The times of each point, by the `end` (max or min) of a witness's times up to there, in this order."""
    known: dict[str, datetime] = {}
    found: list[Times] = []
    for _, same in groupby(points, key=lambda point: point.checkpoint.size):
        group = list(same)  # of one size: cosigned again, in whatever order
        found += [
            {name: end(when, known.get(name, when)) for name, when in point.times.items()} for point in group
        ]
        for point in group:
            for name, when in point.times.items():
                known[name] = end(when, known.get(name, when))
    return found


def open_points(evidence: LogEvidence, policies: Sequence[Policy]) -> tuple[Point, list[Point], Point | None]:
    """Return (newest, all older, before), each signed by its log and cosigned as the policy asks.

    Raises `QuorumNotMet`, `NoteMalformed`; consistency is `require_consistent`'s.
    """
    newest = open_point(evidence.checkpoint, policies)
    older = [open_point(one.checkpoint, policies) for one in evidence.earlier]
    before = open_point(evidence.before.checkpoint, policies) if evidence.before else None
    return newest, [*older, *([before] if before else [])], before


def open_point(note: str, policies: Sequence[Policy]) -> Point:
    """Return one checkpoint under the first policy that names its log; raises `QuorumNotMet`."""
    origin = note.partition("\n")[0]
    for policy in policies:
        if any(log.key.name == origin for log in policy.logs):
            return Point(*policy.open(note))
    raise QuorumNotMet(reason="unknown-log", origin=origin)


def require_consistent(evidence: LogEvidence, newest: Checkpoint, older: Sequence[Point]) -> None:
    """Return when each older checkpoint is a prefix of the newest one; raises `ProofInvalid`.

    An empty older tree (size 0) is refused: RFC 6962 has no proof for it, and it narrows nothing.
    """
    proofs = [one.consistency for one in evidence.earlier]
    proofs += [evidence.before.consistency] if evidence.before else []
    for point, proof in zip(older, proofs, strict=True):
        old = point.checkpoint
        if old.origin != newest.origin:
            raise ProofInvalid(reason="other-origin", origin=old.origin)
        verify_consistency(old.size, newest.size, old.root, newest.root, proof)
