"""Operation routes: health, readiness, metrics, and the pages that problem types point to."""

from __future__ import annotations

from functools import partial

import orjson
from flask import Blueprint, Response, current_app, render_template
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import NotFound

from api.boundary import json_response, platform
from api.metrics import metrics_of
from api.problems import locale_of_request
from trace.errors import NotReady
from trace.usecases.jobs.standing import read_standing
from trace.wording import has, say, sentences

blueprint = Blueprint("service", __name__, template_folder="description/templates")


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers."""
    return json_response(b'{"status":"ok"}', Cache_Control="no-store")


@blueprint.get("/readyz")
def ready() -> Response:
    """The database answers and the log may be written; `lagging` names what somebody should look at."""
    missing = platform().missing_part()
    if missing is not None:
        raise NotReady(part=missing)
    standing = read_standing(platform().transactions, platform().witnesses)
    told = {
        "status": "ready",
        "lagging": list(standing.lagging),
        "recallStatus": {"state": standing.recalls.state, "asOf": standing.recalls.as_of},
    }
    return json_response(orjson.dumps(told), Cache_Control="no-store")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus metrics."""
    return Response(metrics_of(current_app).text(), content_type=CONTENT_TYPE_LATEST)


@blueprint.get("/problems")
def problems() -> str:
    """Every code that a problem may have, with its title."""
    locale = locale_of_request()
    kept: dict[str, str] = current_app.extensions.setdefault("greentrace.problems", {})
    if locale not in kept:  # five hundred lines that stay while the process lives
        kept[locale] = render_template(
            "problems.html", locale=locale, say=partial(say, locale), codes=_titles(locale)
        )
    return kept[locale]


def _titles(locale: str) -> list[tuple[str, str]]:
    """Each code of a problem with its title, by code."""
    codes = (
        key.split(".")[1]
        for key in sentences(locale)
        if key.startswith("problem.") and key.endswith(".title")
    )
    return [(code, say(locale, f"problem.{code}.title")) for code in sorted(codes)]


@blueprint.get("/problems/<string:code>")
def problem(code: str) -> str:
    """What a problem type means and what to do about it."""
    locale = locale_of_request()
    if not has(locale, f"problem.{code}.title"):
        raise NotFound
    return render_template("problem.html", locale=locale, say=partial(say, locale), code=code)
