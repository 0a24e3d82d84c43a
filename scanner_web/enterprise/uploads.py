"""Uploads on pages: sending a file and watching it; with a script in parts, without one at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.enterprise.redirects import to
from scanner_web.enterprise.scripted import sent
from scanner_web.enterprise.upload_shown import shown_upload
from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.workspace import desk_page
from trace.errors import BodyUnreadable, FileAbsent, Refusal
from trace.labels.symbol import encode, svg
from trace.platform.opening import Platform
from trace.usecases.uploads import answers
from trace.usecases.uploads.delivery_notes import delivery_notes
from trace.usecases.uploads.forms import FORMS
from trace.usecases.uploads.hand_to_sign import settle_upload
from trace.usecases.uploads.map_columns import saved_mappings
from trace.usecases.uploads.receive import PART_BYTES, Announced, announce, take_part

OWN: Final = "own"
"""Of a file that is no template of ours: its columns are asked about."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_KINDS: Final = {"xlsx": "xlsx", "csv": "csv", "txt": "csv", "jsonl": "jsonl", "ndjson": "jsonl"}


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of sending and watching."""
    _sending(pages, platform)
    _parts(pages, platform)
    _watching(pages, platform)


def _sending(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/desk/uploads")
    def uploads() -> Response:
        """What was sent up last, and a form to send more."""
        return _list(platform)

    @pages.post("/desk/uploads")
    def send() -> AnyResponse:
        """A whole file at once, as browsers send it without a script."""
        file = request.files.get("file")
        body = file.read() if file is not None else b""
        if file is None or not body:
            return _list(platform, FileAbsent())
        try:
            one = _announced(
                file.filename or "", hashlib.sha256(body).hexdigest(), len(body), request.form.get("how", "")
            )
            upload, new = announce(platform.transactions, current_actor(), one)
            start = 0 if new else answers.state_of(platform.transactions, current_actor(), upload.id).received
            for at in range(start, len(body), PART_BYTES):
                part = body[at : at + PART_BYTES]
                take_part(platform.transactions, current_actor(), upload.id, at, part)
        except Refusal as refusal:
            return _list(platform, refusal)
        platform.nudge()
        return to(_next(upload.id, request.form.get("how", "")))


def _parts(pages: Blueprint, platform: Platform) -> None:
    @pages.post("/desk/uploads/announce")
    def announce_file() -> AnyResponse:
        """A file that a script is about to send: how much of it is here already."""

        def answer() -> dict[str, Any]:
            said = sent()
            how, size, digest = str(said.get("how", "")), said.get("bytes"), str(said.get("sha256", ""))
            if type(size) is not int or size < 1:
                raise FileAbsent
            if _DIGEST.fullmatch(digest) is None:
                raise BodyUnreadable(expected="JSON", line=1)
            one = _announced(str(said.get("name", "")), digest, size, how)
            upload, _ = announce(platform.transactions, current_actor(), one)
            state = answers.state_of(platform.transactions, current_actor(), upload.id)
            return {"id": upload.id, "received": state.received, "next": _next(upload.id, how)}

        return _json(answer)

    @pages.put("/desk/uploads/<string:upload>/parts/<string:number>")
    def put_part(upload: str, number: str) -> AnyResponse:
        """The part that begins at that byte."""

        def answer() -> dict[str, Any]:
            start = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else -1
            body = request.get_data(cache=False)
            there = take_part(platform.transactions, current_actor(), upload, start, body)
            platform.nudge()
            return {"received": there}

        return _json(answer)


def _watching(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/desk/uploads/<string:upload>")
    def upload_page(upload: str) -> Response:
        """How an upload stands, its faults, what it would state."""
        settle_upload(platform.transactions, current_actor(), upload)
        return shown_upload(platform, upload)

    @pages.get("/desk/uploads/<string:upload>/notes")
    def upload_notes(upload: str) -> Response:
        """The delivery notes of what it shipped, to be printed and to go with the goods."""
        settle_upload(platform.transactions, current_actor(), upload)
        return desk_page(
            "enterprise/delivery_notes.html",
            at="uploads",
            sheets=("certificate.css",),
            upload=upload,
            notes=delivery_notes(platform.transactions, current_actor(), upload),
            drawn=lambda text: Markup(svg(encode(text))),  # noqa: S704 - drawn here, no text of others
        )

    @pages.get("/desk/uploads/<string:upload>/state")
    def upload_state(upload: str) -> AnyResponse:
        """How far it is, for a script."""

        def answer() -> dict[str, Any]:
            state = answers.state_of(platform.transactions, current_actor(), upload)
            last = None if state.last is None else state.last.isoformat()
            return {"state": state.state, "phase": state.phase, "read": state.read, "last": last}

        return _json(answer)


def _list(platform: Platform, refusal: Refusal | None = None) -> Response:
    found = answers.states_of(platform.transactions, current_actor())
    mappings = saved_mappings(platform.transactions, current_actor())
    return desk_page(
        "enterprise/uploads.html",
        at="uploads",
        icons=("up", "down", "doc", "pen"),
        sheets=("uploads.css",),
        status=200 if refusal is None else 400,
        uploads=found,
        mappings=mappings,
        forms=list(FORMS),
        refusal=refusal,
        own=OWN,
    )


def _announced(name: str, sha256: str, size: int, how: str) -> Announced:
    """The file, and how the form says that it is to be read: a template, a form of ours, a mapping."""
    kind = _KINDS.get(name.rpartition(".")[2].lower(), "xlsx")
    sort, _, named = how.partition(":")
    form = named if sort == "form" and named in FORMS and kind == "csv" else ""
    mapping = named if sort == "mapping" else None
    return Announced(name[:200] or "file", sha256, size, kind, form, mapping)


def _next(upload: str, how: str) -> str:
    return f"/desk/uploads/{upload}/columns" if how == OWN else f"/desk/uploads/{upload}"


def _json(answer: Callable[[], dict[str, Any]]) -> AnyResponse:
    """The answer to a script, a refusal in words."""
    try:
        return jsonify(answer())
    except Refusal as refusal:
        of = reader_of(request)
        words = [of.say(f"problem.{refusal.code}.{part}", **refusal.params) for part in ("detail", "action")]
        response = jsonify({"code": refusal.code, "said": " ".join(words), "params": refusal.params})
        response.status_code = refusal.http_status
        return response
