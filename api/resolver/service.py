"""The resolver's routes inside Flask: refusals in words, the description file, recall status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from http import HTTPStatus
from typing import Any, Final

import orjson
from flask import Blueprint, Flask, Response, current_app, g, request
from flask_smorest import Api
from flask_smorest import Blueprint as DescribedBlueprint
from werkzeug.exceptions import MethodNotAllowed

from api import problems
from api.boundary import NO_STORE, Headed, json_response, platform
from api.documents.formats import ResolverDescription, SignedLinks
from api.documents.status import CodeState
from api.resolver.identified import (
    JOSE,
    PAGE,
    PRINTED,
    RECALL_STATUS,
    SERVED,
    SIGNED_LINKS,
    Identified,
    levels_of,
)
from api.resolver.linkset_page import linkset_page
from api.resolver.reading import identified, printed_in
from api.resolver.request import HTML, read_request
from api.resolver.resolver import CONTEXT_PATH, REFUSAL
from api.schemas.links import LevelQuery
from trace.errors import CodeWithdrawn, Refusal, SignedLinksAbsent
from trace.gs1.linkset import context_object, description_file, json_ld_context
from trace.usecases.batch_page.recall_status import freshness_for
from trace.usecases.lots.states import UNKNOWN, WITHDRAWN
from trace.usecases.resolver.resolve_link import (
    Registrations,
)
from trace.usecases.resolver.sign_links import SignedThing
from trace.wording import say

PAGES: Final = "greentrace.pages"
"""The names of people's blueprints, among the application's extensions."""
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
        if isinstance(refusal, CodeWithdrawn) and _has_a_page():
            g.withdrawn = refusal  # the page says why, and what to do with the pack at hand
            return None
        return _refused(refusal) if isinstance(refusal, Refusal) else _failed(refusal)

    @app.after_request
    def say_that_it_is_gone(response: Response) -> Response:
        """410 whatever the page found; where it found nothing, the refusal in words."""
        if "withdrawn" not in g or response.status_code == HTTPStatus.GONE:
            return response
        if response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.GONE
            return response
        return app.make_response(app.handle_user_exception(g.withdrawn))

    api.register_blueprint(_described(registrations))
    app.register_blueprint(_pages(registrations))


def _failed(error: Exception) -> Response:
    """What nobody foresaw, in the form that was asked for."""
    if read_request(request.environ).by_a_person:
        raise error
    return problems.unexpected(error)


def _has_a_page() -> bool:
    """Whether a person asks and a page of ours would answer."""
    return _among_pages() and read_request(request.environ).by_a_person


def _among_pages() -> bool:
    """Whether the address belongs to people's pages, which word refusals themselves."""
    return request.blueprint in current_app.extensions.get(PAGES, ())


def _refused(refusal: Refusal) -> Response:
    """A program gets a problem; a person the pages' own refusal where there are pages, else a plain one."""
    if not read_request(request.environ).by_a_person:
        return problems.refused(refusal)
    if _among_pages():
        raise refusal
    locale = problems.locale_of_request()
    members = problems.describe(refusal, locale)
    title, detail, action = (escape(str(members[part])) for part in ("title", "detail", "action"))
    content = (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>{detail}</p><p>{action}</p></html>"
    )
    response = Response(content, status=refusal.http_status, content_type=f"{HTML}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = locale
    return response


def _described(registrations: Registrations) -> DescribedBlueprint:
    blueprint = DescribedBlueprint("resolver", __name__, description="解析服务 GS1 resolver")

    @blueprint.route("/.well-known/gs1resolver")
    @blueprint.response(200, ResolverDescription)
    def describe_resolver() -> Response:
        """The resolver description file."""
        root = _root()
        contact = {"fn": say("en", "link.operator")}
        described = description_file(
            root, root + CONTEXT_PATH, say("en", "link.resolver-name"), contact, SERVED
        )
        return json_response(orjson.dumps(described))

    @blueprint.route("/api/v1/recall-status/<path:code>")
    @blueprint.response(200, CodeState)
    def recall_status(code: str) -> Headed:
        """normal | recalled | recall-completed | withdrawn | inactive | unknown, of a Digital Link path or
        a platform code.

        Of several packs under one code the worst state; `?v=` of a label or a serial names one of them.
        `signedList` says whether the market bureau's own word of it is there, whole and fresh: without it a
        state is the platform's alone.
        """
        it = _identified(RECALL_STATUS, registrations)
        lots = {lot for step in it.steps if step.found is not None for lot in step.found.lots}
        signed = freshness_for(platform().transactions, lots)
        state = {"code": "/" + code, "state": it.word, "name": it.name, "signed_list": signed}
        return state, HTTPStatus.OK, NO_STORE

    @blueprint.route("/api/v1/signed-links/<path:code>")
    @blueprint.arguments(LevelQuery, location="query", unknown="exclude", error_status_code=400)
    @blueprint.response(200, SignedLinks, content_type=JOSE)
    def signed_links(query: Mapping[str, Any], code: str) -> Response:
        """The signature of one level of a linkset as it is served, with the statements behind it.

        Verify it with ./greentrace verify-link, or with any JOSE library: the payload is the RFC 8785 form of
        the level.
        """
        it = _identified(SIGNED_LINKS, registrations)
        if it.state == WITHDRAWN:
            raise CodeWithdrawn(code=it.path)
        signed = orjson.dumps(_signed(it, query["level"], registrations))
        response = json_response(signed, Cache_Control="no-store")
        response.content_type = JOSE
        return response

    return blueprint


def _signed(it: Identified, place: int, registrations: Registrations) -> dict[str, Any]:
    """Level `place` of the thing, signed; raises `SignedLinksAbsent`, `NotReady`."""
    signer = registrations.signer
    if signer is None or place >= len(it.steps) or not registrations.signing():
        raise SignedLinksAbsent(code=it.path)
    step = it.steps[place]
    if step.found is None or step.state == UNKNOWN:
        raise SignedLinksAbsent(code=step.path)
    level = levels_of(it, _root(), signed=True)[place]
    about = step.found if step.owned else it.steps[place + 1].found or step.found
    thing = SignedThing(step.state, about.subjects, about.owners)
    return signer.sign(context_object(level), thing)


def _pages(registrations: Registrations) -> Blueprint:
    blueprint = Blueprint("resolution", __name__)

    @blueprint.get(CONTEXT_PATH)
    def context() -> Response:
        """The JSON-LD context of our linksets."""
        response = json_response(orjson.dumps(json_ld_context()), Cache_Control="public, max-age=86400")
        response.content_type = "application/ld+json"
        return response

    @blueprint.get("/page/<path:code>")
    def location(code: str) -> Response:
        """The page of a key that is no product: what is linked to it."""
        it = _identified(PAGE, registrations)
        levels = levels_of(it, _root(), signed=registrations.signing())
        return Response(
            linkset_page(levels, problems.locale_of_request(), _root() + CONTEXT_PATH),
            content_type=f"{HTML}; charset=utf-8",
        )

    return blueprint


def _identified(prefix: str, registrations: Registrations) -> Identified:
    """What the path behind `prefix` names, read as the resolver reads it; of its parameters the label's
    digest counts."""
    asked = read_request(request.environ)
    printed = printed_in(asked.query, asked.path)
    asked = replace(
        asked, path=asked.path.removeprefix(prefix), query=f"{PRINTED}={printed}" if printed else ""
    )
    return identified(asked, registrations)[0]


def _root() -> str:
    return read_request(request.environ).root
