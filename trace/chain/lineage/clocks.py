"""Clocks that differ: where stated times may cut a trace, and where they only contradict the chain.

Time decides among several inputs of a pool: what arrived after something was taken is not in it. Three things
it may not do, and all three are read off the links at one lot, so that a trace gives the same answer from
wherever it starts:

- A lot is never left without any of its inputs. Whatever came into it first is in all that came out of it,
  so a lot carries its first contents at any time.
- A link that left a lot before anything had come into it contradicts the chain: its times count as unknown
  both ways, and what was known before it does not bound what comes after.
- A link between two firms is timed by two clocks. It is never cut, and bounds nothing beyond it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from trace.chain.lineage.arcs import DOWN, FAR, UP, Direction, Opening
from trace.chain.lineage.superset import BETWEEN, CONTESTED, Step

Crossing = Callable[[Step, int], int | None]
"""The key with which a step reaches its far lot from that key at its near lot; None where time cuts it."""


Opened = Callable[[int, int], Opening]
"""(lot, before) -> its opening: exact, unless it is before that time already."""

NEVER_EMPTY: Final = Opening(-FAR, -FAR)
"""A lot into which nothing is recorded to have come."""


def plainly(step: Step, key: int) -> int | None:
    """The crossing where no time contradicts another."""
    come, leave = step[3], step[4]
    return None if leave < key else max(key, come)


def crossing(opened: Opened, start: Collection[int], direction: Direction, begin: int) -> Crossing:
    """The crossing with all that clocks may contradict.

    `begin` is the key that a reader set on the start lots: no clock's time, it cuts every link out of them.
    """
    return _down(opened, start, begin) if direction == DOWN else _up(opened, start, begin)


def _down(opened: Opened, start: Collection[int], begin: int) -> Crossing:
    def cross(step: Step, key: int) -> int | None:
        _, near, _, come, leave, flags = step
        if near in start and leave < begin:
            return None
        if flags & BETWEEN:
            return -FAR
        enough = leave + 1 if key == -FAR else min(key, leave + 1)
        upper = opened(near, enough if come > -FAR else -FAR)
        if leave < upper.first:
            return -FAR
        if near not in start:
            key = leaving(key, upper, DOWN)
        return None if leave < key else max(key, come if come > -FAR else upper.stated)

    return cross


def _up(opened: Opened, start: Collection[int], begin: int) -> Crossing:
    def cross(step: Step, key: int) -> int | None:
        _, near, far, come, leave, flags = step
        if near in start and leave < begin:
            return None
        if flags & BETWEEN:
            return -FAR
        upper = opened(far, 1 - come if leave < FAR else -FAR)
        if -come < upper.first:
            return -FAR
        if near not in start:
            key = leaving(key, opened(near, 1 - key), UP)
        arrived = leave if leave < FAR else -upper.stated
        return None if arrived < key else max(key, come)

    return cross


def leaving(key: int, opening: Opening, direction: Direction) -> int:
    """The key with which a lot is left that is no start: its first contents are in it at any time."""
    if direction == DOWN:
        return -FAR if key <= opening.first else key
    return min(key, -opening.first)


def openings_above(steps: Mapping[int, Sequence[Step]], signed_only: bool) -> dict[int, Opening]:
    """The openings of all lots, from the upward steps out of each of them."""
    counted = {
        lot: kept
        for lot, out in steps.items()
        if (
            kept := [
                step for step in out if not (signed_only and step[5] & CONTESTED) and not _timeless(step)
            ]
        )
    }
    stated = {lot: min(-step[4] for step in out) for lot, out in counted.items()}
    return {lot: Opening(stated[lot], min(_arrivals(out, stated))) for lot, out in counted.items()}


def _timeless(upward: Step) -> bool:
    return bool(upward[5] & BETWEEN) and upward[4] == FAR


def _arrivals(out: Iterable[Step], stated: Mapping[int, int]) -> Iterable[int]:
    return (stated.get(step[2], -FAR) if step[4] == FAR else -step[4] for step in out)
