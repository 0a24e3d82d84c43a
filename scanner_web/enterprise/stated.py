"""One's own records: the list, one with its history beside what it says now, and its correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.csrf import KEY
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import Reader, reader_of
from scanner_web.frame.told import kind_name, labelled, told, unsalted
from scanner_web.frame.workspace import desk_page
from trace.chain.facts.corrections import CORRECTION
from trace.errors import Refusal
from trace.platform.opening import Platform
from trace.usecases.signing.waiting import waiting_about
from trace.usecases.stated.correct_record import Correcting, correct_record
from trace.usecases.stated.export_own import Wording, export_own
from trace.usecases.stated.originals import originals_of
from trace.usecases.stated.own_records import OwnRecord, Version, list_own_records, read_own_record
from trace.usecases.stated.record_cells import RecordCell, cells_of

_ICONS: Final = ("doc", "pen", "stop", "warn", "chev", "tick", "down")
_FIELD: Final = "f."
_FAR: Final = 10_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as it is shown: what it says in words, and which of that is other than before."""

    version: Version
    lines: tuple[tuple[str, str, str], ...]
    """(label, what it says, what it said before or "" where that is the same)."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of one's own records."""

    @pages.get("/desk/stated")
    def stated() -> Response:
        """What the organisation stated, the newest first."""
        of, typ, page = reader_of(request), request.args.get("kind", ""), _page_number()
        if request.args.get("form") == "zip":
            return _whole(platform, of)
        found = list_own_records(platform.transactions, current_actor(), typ, page)
        return desk_page(
            "enterprise/stated.html",
            at="stated",
            icons=_ICONS,
            found=found,
            typ=typ,
            number=page,
            kind=lambda name: kind_name(of.locale, name),
        )

    @pages.get("/desk/stated/<string:stmt>")
    def stated_record(stmt: str) -> Response:
        """One record with its history."""
        return shown_record(platform, stmt)

    @pages.post("/desk/stated/<string:stmt>/correct")
    def correct_stated(stmt: str) -> AnyResponse:
        """Say it anew, to be signed."""
        texts = {
            name.removeprefix(_FIELD): text for name, text in request.form.items() if name.startswith(_FIELD)
        }
        return _corrected(platform, stmt, texts)

    @pages.post("/desk/stated/<string:stmt>/withdraw")
    def withdraw_stated(stmt: str) -> AnyResponse:
        """Take it back, to be signed."""
        return _corrected(platform, stmt, None)


def _whole(platform: Platform, of: Reader) -> Response:
    """Everything that the organisation stated, as a ZIP that is sent as it grows."""

    def said(typ: str, data: Mapping[str, Any]) -> str:
        return of.say("spoken.say.comma").join(
            f"{label} {text}" for label, text in told(of.locale, typ, unsalted(data))
        )

    words = Wording(of.say, lambda typ: kind_name(of.locale, typ), said)
    parts = export_own(platform.transactions, platform.folder.path, current_actor(), words)
    response = Response(parts, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="greentrace-records.zip"'
    return response


def _corrected(platform: Platform, stmt: str, texts: Mapping[str, str] | None) -> AnyResponse:
    title = reader_of(request).say("work.stated.batch" if texts is not None else "work.stated.batch-withdraw")
    reason = request.form.get("reason", "")
    who = Correcting(current_actor(), request.form.get(KEY, ""), title, reason)
    try:
        return to(correct_record(platform.transactions, who, stmt, texts))
    except Refusal as refusal:
        return shown_record(platform, stmt, refusal, texts or {}, reason)


def shown_record(
    platform: Platform,
    stmt: str,
    refusal: Refusal | None = None,
    texts: Mapping[str, str] | None = None,
    reason: str = "",
) -> Response:
    """The page of a record; with a refusal, what was asked for and could not be done."""
    of = reader_of(request)
    record = read_own_record(platform.transactions, current_actor(), stmt)
    return desk_page(
        "enterprise/stated_record.html",
        waits=waiting_about(platform.transactions, current_actor(), {stmt}, {CORRECTION.typ}),
        at="stated",
        icons=_ICONS,
        sheets=("records.css",),
        status=200 if refusal is None else refusal.http_status,
        record=record,
        kind=kind_name(of.locale, record.typ),
        shown=_history(of, record),
        cells=[] if record.bars else cells_of(record.typ, record.stands),
        label=lambda cell: _label(of, record.typ, cell),
        originals=originals_of(platform.transactions, platform.folder.path, current_actor(), record),
        texts=texts or {},
        reason=reason,
        refusal=refusal,
    )


def _history(of: Reader, record: OwnRecord) -> list[Shown]:
    """The versions, the newest first, each with what it says otherwise than the one before it."""
    said = [dict(told(of.locale, record.typ, unsalted(one.data or {}))) for one in record.versions]
    found = [Shown(record.versions[0], tuple((label, text, "") for label, text in said[0].items()))]
    for version, (before, now) in zip(record.versions[1:], pairwise(said), strict=True):
        labels = dict.fromkeys([*before, *now])
        lines = tuple(
            (
                label,
                now.get(label, "—"),
                before.get(label, "—") if before.get(label) != now.get(label) else "",
            )
            for label in labels
        )
        found.append(Shown(version, lines if version.data is not None else ()))
    return found[::-1]


def _label(of: Reader, typ: str, cell: RecordCell) -> str:
    """A field as people call it; of a list, with its place."""
    parts: list[str] = []
    parent: Any = typ
    for name in cell.names:
        if name.isdecimal():
            parts.append(str(int(name) + 1))
            continue
        parts.append(labelled(of.locale, parent, name))
        parent = name
    return " · ".join(parts)


def _page_number() -> int:
    said = request.args.get("page", "0")
    return min(int(said), _FAR) if said.isascii() and said.isdigit() and len(said) < 8 else 0
