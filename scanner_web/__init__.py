"""Pages for people, made on the server with Jinja: no script is needed, nothing is asked of the reader.

One frame (`frame`, `assets`) and over it one skin for each kind of reader, none of which knows another.
`create_pages(app, platform)` is the hook that the composition root hands to the machine skin.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from scanner_web.assets import static_files
from scanner_web.consumer import skin as consumer
from scanner_web.consumer.batch_code import CACHEABLE
from scanner_web.consumer.item_code import BatchReader, ScanReader
from scanner_web.enterprise import skin as enterprise
from scanner_web.enterprise.menu import MENU
from scanner_web.frame.door import require_page_lines
from scanner_web.frame.forms import PageRequest
from scanner_web.frame.rendering import Site, install
from scanner_web.regulator import skin as regulator
from scanner_web.regulator.case_files import case_printing
from trace.ledger.bundle import is_demo_origin
from trace.platform.opening import Platform

__all__ = ["CACHEABLE", "case_printing", "create_pages"]


def create_pages(
    app: Flask,
    platform: Platform,
    scans: ScanReader | None = None,
    batches: BatchReader | None = None,
    *,
    wechat: str = "",
) -> frozenset[str]:
    """Register every page; the names of the blueprints whose refusals leave as pages, never as JSON.

    `scans` tells how often a code of one pack was looked up, `batches` what the page of a batch shows; by
    default what this platform counted and holds.
    `wechat`: the path of the operator's own script that readies WeChat's scanner (docs/operations.md).
    """
    app.request_class = PageRequest
    install(app, Site(is_demo_origin(platform.origin)))
    files = Blueprint("static_files", __name__)
    static_files.register(files)
    consumer.REFUSALS.install(files)
    consumer.REFUSALS.answer_unrouted(app)
    blueprints = (
        files,
        consumer.pages_of(app, platform, scans, batches, wechat),
        enterprise.pages_of(platform),
        regulator.pages_of(platform, MENU),
    )
    for each in blueprints:
        app.register_blueprint(each)
    require_page_lines(app)
    return frozenset(each.name for each in blueprints)
