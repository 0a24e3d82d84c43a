"""The empty table of links to fill in: XLSX with hints and an example row, or CSV with the headers."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import xlsxwriter

from trace.exchange.links.table import LINK_FORM
from trace.exchange.tabular.grids import EXAMPLE, MARK, REQUIRED
from trace.exchange.workbook.template import write_form


def xlsx_template() -> bytes:
    """A workbook with the one sheet of links."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        write_form(book, LINK_FORM)
    return made.getvalue()


def csv_template() -> bytes:
    """The headers and the example row, UTF-8 with a mark, as Excel in China wants it."""
    made = StringIO(newline="")
    lines = csv.writer(made)
    headers = [one.header + (REQUIRED if one.required else "") for one in LINK_FORM.columns]
    lines.writerow([MARK, *headers])
    lines.writerow([EXAMPLE, *(one.example for one in LINK_FORM.columns)])
    return made.getvalue().encode("utf-8-sig")
