"""The firm's ledgers in the legal columns: a page of records, all of them to print, and as a file."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Final

from flask import Blueprint, Response, request, send_file

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.frame.rendering import moment
from scanner_web.frame.workspace import desk_page
from trace.errors import PeriodMalformed
from trace.exchange.ledger_columns import LEDGERS
from trace.exchange.written_sheets import Cell
from trace.platform.opening import Platform
from trace.usecases.ledgers.period import Period, period_of
from trace.usecases.ledgers.read_ledger import ledger_named, read_ledger
from trace.usecases.ledgers.write_ledger import MOST, write_ledger

ON_A_PAGE: Final = 50
PRINTED: Final = 500
"""Records on one page to print; of more the file is printed."""
_PLACES: Final = 6
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the ledgers."""

    @pages.get("/desk/ledgers")
    def ledgers() -> Response:
        """A ledger of a period, some of its records at once."""
        return _page(platform)

    @pages.get("/desk/ledgers/<string:name>.xlsx")
    def ledger_file(name: str) -> Response:
        """The whole of it for a spreadsheet, written in constant memory."""
        ledger, period = ledger_named(name), _period(platform)
        target = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
        try:
            words = reader_of(request).say
            write_ledger(platform.transactions, current_actor(), ledger, period, target, words)
        except BaseException:
            target.close()
            raise
        target.seek(0)
        called = f"{name}-{period.first}-{period.last}.xlsx"
        return send_file(target, mimetype=_XLSX, as_attachment=True, download_name=called)


def _period(platform: Platform) -> Period:
    asked = request.args
    return period_of(asked.get("from", ""), asked.get("to", ""), platform.transactions.clock())


def _page(platform: Platform) -> Response:
    ledger = ledger_named(request.args.get("ledger", "") or next(iter(LEDGERS)))
    refusal: PeriodMalformed | None = None
    try:
        period = _period(platform)
    except PeriodMalformed as malformed:
        refusal, period = malformed, period_of("", "", platform.transactions.clock())
    whole = "print" in request.args
    most, number = (PRINTED, 1) if whole else (ON_A_PAGE, _number(request.args.get("page", "")))
    found = read_ledger(
        platform.transactions, current_actor(), ledger, period, skip=(number - 1) * most, most=most
    )
    days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return desk_page(
        "enterprise/ledgers.html",
        at="ledgers",
        icons=("down", "print", "tick", "cross", "pen", "warn"),
        sheets=("ledgers.css",),
        status=200 if refusal is None else refusal.http_status,
        found=found,
        names=list(LEDGERS),
        days=days,
        whole=whole,
        number=number,
        pages=-(-found.count // most),
        most_in_file=MOST,
        shown=_shown,
        refusal=refusal,
    )


def _number(text: str) -> int:
    """The number of a page, the first where there is none such."""
    is_one = text.isascii() and text.isdigit() and len(text) <= _PLACES
    return max(1, int(text)) if is_one else 1


def _shown(cell: Cell) -> str:
    """A cell as it is read: the file has the same in the types of a spreadsheet."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return moment(cell.isoformat())
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(cell)
