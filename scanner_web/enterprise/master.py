"""Master data on the desk: what was last stated of the firm, its products and places; its licences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import Reader, reader_of
from scanner_web.frame.workspace import desk_page
from trace.exchange.links import LINK_FORM
from trace.exchange.master.tables import KINDS, as_typed
from trace.platform.opening import Platform
from trace.usecases.resolver.list_links import StandingLink, list_links
from trace.usecases.stated.master_data import Stated, read_master
from trace.usecases.uploads.single_record import form_named

_COLUMNS: Final = {"urn:lot:": "lot", "urn:place:": "place"}
"""How a urn begins -> the column of its number; others are products."""
_MANY: Final = "、"
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
            links=list_links(platform.transactions, current_actor()),
            link_form=LINK_FORM.name,
            relink=lambda one: _form_of_link(of, one),
            unlink=lambda one: _form_of_link(of, one, end=True),
            forms=KINDS,
            change=_change_of(of),
        )


def _change_of(of: Reader) -> Callable[[Stated], str]:
    """The form of a change, with what stands in its fields."""

    def address(one: Stated) -> str:
        form = form_named(KINDS[one.typ])
        return of.link(f"/desk/records/{form.name}", **as_typed(form, one.sub, one.data))

    return address


def _form_of_link(of: Reader, one: StandingLink, *, end: bool = False) -> str:
    """The form that changes a link, with what stands in its fields, or that takes it away."""
    column = next((name for start, name in _COLUMNS.items() if one.subject.startswith(start)), "product")
    known = {column: one.subject.rpartition(":")[2], "field": one.field or "", "act": "取消" if end else ""}
    if not end and isinstance(one.to, Mapping):
        said = {
            name: _MANY.join(text) if isinstance(text, list) else str(text) for name, text in one.to.items()
        }
        known = {**said, **known}
    return of.link(f"/desk/records/{LINK_FORM.name}", **known)
