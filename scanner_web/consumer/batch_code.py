"""The pages behind a code on a pack: /01/{gtin}, with /10/{batch}, with /21/{serial}, and /t/{platform code}.

The resolver (linkset, negotiation) stands in front of these same functions.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from scanner_web.assets.static_files import address_of
from scanner_web.consumer.first_screen import (
    FAILED_STATES,
    RECALLED_STATES,
    days_left,
    doubts_of,
    facts_of,
    worst_finding,
)
from scanner_web.consumer.item_code import BatchReader, Item, ScanReader, find_item, find_platform_item
from scanner_web.consumer.journey import journey_of
from scanner_web.consumer.own_check import addresses
from scanner_web.consumer.picker import picker_of
from scanner_web.consumer.plot_sketch import sketch_of_plots
from scanner_web.consumer.product_shape import shape_of
from scanner_web.consumer.sheets import CODES, FORMS
from scanner_web.consumer.verdict import (
    DIFFERS,
    MATCHES,
    TONES,
    banner_of,
    failed_test,
    marks_beside,
    verdict_of,
)
from scanner_web.frame.page_caching import CacheablePaths, may_be_kept
from scanner_web.frame.rendering import page, reader
from scanner_web.frame.typed_code import address_for, platform_code, product_address
from trace.codes.key_readings import KeyReading, key_readings
from trace.codes.label_digest import LabelDigest, digest_in
from trace.errors import BatchUnknown, ElementStringMalformed, NumberMalformed
from trace.identity import gtin
from trace.identity.sought import is_no_code
from trace.identity.typed import bare, typed, ungrouped
from trace.platform.opening import Platform
from trace.usecases.batch_page.list_batches import list_batches, read_pack_states
from trace.usecases.batch_page.page import (
    BatchPage,
    Origin,
    TestShown,
)
from trace.usecases.lots.states import RECALLED, WITHDRAWN

PICKED: Final = "picked"
_SERIAL: Final = "/21/"
CACHEABLE: Final = CacheablePaths(under=("/01/", "/t/", "/recalls"), never=_SERIAL)
"""The page of one pack shows its scans, which no version counts."""
_EVERYWHERE: Final = (
    *("tick", "cross", "chev", "warn", "leaf", "lab", "sound", "share", "box", "store"),
    *("pin", "pen", "code", "clock", "down", "phone", "truck", "doc"),
)
_PICKER: Final = ("search", "box", "chev", "warn", "cross")


def register(pages: Blueprint, platform: Platform, scans: ScanReader, batches: BatchReader) -> None:
    """The routes of codes on packs; `scans` tells how often a code of one pack was looked up."""
    _register_products(pages, platform, scans, batches)
    _register_other_codes(pages, platform, scans, batches)


def _register_products(pages: Blueprint, platform: Platform, scans: ScanReader, batches: BatchReader) -> None:
    @pages.get("/01/<string:number>", strict_slashes=False)
    def product(number: str) -> AnyResponse:
        """一品一码: the reader picks the batch printed on the pack."""
        return pick(_product(number), platform)

    @pages.get("/01/<string:number>/<path:rest>")
    def batch_or_item(number: str, rest: str) -> AnyResponse:
        """One batch of a product with a GTIN, or one pack of it; any other key is registered nowhere."""
        product = _product(number)
        unknown: BatchUnknown | None = None
        for reading in key_readings(rest):
            try:
                return _page_of(reading, product)
            except BatchUnknown as refusal:
                unknown = unknown or refusal
        raise unknown or BatchUnknown(code=f"/01/{product}/{rest}"[:80])

    def _page_of(reading: KeyReading, product: str) -> AnyResponse:
        """The page of one reading of the path; raises BatchUnknown."""
        if reading.serial is not None:
            found = find_item(platform, scans, batches, product, reading.batch_no, reading.serial)
            return batch_page(*found, platform=platform)
        if reading.batch_no is None:
            return pick(product, platform)
        return _kept_page(batches(gtin=product, batch_no=reading.batch_no, **_meant()), platform)


def _product(number: str) -> str:
    """The GTIN in an address, without what stands around it; raises NumberMalformed, CheckDigitWrong."""
    return gtin.parse(ungrouped(bare(number))).text


def pick(product: str, platform: Platform) -> AnyResponse:
    """The batches of a product by their days of production, the newest first; a typed number leads on."""
    batches, basis = list_batches(platform.transactions, product)
    wanted = typed(request.args.get("batch", ""))
    if wanted:
        picked = request.args.get(PICKED, "")
        return _moved(product_address(product, wanted), urlencode({PICKED: picked}) if picked else "")
    if not batches:
        raise BatchUnknown(code=f"(01){product}")
    found = picker_of(
        batches, request.args.get("day", ""), lambda lots: read_pack_states(platform.transactions, lots)
    )
    shown = {name: getattr(found, name) for name in found.__slots__}
    may_be_kept(basis)
    return page("consumer/pick.html", sheets=FORMS, gtin=product, icons=_PICKER, tones=TONES, **shown)


def _register_other_codes(
    pages: Blueprint, platform: Platform, scans: ScanReader, batches: BatchReader
) -> None:
    @pages.get("/t/<path:code>")
    def loose(code: str) -> AnyResponse:
        """A batch or a pack with a platform code instead of a GTIN."""
        canonical = platform_code(code)
        if canonical != code:
            return _moved(f"/t/{canonical}", urlencode(reader().query))
        found = find_platform_item(platform, scans, batches, canonical)
        if found is not None:
            return batch_page(*found, platform=platform)
        try:
            return _kept_page(_loose_batch(platform, batches, canonical), platform)
        except BatchUnknown:
            return _moved(_behind_serial(platform, canonical), urlencode(reader().query))

    @pages.get("/t")
    def typed() -> AnyResponse:
        """What somebody typed or pasted, sent to its page; the name of a firm to the search."""
        text = request.args.get("c", "")
        try:
            return _moved(address_for(text))
        except (NumberMalformed, ElementStringMalformed):
            if not is_no_code(text):
                raise
            return _moved(f"/search?{urlencode({'q': text.strip()[:100]})}")


def _behind_serial(platform: Platform, canonical: str) -> str:
    """The address of the one pack that bears these characters as its serial; else asks for the rest.

    A pack with a GTIN shows its serial in the same twelve characters, behind (21). Raises `BatchUnknown`.
    """
    found = platform.codes.find_alone(canonical.replace("-", ""))
    if len(found) != 1:
        raise BatchUnknown(code=canonical, alone=True)
    return f"/{found[0].code}"


def _loose_batch(platform: Platform, batches: BatchReader, canonical: str) -> BatchPage:
    """By the code as it is printed; records may also hold it without its hyphens.

    One that was allocated and is not active yet is known by its range alone.
    """
    for written in (canonical, canonical.replace("-", "")):
        with suppress(BatchUnknown):
            return batches(platform_code=written, **_meant())
    issued = platform.codes.find_platform(canonical)
    if issued is not None and issued.of_batch:
        return replace(batches(batch_no=issued.batch_no, lot=issued.lot), platform_code=canonical)
    raise BatchUnknown(code=canonical)


def _meant() -> dict[str, str]:
    """Which of several packs under the key the address names: by the label's digest, or by the reader."""
    label = _label()
    names = {"printed": label.name if label else None, PICKED: request.args.get(PICKED)}
    return {name: digest for name, digest in names.items() if digest}


