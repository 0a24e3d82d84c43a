"""Pages for people, made on the server with Jinja: no script is needed, nothing is asked of the reader.

`create_pages(app, platform)` is the hook that the composition root hands to the machine skin.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Flask

from scanner_web.assets import static_files
from scanner_web.consumer import (
    batch_code,
    complaint_form,
    own_check,
    report_file,
    scan,
    scan_count,
    start,
    wish,
)
from scanner_web.consumer.item_code import ScanReader
from scanner_web.frame import refusals
from scanner_web.frame.rendering import Site, install
from trace.ledger.bundle import is_demo_origin
from trace.platform.opening import Platform
from trace.usecases.messages.sender_limit import SenderLimit
from trace.usecases.scans.scan_state import scan_state

__all__ = ["create_pages"]


def create_pages(
    app: Flask, platform: Platform, scans: ScanReader | None = None, *, wechat: str = ""
) -> None:
    """Register every page; refusals inside them leave as pages, never as JSON.

    `scans` tells how often a code of one pack was looked up; by default what this platform counted.
    `wechat`: the path of the operator's own script that readies WeChat's scanner (docs/operations.md).
    """
    install(app, Site(is_demo_origin(platform.origin)))
    pages = Blueprint("pages", __name__)
    refusals.install(app, pages)
    start.register(pages, platform)
    scan.register(pages, platform, wechat)
    limit = SenderLimit()
    batch_code.register(pages, platform, scans or partial(scan_state, platform.transactions))
    complaint_form.register(pages, platform, limit)
    wish.register(pages, platform, limit)
    report_file.register(pages, platform)
    own_check.register(pages, platform)
    app.extensions["greentrace.scans"] = scan_count.register(pages, platform)
    static_files.register(pages)
    app.register_blueprint(pages)
