"""The composition root: the only place where both skins and the store meet.

The server (granian) calls `application` or `witness` in its worker; the settings come from the
environment: GREENTRACE_DATA, GREENTRACE_TRUSTED_PROXIES, GREENTRACE_PUBLIC_URL (docs/operations.md).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from api.application import create_api
from api.proxies import TrustedProxies
from api.publisher import Publisher
from api.request_log import configure
from api.resolver import Resolver
from api.witness import create_witness
from scanner_web import create_pages
from trace.usecases.platform import open_platform
from trace.usecases.resolve_link import Registrations
from trace.usecases.witness_folder import open_witness

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DATA, PROXIES, PUBLIC_URL = "GREENTRACE_DATA", "GREENTRACE_TRUSTED_PROXIES", "GREENTRACE_PUBLIC_URL"


def application() -> WSGIApplication:
    """The platform in GREENTRACE_DATA, with its publisher running."""
    configure()
    platform = open_platform(Path(os.environ[DATA]))
    platform.guard()
    registrations = Registrations(platform.transactions, platform.codes, platform.codes.loose)
    app = create_api(platform, pages=create_pages, registrations=registrations)
    Publisher(platform).start()
    proxies = os.environ.get(PROXIES, "").split(",")
    public_url = os.environ.get(PUBLIC_URL) or platform.public_url
    return TrustedProxies(
        Resolver(app, registrations), [one.strip() for one in proxies if one.strip()], public_url
    )


def witness() -> WSGIApplication:
    """The witness in GREENTRACE_DATA."""
    return create_witness(open_witness(Path(os.environ[DATA])))
