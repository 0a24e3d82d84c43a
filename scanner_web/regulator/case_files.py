"""Files of a case: its papers, receivers for a spreadsheet, the evidence bundle, the printed diagram."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from tempfile import TemporaryFile
from typing import Final

import orjson
from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import Reader, reader_of
from scanner_web.regulator.printed import printed_diagram
from trace.errors import PaperUnknown
from trace.platform.opening import Platform
from trace.usecases.casework.export_case import (
    BUNDLE,
    DIAGRAM,
    PAPERS,
    PRINTED,
    RECEIVERS,
    FilePrinting,
    open_export,
)
from trace.usecases.casework.goods_of_case import Goods, goods_of_case
from trace.usecases.casework.read_case import CaseSeen, read_case, read_paper
from trace.usecases.casework.write_receivers import write_receivers
from trace.usecases.inquiries.runs import Run
from trace.usecases.inquiries.show_files import file_wanted, wanted_file
from trace.usecases.proof.assemble_bundle import REGULATOR
from trace.usecases.proof.take_bundle import take_bundle
from trace.wording import say

_PDF: Final = "application/pdf"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MEDIA: Final = {RECEIVERS: _XLSX, BUNDLE: "application/json"}
_ENDINGS: Final = {RECEIVERS: "receivers.xlsx", BUNDLE: "trace.json"}


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of a case's files."""

    @pages.get("/office/cases/<string:number>/papers/<string:digest>")
    def paper(number: str, digest: str) -> Response:
        """One paper, as it was handed in."""
        found = read_paper(platform.transactions, current_actor(), number, digest)
        if found is None:
            raise PaperUnknown(name=digest[:80])
        row, body = found
        return _attached(body, row.media, f"{number}-{digest[:12]}.{row.media.rsplit('/', 1)[1]}")

    @pages.get("/office/cases/<string:number>/receivers.xlsx")
    def receivers(number: str) -> AnyResponse:
        """Every line of the scope: who has what, how to reach them, by whose word."""
        return _file(platform, number, RECEIVERS, _receivers)

    @pages.get("/office/cases/<string:number>/bundle")
    def bundle(number: str) -> AnyResponse:
        """The signed records of the goods with their proofs, as ./greentrace verify takes them."""
        return _file(platform, number, BUNDLE, _bundle)

    @pages.get("/office/cases/<string:number>/trace.pdf")
    def trace_pdf(number: str) -> AnyResponse:
        """The diagram and its table on paper, A3 or A4, with every font embedded."""
        asked = request.args.get("paper", "a3")
        paper = asked if asked in PAPERS else PAPERS[0]
        return _file(platform, number, f"{DIAGRAM}-{paper}", partial(_diagram, paper=paper))


def _receivers(platform: Platform, seen: CaseSeen) -> Response:
    number, target = seen.row.number, TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    try:
        write_receivers(platform.transactions, current_actor(), number, target, reader_of(request).say)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    name = f"{number}-{_ENDINGS[RECEIVERS]}"
    return send_file(target, mimetype=_XLSX, as_attachment=True, download_name=name)


def _bundle(platform: Platform, seen: CaseSeen) -> Response:
    reader, row = seen.reader(current_actor()), seen.row
    goods_of_case(platform.transactions, reader, row, "file")  # so that the look is noted
    made = take_bundle(platform.transactions, row.lot, REGULATOR, platform.bundle_settings, reader)
    part = "-incomplete" if made.get("leftOut") else ""
    return _attached(orjson.dumps(made), _MEDIA[BUNDLE], f"{row.number}{part}.{_ENDINGS[BUNDLE]}")


def _diagram(platform: Platform, seen: CaseSeen, paper: str) -> Response:
    reader = seen.reader(current_actor())
    goods = goods_of_case(platform.transactions, reader, seen.row, "file", PRINTED)
    body = printed_diagram(reader_of(request), seen, goods, paper)
    return _attached(body, _PDF, f"{seen.row.number}-trace.pdf")


def _file(
    platform: Platform, number: str, sort: str, at_once: Callable[[Platform, CaseSeen], Response]
) -> AnyResponse:
    """A file of a case: made now where its lots are few, else read out as it is kept, else being made.

    `kept=1` is the one that was made last, however much the log has taken since.
    """
    actor, language = current_actor(), reader_of(request).locale
    seen = read_case(platform.transactions, actor, number)
    wanted, as_kept = wanted_file(number, sort, language), request.args.get("kept") == "1"
    found = file_wanted(platform.transactions, actor, seen, wanted, as_kept=as_kept)
    if found is None:
        return at_once(platform, seen)
    if isinstance(found, Run):
        platform.nudge()
        return redirect(reader_of(request).link(f"/office/analyses/{found.number}"), 303)
    parts = open_export(platform.transactions, actor, seen, found)
    ending = _ENDINGS.get(sort, f"{sort}.pdf")
    response = _attached(parts, _MEDIA.get(sort, _PDF), f"{number}-{found.read_at:%Y%m%dT%H%MZ}-{ending}")
    response.content_length = found.size
    return response


def case_printing() -> FilePrinting:
    """How files of cases that jobs make speak."""

    def diagram(language: str, seen: CaseSeen, goods: Goods, paper: str) -> bytes:
        return printed_diagram(Reader(language, large=False, chosen=True, query=()), seen, goods, paper)

    return FilePrinting(lambda language: partial(say, language), diagram)


def _attached(body: bytes | Iterable[bytes], media: str, name: str) -> Response:
    response = Response(body, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
