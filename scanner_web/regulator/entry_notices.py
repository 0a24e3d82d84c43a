"""The notice to firms that entered the register: who was told, who signed for it, and a form for the rest."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.supervision.entry_notices import Entrants, read_entrants, serve_entry_notices
from trace.usecases.supervision.served_notices import LONGEST, MOST, Serving

_ICONS: Final = ("warn", "tick", "clock", "pen", "store")
_SHEETS: Final = ("office.css",)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of notices at entry."""

    @pages.get("/office/entry-notices")
    def entry_notices() -> Response:
        """The firms of the register, those that were not told first."""
        return _page(platform)

    @pages.post("/office/entry-notices")
    def serve_entry() -> AnyResponse:
        """Draft the notices, and go where they are signed."""
        given, title = request.form, reader_of(request).say("office.entry.batch")
        serving = Serving(current_actor(), given.get(KEY, ""), title, given.get("text", ""))
        try:
            return redirect(serve_entry_notices(platform.transactions, serving), 303)
        except Refusal as refusal:
            return _page(platform, refusal)


def _page(platform: Platform, refusal: Refusal | None = None) -> Response:
    found = read_entrants(platform.transactions, current_actor())
    return desk_page(
        "regulator/entry_notices.html", at="entry-notices", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, refusal=refusal, found=found,
        text=request.form.get("text") or _words(found), most=MOST, longest=LONGEST,
    )  # fmt: skip


def _words(found: Entrants) -> str:
    """What the rules of the day ask, each line with its clause; a source is spelt out where it changes."""
    of, before = reader_of(request), ""
    lines = [of.say("office.entry.begins", day=found.day)]
    for number, (slug, rule) in enumerate(found.rules.items(), 1):
        said = of.say(f"office.entry.item.{slug}", value="、".join(rule.items))
        same = rule.source == before and not rule.unverified
        cited = of.say("office.entry.same", clause=rule.clause) if same else rule.cited
        lines.append(of.say("office.entry.line", number=number, said=said, cited=cited))
        before = rule.source
    return "\n".join(lines)
