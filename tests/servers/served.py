"""A real platform over a test database, with both skins, and a small server to show it to a browser."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server

from api.application import create_api
from scanner_web import create_pages
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.witnesses import log_key, policy_text, trust, witnesses
from trace.codes.serials import KeyRing
from trace.platform.folder import PlatformFolder
from trace.platform.opening import Platform
from trace.rules import load
from trace.usecases.codes.item_codes import IssuedCodes

_HANDS = 12
RING = KeyRing("0", {"0": b"a secret of the tests, 32 bytes.."})
if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PUBLIC_URL = "https://trace.example.cn"


def platform_over(under: TestPlatform, folder: Path) -> Platform:
    """The use cases bound to what `under` holds; its witnesses sign in this process."""
    clock, origin = under.transactions.clock, under.transactions.origin
    return Platform(
        folder=PlatformFolder(folder, "food", origin, public_url=PUBLIC_URL),
        public_url=PUBLIC_URL,
        transactions=under.transactions,
        rules=load(),
        trust=trust(under, policy_text(clock, (origin,))),
        log_key=log_key(origin),
        lot_key=LOT_KEY,
        cosigners=tuple(witnesses(clock)),
        acceptance=under.acceptance,
        sequencer=under.sequencer,
        codes=IssuedCodes(under.transactions, RING),
        master_key=None,
        guarded=True,
    )


def both_skins(under: TestPlatform, folder: Path) -> Flask:
    """The application as the composition root makes it, without the proxy's frame."""
    return create_api(platform_over(under, folder), pages=create_pages)


@contextmanager
def serving(application: Flask | WSGIApplication) -> Iterator[str]:
    """The address of a server that runs as long as the block."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    # Few threads that stay: coverage hooks into every new one, and CPython lets only one be hooked at a time.
    hands = ThreadPoolExecutor(_HANDS)
    server.process_request = functools.partial(hands.submit, server.process_request_thread)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        hands.shutdown()
        server.server_close()
