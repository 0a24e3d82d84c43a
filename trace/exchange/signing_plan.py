"""The plan of a signing: what of several drafts is concealed, what refers to what, and what goes up together.

A statement names the place in the log of each that it builds on, so that what refers to a draft is signed
after that draft was taken: drafts go up in waves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trace.chain.facts.goods import REPORT
from trace.chain.privacy import exposed
from trace.exchange.draft import FIND_LOT, FIND_REPORT, Draft, Reference
from trace.identity.alike import alike

Name = tuple[str, str]
"""How a reference calls the statement that it means: what is looked for, and its lot or number."""


def name_of(one: Reference) -> Name:
    """What a reference looks for."""
    return (one.find, one.lot or "") if one.find == FIND_LOT else (one.find, alike(one.number or ""))


def made_by(draft: Draft) -> Iterator[Name]:
    """The names under which others refer to a draft."""
    for lot in draft.makes:
        yield (FIND_LOT, lot)
    if draft.typ == REPORT.typ:
        yield (FIND_REPORT, alike(str(draft.data["reportNo"])))


def named_in(drafts: Sequence[Draft]) -> dict[Name, int]:
    """Name -> the place of the draft that makes it, counted from 1."""
    return {name: place for place, draft in enumerate(drafts, 1) for name in made_by(draft)}


def waves(drafts: Sequence[Draft], most: int) -> Iterator[list[Draft]]:
    """Consecutive runs of at most so many in which nothing refers to a statement of the same run."""
    wave: list[Draft] = []
    made: set[Name] = set()
    for draft in drafts:
        if len(wave) == most or any(name_of(one) in made for one in draft.references):
            yield wave
            wave, made = [], set()
        wave.append(draft)
        made.update(made_by(draft))
    if wave:
        yield wave


def concealed(draft: Draft, data: Mapping[str, Any]) -> list[str]:
    """The members to conceal: those that the draft names, and what its kind wants out of the clear."""
    named = [path for path in draft.private if holds(data, path)]
    return [*named, *(path for path in exposed(draft.typ, data) if path not in named)]


def holds(data: Mapping[str, Any], path: str) -> bool:
    """Whether the data have a member at a dotted path."""
    inner: Any = data
    for part in path.split("."):
        if not isinstance(inner, Mapping) or part not in inner:
            return False
        inner = inner[part]
    return True


def put_reference(data: dict[str, Any], path: Sequence[str], stmt: str) -> None:
    """Write a statement's id where a reference wants it; an empty path wants it nowhere."""
    if not path:
        return
    inner = data
    for part in path[:-1]:
        inner = inner.setdefault(part, {})
    inner[path[-1]] = stmt


def sources_of(data: Mapping[str, Any]) -> list[str]:
    """The lots whose tests speak for what a record makes."""
    if isinstance(data.get("replacement"), Mapping):
        data = data["replacement"]
    named = (data.get("fromLot"), data.get("batch"))
    return [urn for urn in named if isinstance(urn, str)]
