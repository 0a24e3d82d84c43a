"""A kept balance as people look at it: its parts by name, and what could not be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

import orjson

from trace.oversight.balance.excess import DOUBT, OVER
from trace.quantities import Quantity
from trace.usecases.analyses.keep_analysis import Kept

Line = Mapping[str, Any]


class ShownBalance:
    """The document of a firm's balance, read back: pages and files show what is kept, and nothing else."""

    def __init__(self, kept: Kept) -> None:
        self.hash = kept.hash
        self.document: Line = orjson.loads(kept.document)
        self.answer: Line = self.document["answer"]

    @cached_property
    def excesses(self) -> Sequence[Line]:
        """What is over first, then what is in doubt, each by level."""
        found: list[Line] = list(self.answer["excesses"])
        return sorted(found, key=lambda one: (one["state"] != OVER, one["level"]))

    @property
    def over(self) -> int:
        return sum(one["state"] == OVER for one in self.excesses)

    @property
    def doubts(self) -> int:
        return sum(one["state"] == DOUBT for one in self.excesses)

    @cached_property
    def unjudged(self) -> Mapping[str, int]:
        """What could not be judged, by why: so that silence is no verdict."""
        answer, batches = self.answer, self.answer["batches"]
        found = {
            "amounts": sum(bool(batch["unknownLinks"]) for batch in batches),
            "processes": sum(not batch["process"] for batch in batches),
            "units": sum(not one["judged"] for one in (*answer["certified"], *answer["licenceYears"])),
            "areas": sum(plot["area"] is None for plot in answer["plots"]),
        }
        return {why: count for why, count in found.items() if count}


def what_of(one: Line) -> str:
    """What an excess is about, as one text."""
    if "lot" in one:
        return str(one["lot"]).rpartition(":")[2]
    if "licence" in one:
        return " ".join((str(one["licence"]).rpartition(":")[2], str(one.get("yearFrom", "")))).strip()
    if "plots" in one:
        return f"{one['plots']} {one['crop']}"
    return f"{one['seller']} → {one['buyer']} {one['product']}"


def amount_of(written: Mapping[str, str] | None) -> str:
    """An amount as it is read: "1,250.5 kg", "" for none."""
    return "" if written is None else f"{Decimal(written['value']):,f} {written['unit']}"


def used_of(year: Line) -> Decimal:
    """How much of what was approved is packed, before the platform began too; per cent."""
    packed = Decimal(year["before"]["value"]) + Decimal(year["packed"]["value"])
    approved = Quantity.parse(dict(year["approved"])).to(year["packed"]["unit"]).value
    return (100 * packed / approved).quantize(Decimal("0.1")) if approved else Decimal(0)
