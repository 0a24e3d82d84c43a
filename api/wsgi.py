"""The composition root: the only place where both skins and the store meet.

The server's gateway (`api.asgi`) calls `served` or `witness` in its worker; the settings come from the
environment: GREENTRACE_DATA, GREENTRACE_THREADS, GREENTRACE_TRUSTED_PROXIES, GREENTRACE_PUBLIC_URL,
GREENTRACE_PAGE_CACHE_MB, GREENTRACE_WECHAT_SCRIPT (docs/operations.md).
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.application import THREADS, create_api
from api.boundary import actor_of
from api.metrics import metrics_of
from api.page_cache import MEGABYTES, PageCache, PublicPages
from api.proxies import TrustedProxies
from api.publisher import Publisher
from api.request_log import configure
from api.resolver import Resolver
from api.routes.witness import create_witness
from scanner_web import CACHEABLE, case_printing, create_pages
from scanner_web.frame import page_caching
from trace.errors import Refusal
from trace.platform.jobs import jobs_of
from trace.platform.opening import Platform, open_platform
from trace.platform.witness_folder import open_witness
from trace.usecases.batch_page.page_state import PageState
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.resolver.resolve_link import Registrations
from trace.usecases.resolver.sign_links import LinkSigner

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DATA, PROXIES, PUBLIC_URL = "GREENTRACE_DATA", "GREENTRACE_TRUSTED_PROXIES", "GREENTRACE_PUBLIC_URL"
CACHE = "GREENTRACE_PAGE_CACHE_MB"
SERVING = "GREENTRACE_THREADS"
WECHAT = "GREENTRACE_WECHAT_SCRIPT"


@dataclass(frozen=True, slots=True)
class Served:
    """A platform's application, and of a request the holder of the token that it shows; None where that is
    not good."""

    application: WSGIApplication
    holder: Callable[[Mapping[str, Any]], str | None]


def served() -> Served:
    """The platform in GREENTRACE_DATA, with its publisher and its jobs running."""
    configure()
    platform = open_platform(Path(os.environ[DATA]), os.environ.get(PUBLIC_URL, ""))
    platform.guard()
    Publisher(platform).start()
    runner = JobRunner(platform.transactions, jobs_of(platform, case_printing()))
    runner.start()
    platform.nudge = runner.nudge
    composition = composed(
        platform,
        proxies_given(),
        megabytes=int(os.environ.get(CACHE) or MEGABYTES),
        wechat=os.environ.get(WECHAT, ""),
        threads=int(os.environ.get(SERVING) or THREADS),
    )
    gc.freeze()  # the code itself is no garbage: a long answer would have it walked through twenty times
    return Served(composition, partial(_holder, platform))


def _holder(platform: Platform, environ: Mapping[str, Any]) -> str | None:
    try:
        actor = actor_of(platform, environ.get("HTTP_AUTHORIZATION", ""))
    except Refusal:
        return None
    return actor.party if actor is not None else None


watched, granted = page_caching.watched, page_caching.granted
"""Of a page that was made, whether it may be kept, and what it was made of."""


def proxies_given() -> list[str]:
    """The trusted proxies of the settings, addresses and networks."""
    return [one.strip() for one in os.environ.get(PROXIES, "").split(",") if one.strip()]


def read_only() -> WSGIApplication:
    """The platform in GREENTRACE_DATA for a process that answers dear questions: it publishes nothing, does
    no jobs, keeps no pages, and is asked only what changes nothing (`api.dear_routes`)."""
    configure()
    platform = open_platform(Path(os.environ[DATA]), os.environ.get(PUBLIC_URL, ""))
    return composed(platform, proxies_given(), megabytes=0)


def composed(
    platform: Platform,
    proxies: Iterable[str],
    *,
    registrations: Registrations | None = None,
    megabytes: int = MEGABYTES,
    wechat: str = "",
    threads: int = THREADS,
) -> WSGIApplication:
    """Proxies' frame, resolver, page cache and Flask with both skins, one around the other."""
    registrations = registrations or _registrations(platform)
    skin = partial(create_pages, wechat=wechat)
    app = create_api(platform, pages=skin, registrations=registrations, threads=threads)
    cache = PageCache(
        app,
        PublicPages(CACHEABLE.variant, page_caching.granted),
        PageState(platform.transactions),
        metrics_of(app),
        megabytes,
    )
    return TrustedProxies(Resolver(cache, registrations), proxies, platform.public_url)


def _registrations(platform: Platform) -> Registrations:
    """What the resolver knows, with the key for link lists where the folder has one."""
    key, codes = platform.folder.read_links_key(), platform.codes
    signer = LinkSigner(platform.transactions, key, platform.witnesses) if key is not None else None
    return Registrations(platform.transactions, codes, codes.find_platform_code, signer)


def witness() -> WSGIApplication:
    """The witness in GREENTRACE_DATA."""
    configure()
    return create_witness(open_witness(Path(os.environ[DATA])))