def _label() -> LabelDigest | None:
    """The digest of the label in the reader's hand, as far as the address still holds it."""
    return digest_in(request.query_string.decode("utf-8", "replace"), request.path)


def _kept_page(shown: BatchPage, platform: Platform) -> Response:
    if not shown.truncated:
        may_be_kept(shown.basis)
    return batch_page(shown, platform=platform)


def batch_page(shown: BatchPage, item: Item | None = None, *, platform: Platform) -> Response:
    """The page of one batch, or of one pack of it; 410 where the code was withdrawn."""
    of = reader()
    label = _label()
    verdict = verdict_of(shown, label, item)
    printed = label.text if label is not None and verdict.label in {MATCHES, DIFFERS} else None
    path = item.code if item is not None else _path(shown)[1:]
    phases = journey_of(shown, of)
    origins = _origins(shown.origins)
    told = verdict.state in FAILED_STATES | RECALLED_STATES and failed_test(shown) is not None
    finding = worst_finding(shown.tests) if told else None
    gone = WITHDRAWN in {banner_of(shown, item), verdict.code}
    orders = [one for one in shown.orders if not one.codes_only or verdict.code == RECALLED]
    return page(
        "consumer/batch.html",
        sheets=CODES,
        status=HTTPStatus.GONE if gone else HTTPStatus.OK,
        gone=gone,
        it=shown,
        shape=shape_of(shown.product.name),
        item=item,
        verdict=verdict,
        facts=facts_of(shown, verdict.state, finding, of),
        finding=finding,
        doubts=doubts_of(shown, of),
        mark_left=days_left(shown, of),
        alarming=verdict.advised,
        phases=phases,
        tests=sorted(shown.tests, key=_release_first),
        origins=origins,
        sketch=sketch_of_plots(shown.origins),
        marks=marks_beside(shown, orders),
        orders=orders,
        phone=next((order.phone for order in orders if order.phone), None),
        printed=printed,
        picked=request.args.get(PICKED, ""),
        tones=TONES,
        code=_code(shown),
        path=path,
        label_address=f"{platform.public_url}/{path}?v={printed}" if printed else "",
        public_url=platform.public_url,
        share=_shared(shown, platform.public_url, printed),
        card=verdict.state if item is None else verdict_of(shown, label).state,
        now=shown.seen_at,
        wished=request.args.get("wish"),
        acts=address_of("acts.js"),
        bundle=f"/api/v1/lots/{quote(shown.lot, safe=':')}/bundle",
        own_check=addresses(shown.lot, of),
        command=verify_command(shown, platform.public_url, printed),
        icons=_icons(verdict.icon, [phase.icon for phase in phases]),
    )


def _shared(shown: BatchPage, public_url: str, printed: str | None) -> str:
    """The address to hand on: the batch's, so that no code of a single pack is passed around."""
    return f"{public_url}{_path(shown)}" + (f"?v={quote(printed, safe='')}" if printed else "")


def verify_command(shown: BatchPage, public_url: str, printed: str | None) -> str:
    """The command that verifies the downloaded file; quoted, as a batch number may hold any sign."""
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
        village = known.village if known.village == each.village else None
        found[key] = replace(known, harvested_from=first, harvested_to=last, village=village)
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
