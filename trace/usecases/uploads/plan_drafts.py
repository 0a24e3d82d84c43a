"""The plan of an upload: which drafts hang together, and how many others have to be logged before each.

Drafts of one family speak of the same lots, so that they are tried together; families are tried apart, in
memory that does not grow with the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from trace.exchange.signing_plan import Name, made_by, name_of
from trace.store.uploads.drafts import plan_drafts, walk_bodies
from trace.usecases.uploads.working import PLANNED, Work

Links = tuple[str, tuple[Name, ...], tuple[Name, ...]]
"""Key of a draft, the names that it makes, the names that it refers to."""


def plan(work: Work) -> None:
    """Number families and depths of all drafts of the upload."""
    with work.transactions.look("uploads") as tx:
        links: list[Links] = [
            (key, tuple(made_by(one)), tuple(name_of(each) for each in one.references))
            for key, one in walk_bodies(tx.connection, work.upload.id)
        ]
    planned = planned_of(links)
    with work.step(PLANNED, len(planned)) as tx:
        plan_drafts(tx.connection, work.upload.id, planned)


def planned_of(links: Iterable[Links]) -> list[tuple[int, int, str]]:
    """(family, depth, key) of each draft, in the order given."""
    listed = list(links)
    roots = _Roots()
    makers: defaultdict[Name, list[int]] = defaultdict(list)
    for place, (_, made, named) in enumerate(listed):
        for name in (*made, *named):
            roots.join((("draft", str(place))), name)
        for name in made:
            makers[name].append(place)
    families: dict[Name, int] = {}
    depths = _depths([[one for name in named for one in makers[name]] for _, _, named in listed])
    found = []
    for place, (key, _, _) in enumerate(listed):
        root = roots.root(("draft", str(place)))
        found.append((families.setdefault(root, len(families)), depths[place], key))
    return found


def _depths(before: list[list[int]]) -> list[int]:
    """How many come before each; in a circle somebody has to begin, and admission judges it."""
    depths: list[int | None] = [None] * len(before)
    for start in range(len(before)):
        stack = [start]
        while stack:
            place = stack[-1]
            if depths[place] is None:
                depths[place] = -1  # on the way
                stack.extend(one for one in before[place] if depths[one] is None)
            else:
                stack.pop()
                if depths[place] == -1:
                    known = [depth for one in before[place] if (depth := depths[one]) is not None]
                    depths[place] = max((depth + 1 for depth in known), default=0)
    return [depth or 0 for depth in depths]


class _Roots:
    """Names that belong together, by a common root."""

    def __init__(self) -> None:
        self._above: dict[Name, Name] = {}

    def root(self, name: Name) -> Name:
        above = self._above
        top = name
        while above.get(top, top) != top:
            top = above[top]
        while above.get(name, name) != top:
            above[name], name = top, above[name]
        return top

    def join(self, one: Name, other: Name) -> None:
        first, second = self.root(one), self.root(other)
        self._above.setdefault(first, first)
        self._above[second] = first
