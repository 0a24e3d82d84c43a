"""Search route: firms and products by name or number, for anybody."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, platform
from api.documents.search import NamesFound
from api.schemas.search import SearchQuery
from trace.identity import uscc
from trace.identity.typed import typed
from trace.usecases.search.find_names import SHOWN, find_names, find_products_of

blueprint = Blueprint(
    "search", __name__, url_prefix="/api/v1", description="查找 search for firms and products"
)


@blueprint.route("/search")
@blueprint.arguments(SearchQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, NamesFound)
def search(query: Mapping[str, Any]) -> Headed:
    """Firms and products by a part of their name or by number, as the search page finds them: 20 of each."""
    transactions, firm, after = platform().transactions, query["firm"], query["after"]
    if firm is not None:
        found = find_products_of(transactions, uscc.parse(firm).text, after)
    else:
        found = find_names(transactions, typed(query["q"]), after)
    answer = {
        "firms": found.firms,
        "products": found.products,
        "next": after + SHOWN if found.more else None,
        "unseen": found.unseen,
        "short": found.short,
    }
    return answer, HTTPStatus.OK, NO_STORE
