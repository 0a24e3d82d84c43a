"""Files of a case: its papers, receivers for a spreadsheet, the evidence bundle, the printed diagram."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Final

import orjson
from flask import Blueprint, Response, request, send_file

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import reader_of
from scanner_web.regulator.printed import PRINTED, printed_diagram
from trace.errors import PaperUnknown
from trace.platform.opening import Platform
from trace.usecases.casework.goods_of_case import goods_of_case
from trace.usecases.casework.read_case import read_case, read_paper
from trace.usecases.casework.write_receivers import write_receivers
from trace.usecases.proof.assemble_bundle import REGULATOR
from trace.usecases.proof.take_bundle import take_bundle

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAPERS: Final = ("a3", "a4")


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
    def receivers(number: str) -> Response:
        """Every line of the scope: who has what, how to reach them, by whose word."""
        target = TemporaryFile()  # noqa: SIM115 - closed when it has been sent
        try:
            write_receivers(platform.transactions, current_actor(), number, target, reader_of(request).say)
        except BaseException:
            target.close()
            raise
        target.seek(0)
        return send_file(target, mimetype=_XLSX, as_attachment=True, download_name=f"{number}-receivers.xlsx")

    @pages.get("/office/cases/<string:number>/bundle")
    def bundle(number: str) -> Response:
        """The signed records of the goods with their proofs, as ./greentrace verify takes them."""
        actor = current_actor()
        seen = read_case(platform.transactions, actor, number)
        goods_of_case(
            platform.transactions, seen.reader(actor), seen.row, "file"
        )  # so that the look is noted
        made = take_bundle(
            platform.transactions, seen.row.lot, REGULATOR, platform.bundle_settings, seen.reader(actor)
        )
        return _attached(orjson.dumps(made), "application/json", f"{number}.trace.json")

    @pages.get("/office/cases/<string:number>/trace.pdf")
    def trace_pdf(number: str) -> Response:
        """The diagram and its table on paper, A3 or A4, with every font embedded."""
        actor = current_actor()
        seen = read_case(platform.transactions, actor, number)
        goods = goods_of_case(platform.transactions, seen.reader(actor), seen.row, "file", PRINTED)
        size = request.args.get("paper", "a3")
        body = printed_diagram(reader_of(request), seen, goods, size if size in _PAPERS else "a3")
        return _attached(body, "application/pdf", f"{number}-trace.pdf")


def _attached(body: bytes, media: str, name: str) -> Response:
    response = Response(body, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
