"""Mapping routes: how a firm's own table is read, tried on ten rows, kept by version."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, caller, platform
from api.documents import uploads as documents
from api.schemas.uploads import MappingBody, NamedMappingBody
from trace.exchange.tabular.mapping import Mapped
from trace.exchange.tabular.mapping import Mapping as ColumnMapping
from trace.usecases.uploads.map_columns import (
    preview,
    require_fit,
    save_mapping,
    saved_mappings,
    tables_of,
)

blueprint = Blueprint(
    "upload-mappings", __name__, url_prefix="/api/v1", description="自有表格的列对应 a firm's own tables"
)


@blueprint.route("/upload-mappings")
@blueprint.response(200, documents.SavedMappings)
def get_mappings() -> Headed:
    """The caller's mappings, each in its newest version."""
    return {"mappings": saved_mappings(platform().transactions, caller())}, HTTPStatus.OK, NO_STORE


@blueprint.route("/upload-mappings", methods=["POST"])
@blueprint.arguments(NamedMappingBody, error_status_code=400)
@blueprint.response(201, documents.SavedMapping)
def post_mapping(wished: Mapping[str, Any]) -> Headed:
    """Keep a mapping: a new version where one of that name is there."""
    made = save_mapping(platform().transactions, caller(), wished["name"], mapping_of(wished))
    return made, HTTPStatus.CREATED, NO_STORE


@blueprint.route("/uploads/<string:upload>/tables")
@blueprint.response(200, documents.FoundTables)
def get_tables(upload: str) -> Headed:
    """The tables of a file: headings, the first rows, the mapping that was made for them."""
    return {"tables": tables_of(platform().transactions, caller(), upload)}, HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/preview", methods=["POST"])
@blueprint.arguments(MappingBody, error_status_code=400)
@blueprint.response(200, documents.Preview)
def post_preview(wished: Mapping[str, Any], upload: str) -> Headed:
    """The first ten rows as a mapping reads them."""
    mapping = mapping_of(wished)
    require_fit(mapping)
    return preview(platform().transactions, caller(), upload, mapping), HTTPStatus.OK, NO_STORE


def mapping_of(wished: Mapping[str, Any]) -> ColumnMapping:
    """The mapping that was sent."""
    return ColumnMapping(
        wished["form"],
        {heading: Mapped(**one) for heading, one in wished["columns"].items()},
        wished["heading"],
        wished["sheet"],
        wished["fixed"],
        frozenset(wished["passed_over"]),
    )
