"""R20: the four groups that a code must show (《预包装食品追溯二维码赋码工作指引》), field by field."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from trace.chain.admission.docket import Docket
from trace.chain.facts import GoodsPacked
from trace.chain.facts.reading import attribute

_OF_THE_PACK: Final = {"productionDate", "batchNo"}


def check_label(docket: Docket, fact: GoodsPacked, lot: int) -> None:
    """Mark the pack when a group lacks a field; the gate of the code stays closed until it is corrected."""
    groups = docket.rules.find("R20", docket.day)
    if groups is None:
        return
    missing: list[str] = []
    for group in groups.items:
        wanted = docket.rule("R20", group=group).items
        missing.extend(f"{group}.{field}" for field in wanted if not _filled(fact, group, field))
    if missing:
        lacking = len({name.split(".")[0] for name in missing})
        docket.mark("R20", lot, missing=missing, value=len(groups.items) - lacking, limit=len(groups.items))


def _filled(fact: GoodsPacked, group: str, field: str) -> bool:
    if group == "product" and not _OF_THE_PACK.isdisjoint(field.split("|")):
        return True
    part = getattr(fact.label, group)
    if isinstance(part, tuple):
        return bool(part)
    return any(getattr(part, name, None) for name in _attributes(field))


@lru_cache(maxsize=256)
def _attributes(field: str) -> tuple[str, ...]:
    """The attributes of "a|b", either of which will do."""
    return tuple(attribute(name) for name in field.split("|"))
