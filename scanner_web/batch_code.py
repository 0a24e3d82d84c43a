"""The pages behind a code on a pack: /01/{gtin}, /01/{gtin}/10/{batch} and /t/{platform code}.

The full resolver (linkset, negotiation, item codes) will stand in front of these same functions.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.journey import journey_of
from scanner_web.kept import may_be_kept
from scanner_web.own_check import addresses
from scanner_web.rendering import page, reader
from scanner_web.typed_code import address_for, platform_code, product_address
from scanner_web.verdict import serious, verdict_of
from trace.errors import BatchUnknown
from trace.identity import gtin
from trace.usecases.batch_page import WITHDRAWN, BatchPage, Origin, TestShown
from trace.usecases.platform import Platform
from trace.usecases.show_batch import list_batches

_SERIAL: Final = "/21/"
_EVERYWHERE: Final = (
    *("tick", "cross", "chev", "warn", "leaf", "lab"),
    *("pin", "pen", "code", "clock", "down", "phone", "truck"),
)


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of batch codes."""
    _register_products(pages, platform)
    _register_other_codes(pages, platform)


def _register_products(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/01/<string:number>/10/<path:batch_no>")
    def batch(number: str, batch_no: str) -> Response:
        """One batch of a product with a GTIN."""
        product = gtin.parse(number).text
        if _SERIAL in f"{batch_no}/":
            raise BatchUnknown(code=f"(01){product}(10){batch_no.replace(_SERIAL, '(21)')}")
        may_be_kept()
        return batch_page(platform.batch(product, batch_no), platform)

    @pages.get("/01/<string:number>")
    def product(number: str) -> AnyResponse:
        """一品一码: the reader picks the batch printed on the pack."""
        product = gtin.parse(number).text
        batches = list_batches(platform.transactions, product)
        wanted = request.args.get("batch")
        if wanted:
            return _moved(product_address(product, wanted.strip()))
        if not batches:
            raise BatchUnknown(code=f"(01){product}")
        may_be_kept()
        return page("pick.html", gtin=product, batches=batches, icons=("search", "box", "chev"))

    @pages.get("/01/<path:rest>")
    def item(rest: str) -> Response:
        """Any other key below a product: no item code is registered here yet."""
        gtin.parse(rest.partition("/")[0])
        raise BatchUnknown(code=f"/01/{rest}"[:80])


def _register_other_codes(pages: Blueprint, platform: Platform) -> None:
    @pages.get("/t/<string:code>")
    def loose(code: str) -> AnyResponse:
        """A batch with a platform code instead of a GTIN."""
        canonical = platform_code(code)
        if canonical != code:
            return _moved(f"/t/{canonical}", urlencode(reader().query))
        may_be_kept()
        return batch_page(_loose_batch(platform, canonical), platform)

    @pages.get("/t")
    def typed() -> AnyResponse:
        """What somebody typed or pasted, sent to its page."""
        return _moved(address_for(request.args.get("c", "")))


def _loose_batch(platform: Platform, canonical: str) -> BatchPage:
    """By the code as it is printed; records may also hold it without its hyphens."""
    try:
        return platform.batch(None, None, canonical)
    except BatchUnknown:
        try:
            return platform.batch(None, None, canonical.replace("-", ""))
        except BatchUnknown:
            raise BatchUnknown(code=canonical) from None


def batch_page(shown: BatchPage, platform: Platform) -> Response:
    """The page of one batch; 410 where its code was withdrawn."""
    of = reader()
    printed = request.args.get("v")
    verdict = verdict_of(shown, printed)
    phases = journey_of(shown, of)
    tests = sorted(shown.tests, key=_release_first)
    status = HTTPStatus.GONE if shown.banner == WITHDRAWN else HTTPStatus.OK
    return page(
        "batch.html",
        status=status,
        it=shown,
        verdict=verdict,
        phases=phases,
        tests=tests,
        origins=_origins(shown.origins),
        marks=sorted(shown.marks, key=lambda mark: (not serious(mark), not mark.own)),
        printed=printed,
        code=_code(shown),
        bundle=f"/api/v1/lots/{quote(shown.lot, safe=':')}/bundle",
        own_check=addresses(shown.lot, of),
        command=verify_command(shown, platform.public_url, printed),
        icons=_icons(verdict.icon, [phase.icon for phase in phases]),
    )


def verify_command(shown: BatchPage, public_url: str, printed: str | None) -> str:
    """What to type to verify the downloaded file; quoted, as a batch number may hold any sign."""
    words = ["./greentrace", "verify", f"{shown.lot.rsplit(':', 1)[-1]}.trace.json", "--policy", "policy"]
    if printed:
        words += ["--label", f"{public_url}{_path(shown)}?v={quote(printed, safe='')}"]
    return shlex.join(words)


def _code(shown: BatchPage) -> str:
    """The code as it is printed beside the symbol."""
    return f"(01){shown.gtin}(10){shown.batch_no}" if shown.gtin else shown.platform_code or ""


def _path(shown: BatchPage) -> str:
    if shown.gtin:
        return f"/01/{shown.gtin}/10/{quote(shown.batch_no, safe='')}"
    return f"/t/{shown.platform_code}"


def _origins(stated: Sequence[Origin]) -> list[Origin]:
    """The harvests of one variety in one district as one origin with its first and last day."""
    found: dict[tuple[str, str | None, str | None], Origin] = {}
    for each in stated:
        key = (each.region, each.crop, each.variety)
        known = found.get(key, each)
        first = min(known.harvested_from, each.harvested_from)
        last = max(known.harvested_to, each.harvested_to)
        found[key] = replace(each, harvested_from=first, harvested_to=last)
    return list(found.values())


def _release_first(test: TestShown) -> tuple[bool, bool, str]:
    return (test.conclusion != "fail", test.purpose != "release", test.tested_on)


def _icons(head: str, phases: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((head, *_EVERYWHERE, *phases)))


def _moved(address: str, query: str = "") -> AnyResponse:
    """To the canonical address, with what the given one carried and the reader's large letters."""
    path, _, own = address.partition("?")
    kept = [part for part in (own, query, reader().link("").lstrip("?")) if part]
    response = redirect(path + (f"?{'&'.join(kept)}" if kept else ""), HTTPStatus.SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    return response
