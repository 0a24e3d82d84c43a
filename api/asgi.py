"""What the server (granian) calls in its workers: the gateway around each application of `api.wsgi`.

The settings are those of `api.wsgi`; GREENTRACE_THREADS is how many answers are made at a time.
"""

from __future__ import annotations

import os

from api import wsgi
from api.application import THREADS
from api.gateway import Gateway

WITNESS_THREADS = 2


def application() -> Gateway:
    """The platform in GREENTRACE_DATA behind its gateway."""
    return Gateway(wsgi.application(), int(os.environ.get(wsgi.SERVING) or THREADS))


def witness() -> Gateway:
    """The witness in GREENTRACE_DATA behind its gateway."""
    return Gateway(wsgi.witness(), WITNESS_THREADS)
