"""Parameters of rule R54 on a day, read once into plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from trace.rules import Rule, Rules

RULE: Final = "R54"
_LEGS: Final = ("road", "rail", "air")


@dataclass(frozen=True, slots=True)
class Leg:
    """One way to travel: km/h, and hours lost from door to door beside the riding."""

    speed: float
    lost: float

    def hours(self, km: float) -> float:
        return self.lost + km / self.speed


@dataclass(frozen=True, slots=True)
class CopyParameters:
    """Shares are 0 … 1, odds are log10, distances km; `docs/rules.md` says what each is for."""

    prior: float
    watch: float
    suspected: float
    devices: tuple[float, float]
    occasions: tuple[float, float]
    occasion: timedelta
    spread: float
    display: tuple[float, float, float]
    elsewhere: tuple[float, float]
    wrong_region: float
    early: float
    late: float
    sold_through: timedelta
    expiry_grace: timedelta
    local: float
    trim: float
    city_radius: float
    legs: tuple[Leg, ...]
    outside: int
    device_window: timedelta
    strangers: tuple[int, timedelta]
    retention: timedelta


def copy_parameters(rules: Rules, day: date) -> CopyParameters:
    """The parameters in force on `day`; raises RuleUnknown where a profile has none."""
    return _read(rules, day)


@lru_cache(maxsize=64)
def _read(rules: Rules, day: date) -> CopyParameters:
    def rule(what: str) -> Rule:
        return rules.at(RULE, day, what=what)

    def pair(what: str) -> tuple[float, float]:
        first, second = rule(what).span
        return float(first), float(second)

    shown, by, over = map(float, rule("display").items)
    moved, weight = pair("elsewhere")
    return CopyParameters(
        prior=float(rule("prior").number),
        watch=float(rule("watch").number),
        suspected=float(rule("suspected").number),
        devices=pair("devices"),
        occasions=pair("occasions"),
        occasion=rule("occasion").duration,
        spread=float(rule("spread").number),
        display=(shown / 100, by, over),
        elsewhere=(moved / 100, weight),
        wrong_region=float(rule("wrong-region").fraction),
        early=float(rule("early").fraction),
        late=float(rule("late").fraction),
        sold_through=rule("sold-through").duration,
        expiry_grace=rule("expiry-grace").duration,
        local=float(rule("local").fraction),
        trim=float(rule("trim").fraction),
        city_radius=float(rule("city-radius").number),
        legs=tuple(Leg(*pair(leg)) for leg in _LEGS),
        outside=int(rule("outside").number),
        device_window=rule("device-window").duration,
        strangers=(int(rule("strangers").items[0]), timedelta(hours=int(rule("strangers").items[1]))),
        retention=rule("retention").duration,
    )
