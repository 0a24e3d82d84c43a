"""Files of the monthly form: spreadsheet, A4 page, the frozen document."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.regulator.monthly_printed import monthly_pdf, monthly_xlsx
from trace.platform.opening import Platform
from trace.usecases.supervision.read_form import FormSeen, note_whole, read_document_of, read_form

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of a form's files."""

    @pages.get("/office/monthly/<string:key>/form.xlsx")
    def monthly_sheet(key: str) -> Response:
        """The form and its lists for a spreadsheet."""
        seen = read_form(platform.transactions, current_actor(), key)
        names = note_whole(platform.transactions, current_actor(), seen)
        return _attached(monthly_xlsx(reader_of(request), seen, names), _XLSX, _name(seen, "xlsx"))

    @pages.get("/office/monthly/<string:key>/form.pdf")
    def monthly_page(key: str) -> Response:
        """The form on paper, A4, as the document prints it."""
        seen = read_form(platform.transactions, current_actor(), key)
        body = monthly_pdf(reader_of(request), seen)
        return _attached(body, "application/pdf", _name(seen, "pdf"))

    @pages.get("/office/monthly/<string:key>/document")
    def monthly_document(key: str) -> Response:
        """The frozen bytes: their SHA-256 is the form's address."""
        body = read_document_of(platform.transactions, current_actor(), key)
        return _attached(body, "application/json", f"{key[:16]}.json")


def _name(seen: FormSeen, ending: str) -> str:
    head = seen.frozen.header
    return f"{'year' if seen.yearly else 'fj2'}-{head.area}-{head.month}-r{head.revision}.{ending}"


def _attached(body: bytes, media: str, name: str) -> Response:
    """A file to keep."""
    response = Response(body, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
