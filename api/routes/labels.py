"""Label routes: the code of a pack in every form that a printer takes, behind the gates of that moment.

What to beware of stands in the `Label-Warning` headers (slug and figures) and, in words, in the JSON form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import orjson
from flask import Response
from flask_smorest import Blueprint

from api.boundary import body, caller, json_response, platform
from api.documents.labels import Label
from api.schemas.printing import LabelQuery, LogoQuery
from trace.labels.module_size import Warned
from trace.labels.styled import MOST_LOGO_BYTES, logo_of
from trace.usecases.printing.print_item import print_item
from trace.usecases.printing.print_label import LabelOptions, PrintedLabel, print_label, print_with_logo

blueprint = Blueprint("labels", __name__, url_prefix="/api/v1", description="标签 labels")

_FORMS: dict[str, dict[str, Any]] = {
    kind: {"schema": {"type": "string", "format": "binary"}}
    for kind in ("image/svg+xml", "image/png", "application/pdf", "application/zpl")
}
_JSON = {"application/json": {"schema": Label}}


@blueprint.route("/lots/<path:lot>/label")
@blueprint.arguments(LabelQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.doc(
    responses={"200": {"description": "the label; warnings in Label-Warning", "content": _FORMS | _JSON}}
)
def get_label(query: Mapping[str, Any], lot: str) -> Response:
    """The code of a pack lot, ready to print; refused with its reason while a gate is closed."""
    wish = LabelOptions(
        query["form"],
        query["size"],
        query["dpi"],
        query["dots"],
        query["copies"],
        query["start"],
        query["marks"],
        query["lang"],
        query["preview"],
    )
    served, serial = platform(), query["serial"]
    if serial is not None:
        label = print_item(
            served.transactions, served.codes, lot, serial, wish, served.public_url,
            actor=caller(), reason=query["reason"],
        )  # fmt: skip
        return _shown(label)
    label = print_label(served.transactions, lot, wish.form, served.public_url, wish, caller().party)
    return _shown(label)


@blueprint.route("/lots/<path:lot>/label", methods=["POST"])
@blueprint.arguments(LogoQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.doc(
    requestBody={"required": True, "content": {"image/png": _FORMS["image/png"]}},
    responses={
        "200": {"description": "the symbol with the logo", "content": {"image/png": _FORMS["image/png"]}}
    },
)
def post_logo(query: Mapping[str, Any], lot: str) -> Response:
    """The code with the enterprise's logo in its middle, as far as it is still read when seen badly."""
    served, logo = platform(), logo_of(body(MOST_LOGO_BYTES))
    label = print_with_logo(
        served.transactions,
        lot,
        logo,
        served.public_url,
        level=query["level"],
        share=query["share"],
        module_px=query["px"],
        holder=caller().party,
    )
    return _shown(label)


def warn(response: Response, warnings: Iterable[Warned]) -> Response:
    """The same as headers, one each: `Label-Warning: module-small; module=0.375; least=0.396`.

    What a header cannot hold as it is, is encoded (RFC 8187).
    """
    for each in warnings:
        figures = "".join(f"; {_parameter(name, value)}" for name, value in each.params)
        response.headers.add("Label-Warning", each.slug + figures)
    return response


def _parameter(name: str, value: str) -> str:
    plain = value.isascii() and value.isprintable() and not set(value) & set('";,')
    return f"{name}={value}" if plain else f"{name}*=UTF-8''{quote(value, safe='')}"


def _shown(label: PrintedLabel) -> Response:
    if label.media_type == "application/json":
        content = orjson.dumps(Label().dump(label))
        return warn(json_response(content, Cache_Control="no-store"), label.warnings)
    response = Response(label.content, content_type=label.media_type)
    response.headers["Cache-Control"] = "no-store"  # a gate may close at any time
    return warn(response, label.warnings)


__all__ = ["blueprint", "warn"]
