"""The shopper's skin: all its routes on one blueprint, and how it refuses."""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import Blueprint, Flask

from scanner_web.consumer import (
    batch_code,
    certificate,
    checks,
    complaint_form,
    draws,
    favicon,
    figures,
    notices,
    own_check,
    photo_file,
    recalls,
    report_file,
    scan,
    scan_count,
    search,
    share_picture,
    start,
    wish,
)
from scanner_web.consumer.item_code import BatchReader, ScanReader, batch_of
from scanner_web.consumer.sheets import FORMS
from scanner_web.frame.rate_limit import RateLimit
from scanner_web.frame.refusals import RefusalPages
from trace.platform.opening import Platform
from trace.usecases.scans.scan_state import scan_state

REFUSALS: Final = RefusalPages("consumer/refused.html", FORMS)


def pages_of(
    app: Flask, platform: Platform, scans: ScanReader | None, batches: BatchReader | None, wechat: str
) -> Blueprint:
    """The shopper's pages over a platform; `scans`, `batches` and `wechat` as `create_pages` takes them."""
    pages = Blueprint("consumer_pages", __name__)
    REFUSALS.install(pages)
    start.register(pages, platform)
    favicon.register(pages)
    share_picture.register(pages)
    scan.register(pages, platform, wechat)
    scans = scans or partial(scan_state, platform.transactions)
    batch_code.register(pages, platform, scans, batches or partial(batch_of, platform))
    complaint_form.register(pages, platform)
    wish.register(pages, platform)
    report_file.register(pages, platform)
    photo_file.register(pages, platform)
    certificate.register(pages, platform)
    recalls.register(pages, platform)
    figures.register(pages, platform)
    draws.register(pages, platform)
    checks.register(pages, platform)
    notices.register(pages, platform)
    search.register(pages, platform, RateLimit[None]())
    own_check.register(pages, platform)
    app.extensions["greentrace.scans"] = scan_count.register(pages, platform)
    return pages
