"""What the server (granian) calls in its workers: the gateway around each application of `api.wsgi`.

The settings are those of `api.wsgi`; GREENTRACE_THREADS is how many answers are made at a time.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from api import wsgi
from api.application import THREADS
from api.dear_routes import dear_route
from api.gateway import KNOWN, DearPlaces, Gateway
from trace.errors import Refusal
from trace.platform.proxy_addresses import ProxyAddresses
from trace.wording import DEFAULT, say

T = TypeVar("T")

LANGUAGE: Final = "GREENTRACE_LANG"
WITNESS_THREADS: Final = 2
PARENT_SECONDS: Final = 1.0


def application() -> Gateway:
    """The platform in GREENTRACE_DATA behind its gateway; dear questions go to processes of their own, one
    for those of strangers, and one, when the first of them comes, for those of known callers."""
    end_with_parent()
    served = started(wsgi.served)
    return Gateway(
        served.application,
        int(os.environ.get(wsgi.SERVING) or THREADS),
        dear=DearPlaces(),
        known=DearPlaces(budget=KNOWN, ahead=None),
        is_dear=dear_route,
        address=ProxyAddresses(wsgi.proxies_given()).caller,
        holder=served.holder,
    )


def witness() -> Gateway:
    """The witness in GREENTRACE_DATA behind its gateway."""
    end_with_parent()
    return Gateway(started(wsgi.witness), WITNESS_THREADS)


def started(start: Callable[[], T]) -> T:
    """What it makes; a refusal, as of a log that witnesses saw longer, ends the worker with its words."""
    try:
        return start()
    except Refusal as refusal:
        lang = os.environ.get(LANGUAGE) or DEFAULT
        sentences = (f"problem.{refusal.code}.{part}" for part in ("title", "detail", "action"))
        raise SystemExit("\n".join(say(lang, each, **refusal.params) for each in sentences)) from None


def end_with_parent(look: float = PARENT_SECONDS) -> None:
    """End this worker when the server that started it is gone: nobody else would, and it holds the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(look)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
