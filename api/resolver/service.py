"""The resolver's part inside Flask: refusals in words, the description file, recall status."""

from __future__ import annotations

from html import escape
from typing import Final
from urllib.parse import quote

import orjson
from flask import Blueprint, Flask, Response, request
from flask_smorest import Api
from flask_smorest import Blueprint as DescribedBlueprint
from werkzeug.exceptions import MethodNotAllowed

from api import problems
from api.boundary import json_response
from api.resolver.identified import LOOSE, Identified, identify, identify_loose, levels_of
from api.resolver.linkset_page import linkset_page
from api.resolver.request import HTML, read_request
from api.resolver.resolver import CONTEXT_PATH, REFUSAL
from trace.errors import Refusal
from trace.gs1.digital_link import DigitalLink, parse_uri
from trace.gs1.linkset import description_file, json_ld_context
from trace.usecases.resolve_link import Registrations
from trace.wording import say

_METHODS: Final = ["GET", "HEAD", "OPTIONS"]


def install(app: Flask, api: Api, registrations: Registrations) -> None:
    """Word what the resolver refused, and serve what stands beside it."""

    @app.before_request
    def refuse() -> Response | None:
        if REFUSAL not in request.environ:
            return None
        refusal = request.environ[REFUSAL]
        if refusal is None:
            raise MethodNotAllowed(valid_methods=_METHODS)
        return _refused(refusal)

    api.register_blueprint(_described(registrations))
    app.register_blueprint(_pages(registrations))


def _refused(refusal: Refusal) -> Response:
    """A program gets a problem; a person the pages' own refusal where there are pages, else a plain one."""
    if not read_request(request.environ).by_a_person:
        return problems.refused(refusal)
    if request.blueprint == "pages":
        raise refusal
    locale = problems.locale_of_request()
    members = problems.describe(refusal, locale)
    title, detail, action = (escape(str(members[part])) for part in ("title", "detail", "action"))
    content = (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>{detail}</p><p>{action}</p></html>"
    )
    response = Response(content, status=problems.status_of(refusal), content_type=f"{HTML}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _described(registrations: Registrations) -> DescribedBlueprint:
    blueprint = DescribedBlueprint("resolver", __name__, description="解析服务 GS1 resolver")

    @blueprint.route("/.well-known/gs1resolver")
    @blueprint.doc(responses={"200": {"description": "the resolver description file of GS1"}})
    def describe_resolver() -> Response:
        """The resolver description file."""
        root = _root()
        contact = {"fn": say("en", "link.operator")}
        described = description_file(root, root + CONTEXT_PATH, say("en", "link.resolver-name"), contact)
        return json_response(orjson.dumps(described), Access_Control_Allow_Origin="*")

    @blueprint.route("/api/v1/recall-status/<path:code>")
    @blueprint.doc(responses={"200": {"description": "code, state and name"}})
    def recall_status(code: str) -> Response:
        """normal | recalled | withdrawn | inactive | unknown, of a Digital Link path."""
        it = _identified(code, registrations)
        state = {"code": "/" + code, "state": it.state, "name": it.name}
        return json_response(orjson.dumps(state), Cache_Control="no-store", Access_Control_Allow_Origin="*")

    return blueprint


def _pages(registrations: Registrations) -> Blueprint:
    blueprint = Blueprint("resolution", __name__)

    @blueprint.get(CONTEXT_PATH)
    def context() -> Response:
        """The JSON-LD context of our linksets."""
        response = json_response(
            orjson.dumps(json_ld_context()),
            Cache_Control="public, max-age=86400",
            Access_Control_Allow_Origin="*",
        )
        response.content_type = "application/ld+json"
        return response

    @blueprint.get("/page/<path:code>")
    def location(code: str) -> Response:
        """The page of a key that is no product: what is linked to it."""
        levels = levels_of(_identified(code, registrations), _root(), signed=registrations.signing())
        return Response(
            linkset_page(levels, problems.locale_of_request()), content_type=f"{HTML}; charset=utf-8"
        )

    return blueprint


def _identified(code: str, registrations: Registrations) -> Identified:
    """What a decoded path names."""
    loose = LOOSE.removeprefix("/")
    if code.startswith(loose):
        return identify_loose(code.removeprefix(loose), registrations)
    return identify(_link(code), registrations)


def _link(code: str) -> DigitalLink:
    """The link of a decoded path."""
    return parse_uri(_root() + "/" + quote(code, safe="/"))


def _root() -> str:
    return request.host_url.rstrip("/")
