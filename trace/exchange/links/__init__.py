"""Organisations' links in bulk: a table of changes, read whole or refused whole, and its template."""

from __future__ import annotations

from trace.exchange.links.table import LINK_BUILDERS, LINK_FORM, read_links
from trace.exchange.links.template import csv_template, xlsx_template

__all__ = ["LINK_BUILDERS", "LINK_FORM", "csv_template", "read_links", "xlsx_template"]
