"""The firm's stock: what is left of each lot, until when it keeps, and where a lot came from and went to."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.oversight.shelf_life import EXPIRED, GOOD, NEAR, STANDINGS, UNKNOWN
from trace.platform.opening import Platform
from trace.usecases.lots.own_stock import LOTS_READ, LOTS_SHOWN, list_stock, look_around

_SHOWN: Final = 200
"""Lots on the page at once; each standing has its own."""
_LOOKS: Final = {EXPIRED: "stop", NEAR: "warn", GOOD: "tick", UNKNOWN: "question"}


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the stock."""

    @pages.get("/desk/stock")
    def stock() -> Response:
        """Own lots with something left, what ends first at the top."""
        found, chosen = list_stock(platform.transactions, current_actor()), request.args.get("standing", "")
        shown = found.standing(chosen) if chosen in STANDINGS else found.lots
        return desk_page(
            "enterprise/stock.html",
            at="stock",
            sheets=("ledgers.css",),
            icons=("chev", *_LOOKS.values()),
            looks=_LOOKS,
            counts={name: len(found.standing(name)) for name in STANDINGS},
            chosen=chosen if chosen in STANDINGS else "",
            stock=found,
            lots=shown[:_SHOWN],
            more=len(shown) - _SHOWN,
            most=LOTS_READ,
        )

    @pages.get("/desk/stock/<string:lot>")
    def lot_around(lot: str) -> Response:
        """One of them, one step up and down; with `whole`, all that the firm may see of its trace."""
        whole = request.args.get("whole") == "1"
        return desk_page(
            "enterprise/stock_lot.html",
            at="stock",
            sheets=("ledgers.css",),
            icons=("chev", *_LOOKS.values()),
            looks=_LOOKS,
            around=look_around(platform.transactions, current_actor(), lot, whole=whole),
            most=LOTS_SHOWN,
        )
