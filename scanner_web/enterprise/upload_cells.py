"""Mending of an upload on its page: cells, equal faults, rows left out, corrections, discarding, signing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.keys import organisation
from scanner_web.enterprise.redirects import to
from scanner_web.enterprise.upload_shown import shown_upload
from scanner_web.frame.door import current_actor, signed_in
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import Refusal
from trace.exchange.tabular.grids import CellError
from trace.platform.opening import Platform
from trace.usecases.uploads import answers
from trace.usecases.uploads.annotated_copy import annotated_copy
from trace.usecases.uploads.correct_changed import correct_changed
from trace.usecases.uploads.edit_cells import Edit, Mend, edit_cells, leave_out, mend_group
from trace.usecases.uploads.hand_to_sign import Person, hand_to_sign
from trace.usecases.uploads.receive import discard_upload

_CELL: Final = re.compile(r"c(\.([0-9]{1,3})\.([0-9]{1,7})\.([A-Z]{1,3}))")
_SEEN: Final = "w{}"
"""The hidden field beside a cell: what stood in it when the page was made."""
_ROW: Final = re.compile(r"([0-9]{1,3})\.([0-9]{1,7})")
_GROUP: Final = re.compile(r"([0-9]{1,3})\.([A-Z]{1,3})\.([a-z0-9-]{1,60})")
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes that change an upload."""
    _cells(pages, platform)
    _rows(pages, platform)
    _ends(pages, platform)


def _done(platform: Platform, upload: str, act: Callable[[], object]) -> AnyResponse:
    """Back to the upload's page, or the page with why it could not be done."""
    try:
        act()
    except Refusal as refusal:
        return shown_upload(platform, upload, refusal)
    platform.nudge()
    return to(f"/desk/uploads/{upload}")


def _cells(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/uploads/<string:upload>/cells")
    def save_cells(upload: str) -> AnyResponse:
        """Write the cells that were changed in the form; ask about those that others changed meanwhile."""
        edits = [
            Edit(
                int(found[2]), int(found[3]), found[4], text.strip(), request.form.get(_SEEN.format(found[1]))
            )
            for name, text in request.form.items()
            if (found := _CELL.fullmatch(name)) is not None
        ]
        try:
            clashes = edit_cells(platform.transactions, platform.codes, current_actor(), upload, edits)
        except Refusal as refusal:
            return shown_upload(platform, upload, refusal)
        platform.nudge()
        return shown_upload(platform, upload, clashes=clashes) if clashes else to(f"/desk/uploads/{upload}")

    @pages.post("/desk/uploads/<string:upload>/groups")
    def save_group(upload: str) -> AnyResponse:
        """Write the same into all cells of a group that say the same."""
        found = _GROUP.fullmatch(request.form.get("group", ""))
        if found is None:
            return to(f"/desk/uploads/{upload}")
        mend = Mend(
            (int(found[1]), found[2], found[3]),
            request.form.get("read", ""),
            request.form.get("text", "").strip(),
        )
        return _done(
            platform,
            upload,
            lambda: mend_group(platform.transactions, platform.codes, current_actor(), upload, mend),
        )


def _rows(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/uploads/<string:upload>/left-out")
    def save_left_out(upload: str) -> AnyResponse:
        """Take a row out."""
        found = _ROW.fullmatch(request.form.get("row", ""))
        if found is None:
            return to(f"/desk/uploads/{upload}")
        place, row = int(found[1]), int(found[2])
        return _done(
            platform,
            upload,
            lambda: leave_out(platform.transactions, platform.codes, current_actor(), upload, place, row),
        )

    @pages.post("/desk/uploads/<string:upload>/corrections")
    def save_corrections(upload: str) -> AnyResponse:
        """Make corrections of what the file says otherwise than before."""
        reason = request.form.get("reason", "")
        return _done(
            platform,
            upload,
            lambda: correct_changed(platform.transactions, platform.codes, current_actor(), upload, reason),
        )

    @pages.get("/desk/uploads/<string:upload>/rows/<string:place>/<string:number>")
    def row(upload: str, place: str, number: str) -> Response:
        """All cells of one row, to be written anew."""
        at = tuple(
            int(one) if one.isascii() and one.isdigit() and len(one) < 8 else -1 for one in (place, number)
        )
        shown = answers.row_of(platform.transactions, current_actor(), upload, at[0], at[1])
        return desk_page(
            "enterprise/upload_row.html", at="uploads", sheets=("uploads.css",), upload=upload, row=shown
        )


def _ends(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/uploads/<string:upload>/discard")
    def discard(upload: str) -> AnyResponse:
        """Forget the upload."""
        try:
            discard_upload(platform.transactions, current_actor(), upload)
        except Refusal as refusal:
            return shown_upload(platform, upload, refusal)
        return to("/desk/uploads")

    @pages.post("/desk/uploads/<string:upload>/sign")
    def sign(upload: str) -> AnyResponse:
        """Hand what is new over to the page where it is signed."""
        leave = request.form.get("leave") == "yes"
        who = Person(current_actor(), signed_in().person.id, leave, organisation().kind)
        try:
            state = answers.state_of(platform.transactions, current_actor(), upload)
            batch = hand_to_sign(platform.transactions, platform.codes, who, upload, state.upload.name)
        except Refusal as refusal:
            return shown_upload(platform, upload, refusal)
        return to(f"/desk/uploads/{upload}" if batch is None else f"/desk/sign/{batch}")

    @pages.get("/desk/uploads/<string:upload>/annotated.xlsx")
    def annotated(upload: str) -> Response:
        """The file with each fault at its cell."""
        of = reader_of(request)

        def sentence(one: CellError) -> str:
            parts = ("detail", "action")
            return " ".join(of.say(f"problem.{one.code}.{part}", **one.params) for part in parts)

        packed = annotated_copy(platform.transactions, current_actor(), upload, sentence)
        response = Response(packed, content_type=_XLSX)
        response.headers["Content-Disposition"] = 'attachment; filename="annotated.xlsx"'
        return response
