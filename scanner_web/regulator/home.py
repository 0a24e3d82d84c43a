"""The first page of a regulator, and the list of cases: what is overdue, and whose it is."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.platform.opening import Platform
from trace.usecases.casework.list_cases import Listed, list_left, read_desk
from trace.usecases.duties.of_authority import duties_of_authority

_ICONS: Final = ("warn", "clock", "doc", "search", "people", "tick", "stop", "pen")
_SHEETS: Final = ("office.css",)
_SHOWN: Final = 10
FILTERS: Final = ("open", "overdue", "soon", "fresh", "moved", "all", "left")


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the first page and of the list."""

    @pages.get("/office")
    def office() -> Response:
        """What is overdue first, then what falls due within a day, by person."""
        desk = read_desk(platform.transactions, current_actor())
        due = [*desk.overdue, *desk.soon]
        rest = [one for one in desk.open if one not in due]
        return desk_page(
            "regulator/home.html", at="office", icons=_ICONS, sheets=_SHEETS, desk=desk, due=due,
            duties=duties_of_authority(platform.transactions, current_actor()),
            shown=[*due, *rest][:_SHOWN], most=max((one.open for one in desk.loads), default=1),
        )  # fmt: skip

    @pages.get("/office/cases")
    def cases() -> Response:
        """Every case of the department in its area, with age and clock."""
        desk = read_desk(platform.transactions, current_actor())
        chosen = request.args.get("show", "open")
        chosen = chosen if chosen in FILTERS else "open"
        every: dict[str, list[Listed]] = {
            "open": desk.open,
            "overdue": desk.overdue,
            "soon": desk.soon,
            "fresh": desk.fresh,
            "moved": desk.moved,
            "all": list(desk.cases),
        }
        mine = request.args.get("mine") == "1"
        every["left"] = list_left(platform.transactions, current_actor())
        me = current_actor().person
        rows = [one for one in every[chosen] if not mine or one.row.officer == me]
        return desk_page(
            "regulator/cases.html", at="cases", icons=_ICONS, sheets=_SHEETS, desk=desk, rows=rows,
            chosen=chosen, mine=mine, counts={name: len(found) for name, found in every.items()},
        )  # fmt: skip
