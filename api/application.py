"""The Flask application factory: the API over one open platform, and the pages where they are given."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider
from flask_smorest import Api
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as WerkzeugResponse

from api import access, boundary, controls, cors, metrics, problems, request_log, resolver, service, waiting
from api.description import description_of
from api.routes import (
    analyses,
    cases,
    codes,
    consumer,
    docs,
    inbox,
    labels,
    links,
    log,
    lots,
    mock_recalls,
    photos,
    print_runs,
    recalls,
    scans,
    search,
    statements,
    status,
    supervision,
    upload_mappings,
    uploads,
)
from api.routing import LateRule
from api.security import SECURITY, Security
from trace.platform.opening import Platform
from trace.usecases.resolver.resolve_link import Registrations

VERSION = "1.0"
THREADS = 8
Pages = Callable[[Flask, Platform], Collection[str]]
"""Registers people's pages; the names of the blueprints that refuse as pages."""


class OrjsonProvider(JSONProvider):
    """Flask's JSON by orjson: exact and an order of magnitude faster."""

    def dumps(self, obj: object, **kwargs: object) -> str:
        return orjson.dumps(obj, default=str).decode()

    def loads(self, s: str | bytes, **kwargs: object) -> object:
        return orjson.loads(s)


class StoredInteger(IntegerConverter):
    """A number in an address that a database can hold; a greater one names nothing."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": 2**63 - 1, **kwargs})


class ProblemApi(Api):
    """flask-smorest with our problems instead of its own error bodies."""

    def handle_http_exception(self, error: HTTPException) -> WerkzeugResponse:
        return problems.from_http(error)

    def _openapi_json(self) -> WerkzeugResponse:
        """The description with all that the routes alone do not say."""
        return boundary.json_response(orjson.dumps(description_of(), option=orjson.OPT_INDENT_2))


def create_api(
    platform: Platform,
    *,
    pages: Pages | None = None,
    registrations: Registrations | None = None,
    threads: int = THREADS,
) -> Flask:
    """The application that serves `platform`, with the people's pages where they are given.

    `registrations` are those of the resolver in front of it (`api.resolver.Resolver`); `threads` is how many
    requests the server answers at a time.
    """
    app = Flask("greentrace", static_folder=None)
    app.url_rule_class = LateRule
    app.json = OrjsonProvider(app)
    app.config.update(
        API_TITLE="GreenTrace 绿溯",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=boundary.BATCH_BYTES + 1024,
    )
    app.url_map.converters["int"] = StoredInteger
    api = ProblemApi(app, spec_kwargs={"extra_plugins": [Security()]})
    api.spec.components.security_scheme("token", SECURITY)
    problems.install(app)
    # Flask runs what is installed last first after a request: the log line is the last thing that happens.
    request_log.install(app)
    metrics.install(app, platform)
    waiting.install(app, threads)
    boundary.install(app, platform)
    cors.install(app)
    resolver.install(app, api, registrations or Registrations(platform.transactions, platform.codes))
    controls.install(app)  # behind the resolver, which words its own refusals
    for part in (
        statements,
        inbox,
        codes,
        labels,
        print_runs,
        links,
        lots,
        analyses,
        mock_recalls,
        log,
        status,
        supervision,
        cases,
        recalls,
        search,
        consumer,
        photos,
        scans,
        uploads,
        upload_mappings,
    ):
        api.register_blueprint(part.blueprint)
    app.register_blueprint(docs.blueprint)
    app.register_blueprint(service.blueprint)
    if pages is not None:
        app.extensions[resolver.PAGES] = frozenset(pages(app, platform))
    access.require_lines(access.lines_of(app))
    return app
