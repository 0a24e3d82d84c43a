"""What the server (granian) calls in its workers: the gateway around each application of `api.wsgi`.

The settings are those of `api.wsgi`; GREENTRACE_THREADS is how many answers are made at a time.
"""

from __future__ import annotations

import os
from typing import Final

from api import wsgi
from api.application import THREADS
from api.dear_routes import dear_route
from api.gateway import DearPlaces, Gateway
from trace.platform.proxy_addresses import ProxyAddresses

WITNESS_THREADS: Final = 2


def application() -> Gateway:
    """The platform in GREENTRACE_DATA behind its gateway; dear questions go to a process of their own."""
    return Gateway(
        wsgi.application(),
        int(os.environ.get(wsgi.SERVING) or THREADS),
        dear=DearPlaces(),
        is_dear=dear_route,
        address=ProxyAddresses(wsgi.proxies_given()).caller,
    )


def witness() -> Gateway:
    """The witness in GREENTRACE_DATA behind its gateway."""
    return Gateway(wsgi.witness(), WITNESS_THREADS)
