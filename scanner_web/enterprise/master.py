"""Master data on the desk: what was last stated of the firm, its products and places; its licences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import Reader, reader_of
from scanner_web.frame.workspace import desk_page
from trace.exchange.master.tables import KINDS, as_typed
from trace.platform.opening import Platform
from trace.usecases.stated.master_data import Stated, read_master
from trace.usecases.uploads.single_record import form_named

_ICONS: Final = ("store", "pen", "doc", "shield", "down", "clock", "stop", "tick", "warn")


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of master data."""

    @pages.get("/desk/master")
    def master() -> Response:
        """What was last stated, each with its history and the form of a change."""
        of = reader_of(request)
        found = read_master(platform.transactions, current_actor())
        return desk_page(
            "enterprise/master.html",
            at="master",
            icons=_ICONS,
            sheets=("records.css",),
            found=found,
            forms=KINDS,
            change=_change_of(of),
        )


def _change_of(of: Reader) -> Callable[[Stated], str]:
    """The form of a change, with what stands in its fields."""

    def address(one: Stated) -> str:
        form = form_named(KINDS[one.typ])
        return of.link(f"/desk/records/{form.name}", **as_typed(form, one.sub, one.data))

    return address
