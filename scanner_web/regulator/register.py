"""The register as the departments keep it: firms with what is entered, one firm, an existing list read in."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal, RegisterEntryUnfit, TextTooLong
from trace.exchange.register_list import write_empty_list
from trace.identity.region import district_of
from trace.oversight.register_entries import GRADE, GRADES, KINDS, MANAGED, PARTS, SC
from trace.oversight.risk_table import indicators_of
from trace.platform.opening import Platform
from trace.usecases.supervision.enter_register import Entering, ListTaken, enter, take_list
from trace.usecases.supervision.read_entries import read_firm, read_kept_register

_ICONS: Final = ("doc", "tick", "cross", "warn", "down", "up", "pen", "question", "store")
_SHEETS: Final = ("office.css",)
_MEMBERS: Final = ("number", "name", "directors", "officers", "grade", "points", "examined", "passed")
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the kept register."""

    @pages.get("/office/register")
    def kept_register() -> Response:
        """Everybody on it today, with what is entered of each."""
        return _list(platform)

    @pages.get("/office/register/list.xlsx")
    def register_template() -> Response:
        """The empty list."""
        response = Response(write_empty_list(), content_type=_XLSX)
        response.headers["Content-Disposition"] = 'attachment; filename="register.xlsx"'
        return response

    @pages.post("/office/register/list")
    def register_list() -> AnyResponse:
        """Read a list in, or tell every fault of it."""
        given, of = request.files.get("list"), reader_of(request)
        body = given.read() if given is not None else b""
        title = of.say("office.register.list-title")
        try:
            taken = take_list(platform.transactions, current_actor(), request.form.get(KEY, ""), body, title)
        except Refusal as refusal:
            return _list(platform, refusal=refusal)
        return redirect(taken.leads_to, 303) if taken.leads_to else _list(platform, taken=taken)

    @pages.get("/office/register/<string:code>")
    def kept_firm(code: str) -> Response:
        """One firm with every entry."""
        return _firm(platform, code)

    @pages.post("/office/register/<string:code>/entries")
    def enter_firm(code: str) -> AnyResponse:
        """Enter something of a firm, or be told why not with what was typed still there."""
        typed = {name: text for name, text in request.form.items() if not name.startswith("_")}
        try:
            entering = Entering(
                current_actor(), request.form.get(KEY, ""), _urn(code), typed.get("kind", ""), _given(typed),
                *(typed.get(name, "") for name in ("since", "until", "evidence", "why")),
            )  # fmt: skip
            return redirect(enter(platform.transactions, entering), 303)
        except (RegisterEntryUnfit, TextTooLong) as refusal:
            return _firm(platform, code, refusal, typed)


def _given(typed: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: typed.get(name, "") for name in _MEMBERS}
    given["indicators"] = {
        name[2:]: (text, typed.get(f"d.{name[2:]}", "")) for name, text in typed.items() if name[:2] == "p."
    }
    given["kinds"] = request.form.getlist("goods")
    given["points"] = [_point(line) for line in given["points"].splitlines() if line.strip()]
    return given


def _point(line: str) -> dict[str, str]:
    """A line of the points of a grade: part, indicator, points, datum, with bars between them."""
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    if len(parts) != 4:
        raise RegisterEntryUnfit(member="points")
    of = reader_of(request)
    named = {of.say(f"office.register.part.{part}"): part for part in PARTS}
    return {
        "part": named.get(parts[0], parts[0]),
        "indicator": parts[1],
        "points": parts[2],
        "datum": parts[3],
    }


def _urn(code: str) -> str:
    return f"urn:uscc:{code}" if len(code) == 18 else f"urn:party:{code}"


def _list(platform: Platform, *, taken: ListTaken | None = None, refusal: Refusal | None = None) -> Response:
    status = 200 if taken is None and refusal is None else 422 if refusal is None else refusal.http_status
    return desk_page(
        "regulator/register.html", at="kept-register", icons=_ICONS, sheets=_SHEETS, status=status,
        found=read_kept_register(platform.transactions, current_actor(), request.args.get("day", "")[:10]),
        taken=taken, refusal=refusal,
        managed=MANAGED,
    )  # fmt: skip


def _firm(
    platform: Platform, code: str, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> Response:
    seen = read_firm(platform.transactions, current_actor(), _urn(code), request.args.get("day", "")[:10])
    return desk_page(
        "regulator/register_firm.html", at="kept-register", icons=_ICONS, sheets=_SHEETS,
        status=200 if refusal is None else refusal.http_status, refusal=refusal, typed=typed or {},
        seen=seen, indicators=indicators_of(seen.table),
        code=code, firm=_urn(code), kinds=KINDS, own_number=SC,
        district=district_of,
        grades=GRADES, parts=PARTS, of_grade=GRADE,
    )  # fmt: skip
