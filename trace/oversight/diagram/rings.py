"""Rings of a graph: boxes that lead to each other, found in two walks without recursion (Kosaraju)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def rings(boxes: Iterable[str], ways: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Box -> the number of its ring; a box that leads nowhere back is a ring of its own."""
    every = list(boxes)
    below: dict[str, list[str]] = {key: [] for key in every}
    above: dict[str, list[str]] = {key: [] for key in every}
    for upper, lower in ways:
        below[upper].append(lower)
        above[lower].append(upper)
    found: dict[str, int] = {}
    for number, root in enumerate(reversed(_finished(every, below))):
        waiting = [root]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found[key] = number
                waiting += [one for one in above[key] if one not in found]
    return found


def _finished(every: Sequence[str], below: Mapping[str, Sequence[str]]) -> list[str]:
    """The boxes in the order in which a walk in depth leaves them."""
    seen: set[str] = set()
    left: list[str] = []
    for root in every:
        work = [(root, False)]
        while work:
            key, done = work.pop()
            if done:
                left.append(key)
            elif key not in seen:
                seen.add(key)
                work.append((key, True))
                work += [(one, False) for one in below[key] if one not in seen]
    return left
