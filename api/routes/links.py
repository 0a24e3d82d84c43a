"""Link routes: an organisation's links, present and past, and the table to change many of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response
from flask_smorest import Blueprint

from api.boundary import caller, platform
from api.documents.links import Links
from api.schemas.links import LinksQuery, TemplateQuery
from trace.exchange.links import csv_template, xlsx_template
from trace.usecases.resolver.list_links import LinkList, list_links

blueprint = Blueprint("links", __name__, url_prefix="/api/v1", description="单位的链接 organisations' links")
_TABLES: Final = {
    "xlsx": (xlsx_template, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (csv_template, "text/csv; charset=utf-8"),
}
_FILES: Final = {
    kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for _, kind in _TABLES.values()
}


@blueprint.route("/links")
@blueprint.arguments(LinksQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Links)
def get_links(query: Mapping[str, Any]) -> LinkList:
    """The caller's own links (everybody's with trace:all); with `subject` also every change, oldest first."""
    return list_links(platform().transactions, caller(), query["subject"])


@blueprint.route("/links/template")
@blueprint.arguments(TemplateQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.doc(responses={"200": {"description": "the empty table of links", "content": _FILES}})
def get_template(query: Mapping[str, Any]) -> Response:
    """The table to change many links with: fill it in, then ./greentrace import links FILE."""
    write, content_type = _TABLES[query["form"]]
    response = Response(write(), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="links.{query["form"]}"'
    return response
