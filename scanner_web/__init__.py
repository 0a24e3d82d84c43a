"""Pages for people, made on the server with Jinja: no script is needed, nothing is asked of the reader.

`create_pages(app, platform)` is the hook that the composition root hands to the machine skin.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from scanner_web import assets, batch_code, own_check, refusals, start
from scanner_web.rendering import Site, install
from trace.ledger.bundle import is_demo_origin
from trace.usecases.platform import Platform

__all__ = ["create_pages"]


def create_pages(app: Flask, platform: Platform) -> None:
    """Register every page; refusals inside them leave as pages, never as JSON."""
    install(app, Site(is_demo_origin(platform.origin)))
    pages = Blueprint("pages", __name__)
    refusals.install(app, pages)
    start.register(pages, platform)
    batch_code.register(pages, platform)
    own_check.register(pages, platform)
    assets.register(pages)
    app.register_blueprint(pages)
