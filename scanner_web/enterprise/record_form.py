"""One record by hand: the fields of a form, checked, mended and signed as an upload is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.frame.door import current_actor
from scanner_web.frame.typed_code import address_for
from scanner_web.frame.workspace import desk_page
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.errors import FormEmpty, Refusal
from trace.exchange.links import LINK_FORM
from trace.exchange.master.tables import KINDS
from trace.exchange.tabular.forms import Column, Form
from trace.platform.opening import Platform
from trace.usecases.inbox.scanned_source import FOUND, ScannedSource, read_scanned
from trace.usecases.messages.report_file import MEDIA
from trace.usecases.stated.papers import keep_paper, unsigned_of
from trace.usecases.uploads.firm_template import firm_lists
from trace.usecases.uploads.forms import FORMS, TOGETHER
from trace.usecases.uploads.propose_record import propose_record
from trace.usecases.uploads.single_record import form_named, take_record

_FIELD: Final = re.compile(r"r([0-9]{1,2})\.(.+)")
_FILE: Final = re.compile(r"file\.r([0-9]{1,2})\.(.+)")
_ROWS: Final = 20
_WORDS: Final = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}
_FROM_NOW: Final = frozenset({*KINDS.values(), LINK_FORM.name})
"""Forms of what holds from now on, as a rule."""
_LONG: Final = frozenset({"names", "places"})
_PROPOSED, _LEFT = "was", "left"
"""Hidden fields: what was proposed in a row, how much is left of the goods."""
_OF_BATCH: Final = ("process", "startedAt", "finishedAt", "productionDate")
_OF_LINE: Final = {
    "投料": ("lot", "input_role"),
    "产出": ("lot", "productName", "product"),
    "副产品": ("lot", "productName"),
    "半成品": ("lot", "productName"),
    "返工料": ("lot", "productName"),
    "损耗": ("reason",),
}
"""What a line of 投料与产出 says; what all lines have in common stands in the first."""
_CAPTURED: Final = "_captured"
"""When a record was filled in that a device kept without a network."""
_RECEIPTS: Final = "进货查验"
"""The form that a scanned code fills in."""
_PAPERS: Final = frozenset({"proof_sha256", "file.sha256"})
"""Columns of files that are kept as soon as they are chosen; a photograph waits until its record stands."""
_SCALED: Final = frozenset({"proof_sha256"})
"""Columns of papers that are photographed to be read: what was chosen may be made smaller. A report's file
is the original itself, and a picture that is sent later has to be the very file that the record names."""
_SCAN: Final = "scan"
_LONGEST: Final = 400
_QUICK: Final = {"unit": ("kg", "件")}
"""Kind of column -> what can be put into it by a press."""


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of single records."""

    @pages.get("/desk/records")
    def records() -> Response:
        """The forms to choose from."""
        return desk_page(
            "enterprise/record_forms.html",
            at="records",
            icons=("pen", "doc"),
            forms=FORMS.values(),
            papers=unsigned_of(platform.transactions, current_actor()),
        )

    @pages.get("/desk/records/<string:name>")
    def record_form(name: str) -> Response:
        """A form with what is known, and of the goods that it goes on from (`of`)."""
        form = form_named(name)
        members = {column.member for column in form.columns}
        known = {member: text[:500] for member, text in request.args.items() if member in members}
        if form.name in _FROM_NOW:
            known.setdefault(
                "at", f"{platform.transactions.clock().astimezone(SHANGHAI_TIME):%Y-%m-%dT%H:%M}"
            )
        lot = request.args.get("of", "")[:200]
        found = propose_record(platform.transactions, current_actor(), form, known, lot)
        scanned = request.args.get(_SCAN, "").strip()[:_LONGEST] if form.name == _RECEIPTS else ""
        return _page(platform, form, found.rows, left=found.left, scanned=scanned)

    @pages.post("/desk/records/<string:name>")
    def record_filled(name: str) -> AnyResponse:
        """Check what was filled in, or give one more row to fill in."""
        return _filled(platform, form_named(name))


def _filled(platform: Platform, form: Form) -> AnyResponse:
    rows, kept = _typed(platform)
    left = {"quantity": text} if (text := request.form.get(_LEFT, "")[:40]) else {}
    scanned = request.form.get(_SCAN, "").strip()[:_LONGEST] if form.name == _RECEIPTS else ""
    if "look" in request.form and scanned:
        return _page(platform, form, rows, left=left, scanned=scanned)
    if "more" in request.form and len(rows) < _ROWS:
        same = {member: rows[-1].get(member, "") for member in TOGETHER.get(form.name, ())}
        return _page(platform, form, [*rows, same], left=left)
    if kept is not None:
        return _page(platform, form, rows, kept, left)
    try:
        said = [_said(row) for row in rows if not _untouched(row)]
        upload = take_record(platform.transactions, current_actor(), form, said, _captured())
    except FormEmpty as refusal:
        return _page(platform, form, rows, refusal, left)
    platform.nudge()
    return to(f"/desk/uploads/{upload}")


