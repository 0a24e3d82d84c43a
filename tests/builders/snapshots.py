"""Snapshots in parts of what is under recall: bundles that hold all of them, some, or parts of two."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

import orjson

from tests.builders.ledgers import START
from tests.unit.ledger.conftest import HOUR, World
from trace.ledger.bundle import build_bundle

Shown = Literal["statement", "status", "withheld", "nowhere"]
FRESH: Final = "2026-10-01T08:00:00+00:00"
OLD: Final = "2026-10-01T06:00:00+00:00"
LATER: Final = "2026-10-01T08:30:00+00:00"


@dataclass(frozen=True)
class Part:
    """One statement: its part of the whole, what it says otherwise, who signs it, where the bundle has it.

    `tags`: its list; "pack" stands for the tag of the bundle's own lot.
    """

    part: Any
    parts: Any
    as_of: str = FRESH
    size: int = 6
    tags: tuple[str, ...] = ()
    who: str = "market"
    shown: Shown = "statement"
    said: dict[str, Any] = field(default_factory=dict)


def of(parts: int, *missing: int, **said: Any) -> tuple[Part, ...]:
    """All parts of a snapshot, of which the bundle has not the missing ones."""
    return tuple(
        Part(number, parts, shown="nowhere" if number in missing else "statement", **said)
        for number in range(1, parts + 1)
    )


def naming(number: int, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The same parts, of which number `number` lists the pack."""
    return tuple(Part(**{**vars(one), "tags": ("pack",)}) if one.part == number else one for one in parts)


IN_PARTS: Final[dict[str, tuple[tuple[Part, ...], str, str]]] = {
    "whole": (of(3), "clear", ""),
    "one of one": (of(1), "clear", ""),
    "the first missing": (of(3, 1), "incomplete", "parts-missing"),
    "the second missing": (of(3, 2), "incomplete", "parts-missing"),
    "the last missing": (of(3, 3), "incomplete", "parts-missing"),
    "one of three alone": (of(3, 1, 2), "incomplete", "parts-missing"),
    "all missing": (of(2, 1, 2), "absent", "no-status"),
    "one withheld": ((Part(1, 2), Part(2, 2, shown="withheld")), "incomplete", "parts-missing"),
    "one in the place of a status": ((Part(1, 2), Part(2, 2, shown="status")), "clear", ""),
    "one alone in the place of a status": (
        (Part(1, 2, shown="status"), Part(2, 2, shown="nowhere")), "incomplete", "parts-missing",
    ),
    "the first names it": (naming(1, of(3)), "recalled", "recalled"),
    "the last names it": (naming(3, of(3)), "recalled", "recalled"),
    "one names it and others are missing": (naming(2, of(3, 1, 3)), "recalled", "recalled"),
    "an old one names it": ((*naming(1, of(2, as_of=OLD)), *of(2, as_of=LATER)), "recalled", "recalled"),
    "parts of two hours": ((Part(1, 2, OLD), Part(2, 2)), "incomplete", "parts-missing"),
    "parts of two sizes": ((Part(1, 2, size=5), Part(2, 2)), "incomplete", "parts-missing"),
    "parts of two counts": ((Part(1, 3), Part(2, 2)), "incomplete", "parts-missing"),
    "twice the same part": ((Part(1, 2), Part(1, 2)), "incomplete", "parts-missing"),
    "the wrong way round": ((Part(2, 2), Part(1, 2)), "incomplete", "parts-missing"),
    "parts of two signers": ((Part(1, 2), Part(2, 2, who="registrar")), "incomplete", "parts-missing"),
    "one part by somebody else": ((Part(1, 2), Part(2, 2, who="mill")), "failed", "not-a-snapshot"),
    "a whole one after half of one": ((*of(2, 2, as_of=OLD), *of(2)), "clear", ""),
    "half of one after a whole one": ((*of(2), *of(2, 1, as_of=LATER)), "incomplete", "parts-missing"),
    "half of one after one without parts": (
        (Part(..., ...), *of(2, 1, as_of=LATER)), "incomplete", "parts-missing",
    ),
    "one without parts after half of one": ((*of(2, 1, as_of=OLD), Part(..., ...)), "clear", ""),
    "whole and old": (of(2, as_of=OLD), "stale", "stale"),
    "whole and from before the lot": (of(2, size=3), "stale", "before-lot"),
    "number nought": ((Part(0, 1),), "failed", "not-a-snapshot"),
    "number above the count": ((Part(3, 2),), "failed", "not-a-snapshot"),
    "a number without a count": ((Part(1, ...),), "failed", "not-a-snapshot"),
    "a count without a number": ((Part(..., 1),), "failed", "not-a-snapshot"),
    "a number as text": ((Part("1", 1),), "failed", "not-a-snapshot"),
    "a number that is true": ((Part(True, 1),), "failed", "not-a-snapshot"),
    "a number that is nothing": ((Part(None, 1),), "failed", "not-a-snapshot"),
    "a list out of order in one part": (
        (Part(1, 2), Part(2, 2, said={"recalled": ["B" * 22, "A" * 22]})), "failed", "not-a-snapshot",
    ),
}  # fmt: skip
"""(the statements, the status, the reason); the pack stands at index 3, it is 09:00, one ages two hours."""


def with_parts(world: World, parts: tuple[Part, ...]) -> dict[str, Any]:
    """The bundle's form with these statements in the log from index 6 on, and in the bundle as they say."""
    pack = world.log.statements[3]
    tag = orjson.loads(world.log.leaves[3])["b"]
    places = []
    for one in parts:
        data = {"asOf": one.as_of, "log": world.log.origin, "size": one.size}
        data["recalled"] = [tag if each == "pack" else each for each in one.tags]
        data |= {
            name: value for name, value in (("part", one.part), ("parts", one.parts)) if value is not ...
        }
        signer = getattr(world, one.who)
        stated = signer.state("status.snapshot", world.log.origin, data | one.said, START + 9 * HOUR)
        places.append((one.shown, world.log.append(stated)))
    world.log.publish(START + 10 * HOUR)
    size = max(world.log.notes)
    form: Any = build_bundle(world.bundle(status=False))
    for shown, index in places:
        entry: Any = world.log.entry(index, 0, size).as_dict()
        if shown == "withheld":
            del entry["jws"]
        if shown == "status":
            form["status"] = entry
        elif shown != "nowhere":
            form["statements"].append(entry)
    assert pack.claims.sub == form["lot"]
    return dict(form)
