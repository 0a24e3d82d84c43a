"""The demo's fictional world (world.toml) and how its drafts are written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.exchange.draft import FIND_LOT, FIND_REPORT, Draft, Reference, RowOrigin, draft_key

ROLES_OF_KIND = {
    "regulator_market": ("regulator_market", "registrar"),
    "regulator_agri": ("regulator_agri", "registrar"),
}


@dataclass(frozen=True, slots=True)
class World:
    parties: Mapping[str, Mapping[str, Any]]
    products: Mapping[str, Mapping[str, Any]]
    licences: Sequence[Mapping[str, Any]]
    plots: Sequence[Mapping[str, Any]]

    def urn(self, party: str) -> str:
        return f"urn:uscc:{self.parties[party]['uscc']}"

    def lot(self, party: str, batch: str) -> str:
        return f"urn:lot:{self.parties[party]['uscc']}:{batch}"

    def gtin(self, product: str) -> str:
        return str(self.products[product]["gtin"]).rjust(14, "0")

    def product(self, product: str) -> str:
        return f"urn:gtin:{self.gtin(product)}"

    def roles(self, party: str) -> tuple[str, ...]:
        role = str(self.parties[party]["role"])
        if self.parties[party].get("registrar", True):
            return ROLES_OF_KIND.get(role, (role,))
        return (role,)


@cache
def world() -> World:
    raw = tomllib.loads((Path(__file__).parent / "world.toml").read_text("utf-8"))
    return World(
        parties={one["id"]: one for one in raw["party"]},
        products={one["id"]: one for one in raw["product"]},
        licences=raw["licence"],
        plots=raw["plot"],
    )


def at(text: str) -> datetime:
    """A demo time, "10-05 17:00" in Shanghai in 2026 (or with its year in front)."""
    full = text if text[:2] == "20" else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI_TIME)


def stamp(text: str) -> str:
    return at(text).isoformat()


def kg(value: str) -> dict[str, str]:
    return {"value": value, "unit": "kg"}


def plot_urn(plot: str) -> str:
    return f"urn:place:{plot}"


def plain(value: Any) -> Any:
    """TOML values as signed JSON wants them: dates as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def made_from(lot: str, role: str) -> Reference:
    return Reference(FIND_LOT, role, lot=lot)


def report(number: str, lot: str, path: tuple[str, ...] = ()) -> Reference:
    return Reference(FIND_REPORT, "report", lot=lot, number=number, path=path)


def draft(
    who: str,
    typ: str,
    sub: str,
    when: str,
    data: Mapping[str, object],
    *,
    refs: Sequence[Reference] = (),
    private: Sequence[str] = (),
    makes: Sequence[str] = (),
) -> Draft:
    """What `who` says at demo time `when`; its key is its kind, subject and time."""
    key = draft_key(world().urn(who), typ, sub, when)
    return Draft(
        typ, sub, at(when), data, tuple(refs), tuple(private), RowOrigin("demo", ()), key, tuple(makes)
    )
