"""Which authority looked at the firm's data, when and what for, as far as the firm may know by now."""

from __future__ import annotations

from flask import Blueprint, Response

from scanner_web.frame.door import current_actor
from scanner_web.frame.looked import looked_at
from scanner_web.frame.workspace import desk_page
from trace.platform.opening import Platform
from trace.usecases.casework.look import read_looks_at


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the list."""

    @pages.get("/desk/looked")
    def looked() -> Response:
        """The last looks, the newest first."""
        actor = current_actor()
        rows, names = read_looks_at(platform.transactions, actor)
        return desk_page("enterprise/looked.html", at="looked", rows=rows, names=names, looked_at=looked_at)