def _captured() -> datetime | None:
    """When the record was filled in, by the device's word; None where it was just now, or for no time."""
    try:
        at = datetime.fromisoformat(request.form.get(_CAPTURED, ""))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _untouched(row: Mapping[str, str]) -> bool:
    """A row below the first that says only what was proposed in it."""
    proposed = row.get(_PROPOSED, "")
    return proposed != "" and _said(row) == dict(parse_qsl(proposed))


def _said(row: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in row.items() if text and name != _PROPOSED}


def _typed(platform: Platform) -> tuple[list[dict[str, str]], Refusal | None]:
    """The rows of the form as they were sent, and why a paper that was chosen is not kept."""
    refused: Refusal | None = None
    rows: dict[int, dict[str, str]] = {}
    for field, text in request.form.items():
        found = _FIELD.fullmatch(field)
        if found is not None and int(found[1]) < _ROWS:
            rows.setdefault(int(found[1]), {})[found[2]] = text
    for field, file in request.files.items():
        found = _FILE.fullmatch(field)
        if found is not None and int(found[1]) < _ROWS and (content := file.read()):
            try:
                if found[2] in _PAPERS:
                    keep_paper(platform.transactions, platform.folder.path, current_actor(), content)
                rows.setdefault(int(found[1]), {}).update(_named(found[2], content))
            except Refusal as refusal:
                refused = refusal
    return [rows[number] for number in sorted(rows)] or [{}], refused


def _named(member: str, content: bytes) -> dict[str, str]:
    """What a record says of a file that was chosen: its digest, and beside it, where asked, kind and size.

    The file itself is sent once the record stands that names it.
    """
    found = {member: hashlib.sha256(content).hexdigest()}
    above, _, name = member.rpartition(".")
    if name == "sha256" and above:
        kinds = (media for start, media in MEDIA.items() if content.startswith(start))
        found[f"{above}.bytes"] = str(len(content))
        found[f"{above}.mediaType"] = _WORDS.get(next(kinds, ""), "")
    return found


def _page(
    platform: Platform,
    form: Form,
    rows: Sequence[dict[str, str]],
    refusal: Refusal | None = None,
    left: Mapping[str, str] | None = None,
    scanned: str = "",
) -> Response:
    source = _source(platform, scanned) if scanned else None
    if source is not None:  # what somebody wrote stays
        rows = [{**source.known, **{name: text for name, text in rows[0].items() if text}}, *rows[1:]]
    for row in rows[1:]:
        row.setdefault(_PROPOSED, urlencode(_said(row)))
    return desk_page(
        "enterprise/record_form.html",
        at="records",
        icons=("pen", "tick", "clock", "search", "camera", "warn"),
        sheets=("records.css", "scan_field.css"),
        camera=form.name == _RECEIPTS,
        scans=form.name == _RECEIPTS,
        scanned=scanned,
        source=source,
        found=FOUND,
        status=200 if refusal is None else refusal.http_status,
        sheet=form,
        rows=rows,
        asked=[_asked(form, row, place) for place, row in enumerate(rows)],
        lists={
            member: names
            for member, names in firm_lists(platform.transactions, current_actor()).columns().items()
            if any(one.member == member and one.kind != "batch" for one in form.columns)
        },
        many=form.name in TOGETHER,
        left=left or {},
        quick=_QUICK,
        scaled=_SCALED,
        proposed=_PROPOSED,
        now=f"{platform.transactions.clock().astimezone(SHANGHAI_TIME):%Y-%m-%dT%H:%M:%S}",
        long=_LONG,
        refusal=refusal,
    )


def _source(platform: Platform, text: str) -> ScannedSource:
    """What a scanned text says of the goods."""
    path = ""
    with suppress(Refusal):
        path = address_for(text)
    return read_scanned(platform.transactions, platform.codes, current_actor(), text, path)


def _asked(form: Form, row: Mapping[str, str], place: int) -> tuple[list[Column], list[Column], bool]:
    """The columns of a row that stand first, and the others, with whether these are folded away."""
    of_line = _OF_LINE.get(row.get("line", ""), ())
    usual = of_line + (_OF_BATCH if of_line and place == 0 else ())
    first = [one for one in form.columns if one.required or row.get(one.member) or one.member in usual]
    return first, [one for one in form.columns if one not in first], bool(of_line)
