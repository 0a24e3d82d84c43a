"""The interface description for people: server-made pages without a script, and a viewer that tries calls."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache, partial
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, render_template, request
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from api.access import TABLE
from api.description import description_of
from api.description.reference import groups_of, schemas_of, sentences
from api.problems import locale_of_request
from trace.wording import has, say

_HERE: Final = Path(__file__).parents[1] / "description"
VIEWER: Final = _HERE / "vendor"
"""The viewer, fetched at set-up (`make vendor`); without it calls are tried by the commands of the pages."""
_TICKED: Final = re.compile(r"`([^`]+)`")
_KINDS: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_ASSETS: Final = dict.fromkeys(
    ("reference.css", "console.css", "console.js"), _HERE / "static"
) | dict.fromkeys(("swagger-ui.css", "swagger-ui-bundle.js"), VIEWER)

blueprint = Blueprint("docs", __name__, template_folder="../description/templates")


@blueprint.get("/api/docs")
def page() -> str:
    """Every operation by subject: what it takes, who may call it, what it answers, a call to copy.

    Routes and sentences stay while a process lives, and to write them down takes a tenth of a second: it is
    done once for each language, or whoever asks in a loop would stop the house.
    """
    kept: dict[tuple[str, bool], str] = current_app.extensions.setdefault("greentrace.reference", {})
    wanted = locale_of_request(), _there("swagger-ui-bundle.js")
    if wanted not in kept:
        kept[wanted] = _reference(*wanted)
    return kept[wanted]


def _reference(locale: str, viewer: bool) -> str:
    spec = description_of()
    of = sentences(locale)
    groups = groups_of(spec, {line: found.shown for line, found in TABLE.items()}, of)
    names = [one.id for group in groups for one in group.operations]
    return render_template(
        "reference.html",
        locale=locale,
        say=partial(say, locale),
        asset=_address,
        coded=_coded,
        groups=groups,
        titles={name: say(locale, f"api-title.{name}") for name in names if has(locale, f"api-title.{name}")},
        schemas=schemas_of(spec, of),
        viewer=viewer,
    )


@blueprint.get("/api/docs/console")
def console() -> str:
    """Calls tried on this server, by the viewer from a package."""
    if not _there("swagger-ui-bundle.js"):
        raise NotFound
    return render_template("console.html", say=partial(say, locale_of_request()), asset=_address)


@blueprint.get("/api/docs/<string:name>")
def asset(name: str) -> Response:
    """A style or script of these pages, from our own origin."""
    if name not in _ASSETS or not _there(name):
        raise NotFound
    plain, packed, digest = _content(name)
    small = bool(request.accept_encodings["gzip"])
    response = Response(packed if small else plain, content_type=_KINDS[name.rpartition(".")[2]])
    response.headers["Vary"] = "Accept-Encoding"
    if small:
        response.headers["Content-Encoding"] = "gzip"
    if request.args.get("v") == digest:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _coded(text: str) -> Markup:
    """A sentence of the description, what stands in backticks as code."""
    return Markup(_TICKED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _there(name: str) -> bool:
    return (_ASSETS[name] / name).exists()


@cache
def _content(name: str) -> tuple[bytes, bytes, str]:
    """The file as it is and packed, and its digest."""
    plain = (_ASSETS[name] / name).read_bytes()
    return plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:16]


def _address(name: str) -> str:
    return f"/api/docs/{name}?v={_content(name)[2]}"
