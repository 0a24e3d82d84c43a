"""Campaigns (专项整治) of an authority: an area, a trade or goods, a season; and what counts towards one.

Whatever lies outside is none of it. What is not known to lie outside, and not known to lie within either, is
neither counted nor left out: it stands beside the figure, with what is not known of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.parties import CATERER, GROWER, PROCESSOR, RETAILER

TRADES: Final = (GROWER, PROCESSOR, RETAILER, CATERER)
"""种植、生产加工、销售、餐饮: a firm's roles say in which of them it works."""
VISITS, SAMPLES, CASES = "visits", "samples", "cases"
KINDS: Final = (VISITS, SAMPLES, CASES)
RUNNING, CLOSED = "running", "closed"
AREA, TRADE, GOODS, SIGNATURE = "area", "trade", "goods", "signature"
DOUBTS: Final = (AREA, TRADE, GOODS, SIGNATURE)


@dataclass(frozen=True, slots=True)
class Aim:
    """What a campaign is about: the digits that codes of its area begin with ("" for the country), the trade
    and goods ("" for any), and its days, both of them within."""

    area: str
    trade: str
    goods: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Done:
    """A visit, sample or case as a campaign asks of it.

    `goods` are names; `all_goods`: whether these are all that it was about. `signed`: by every department
    that has to.
    """

    day: date
    area: str
    trades: Collection[str]
    goods: Collection[str]
    all_goods: bool
    signed: bool = True


def doubts_of(aim: Aim, done: Done) -> tuple[str, ...] | None:
    """None for what lies outside the campaign; else what is not known of it, () for what counts."""
    if not aim.first <= done.day <= aim.last:
        return None
    said = (
        (AREA, _in_area(aim.area, done.area)),
        (TRADE, _among(aim.trade, done.trades)),
        (GOODS, _named(aim.goods, done)),
        (SIGNATURE, True if done.signed else None),
    )
    if any(within is False for _, within in said):
        return None
    return tuple(name for name, within in said if within is None)


def _in_area(area: str, code: str) -> bool | None:
    """None where no code is known, or one coarser than the area."""
    if code.startswith(area):
        return True
    return None if area.startswith(code) else False


def _among(trade: str, trades: Collection[str]) -> bool | None:
    known = [one for one in trades if one in TRADES]
    return True if not trade or trade in known else False if known else None


def _named(goods: str, done: Done) -> bool | None:
    wanted = goods.casefold()
    if any(wanted in one.casefold() for one in done.goods) or not wanted:
        return True
    return False if done.goods and done.all_goods else None
