"""Prometheus metrics of one application: what came in, what was refused and why, how long, how fresh.

Labels come from closed sets (routes, methods, refusal codes), never from what callers send. Where several
workers serve one folder (SHARED is set), each keeps its counters in files that all of them read: whichever
answers /metrics tells the sum.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Final, cast

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from trace.platform.opening import Platform
from trace.usecases.intake.receipt import Outcome, Refused
from trace.usecases.jobs.standing import read_standing
from trace.usecases.log.read_log import log_progress
from trace.usecases.scans.scan_counter import ScanCounter

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The folder of all workers' counters, by the name under which the library reads it when it is imported."""
_SCAN_ENDS: Final = ("counted", "repeated", "dropped", "lost")
_BATCH_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one application; `text` is what /metrics answers."""

    def __init__(self, app: Flask, platform: Platform) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self.accepted = Counter(
            "greentrace_statements_accepted", "statements taken", ["state"], registry=registry
        )
        self.refused = Counter(
            "greentrace_statements_refused", "statements refused", ["code"], registry=registry
        )
        self.batch_seconds = Histogram(
            "greentrace_batch_seconds",
            "from body read to batch durable",
            buckets=_BATCH_SECONDS,
            registry=registry,
        )
        self.requests = Counter(
            "greentrace_http_requests", "answers", ["method", "route", "status"], registry=registry
        )
        self.pages = Counter(
            "greentrace_page_cache",
            "pages answered from memory (hit), made and kept (kept), made and not kept (passed)",
            ["result"],
            registry=registry,
        )
        self.page_bytes = Gauge(
            "greentrace_page_cache_bytes",
            "pages kept in memory",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._log_state = _LogState(platform)
        self._shared_scans = _SharedScans(app, registry) if SHARED in os.environ else None
        if self._shared_scans is None:
            registry.register(self._log_state)
            registry.register(_Scans(app))
            ProcessCollector(registry=registry)

    def batch(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        """Count one upload."""
        self.batch_seconds.observe(seconds)
        for outcome in outcomes:
            if isinstance(outcome, Refused):
                self.refused.labels(outcome.refusal.code).inc()
            else:
                self.accepted.labels(outcome.state).inc()

    def answered(self, method: str, route: str, status: str) -> None:
        """Count one answer."""
        self.requests.labels(method, route, status).inc()
        if self._shared_scans is not None:
            self._shared_scans.tell()

    def kept_page(self, result: str, held: int | None = None) -> None:
        """Count what became of a page (hit, kept, passed), and how many bytes are held now."""
        self.pages.labels(result).inc()
        if held is not None:
            self.page_bytes.set(held)

    def text(self) -> bytes:
        """Of this process, or of all workers together; the log is the same for each."""
        if self._shared_scans is None:
            return generate_latest(self._registry)
        self._shared_scans.tell()
        all_workers = CollectorRegistry()
        MultiProcessCollector(all_workers)  # type: ignore[no-untyped-call]
        all_workers.register(self._log_state)
        return generate_latest(all_workers)


class _LogState(Collector):
    """Read at each scrape: size of the log, and the age of what both witnesses signed."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def collect(self) -> Iterable[GaugeMetricFamily]:
        size, cosigned, age = log_progress(self._platform.transactions, self._platform.witnesses)
        yield GaugeMetricFamily("greentrace_log_entries", "entries of the own log", value=size)
        yield GaugeMetricFamily("greentrace_log_cosigned", "of them under both witnesses", value=cosigned)
        if age is not None:
            yield GaugeMetricFamily(
                "greentrace_checkpoint_age_seconds", "since both witnesses last signed", value=age
            )
        standing = read_standing(self._platform.transactions, self._platform.witnesses)
        if standing.recalls_ago is not None:
            yield GaugeMetricFamily(
                "greentrace_recall_status_age_seconds",
                "since the list of recalls was last signed",
                value=standing.recalls_ago,
            )
        for name, told, value in (
            ("greentrace_notices_waiting", "notices of the outbox that wait", standing.outbox.waiting),
            ("greentrace_notices_dead", "deliveries that were given up", standing.outbox.dead),
            (
                "greentrace_jobs_failing",
                "recurring jobs that failed last",
                sum(bool(j.attempts) for j in standing.jobs),
            ),
            ("greentrace_uploads_late", "uploads to the city past their deadline", standing.uploads["late"]),
            ("greentrace_tokens_ending", "access tokens that end within 30 days", len(standing.ending)),
        ):
            yield GaugeMetricFamily(name, told, value=value)


class _Scans(Collector):
    """Read at each scrape: what the pages' counter did with the scans that came in."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        counter: ScanCounter | None = self._app.extensions.get("greentrace.scans")
        if counter is None:
            return
        scans = CounterMetricFamily(
            "greentrace_scans", "scans of codes, by what became of them", labels=["end"]
        )
        for end in _SCAN_ENDS:
            scans.add_metric([end], getattr(counter.figures, end))
        yield scans
        yield CounterMetricFamily("greentrace_scan_alerts", "alerts raised", value=counter.figures.alerts)
        yield GaugeMetricFamily("greentrace_scans_waiting", "not written yet", value=counter.waiting())


class _SharedScans:
    """The same for all workers: what this worker's counter did is handed on with its next answer."""

    def __init__(self, app: Flask, registry: CollectorRegistry) -> None:
        self._app = app
        self._told = dict.fromkeys((*_SCAN_ENDS, "alerts"), 0)
        self._turn = threading.Lock()
        self._scans = Counter(
            "greentrace_scans", "scans of codes, by what became of them", ["end"], registry=registry
        )
        self._alerts = Counter("greentrace_scan_alerts", "alerts raised", registry=registry)
        self._waiting = Gauge(
            "greentrace_scans_waiting", "not written yet", multiprocess_mode="livesum", registry=registry
        )

    def tell(self) -> None:
        counter: ScanCounter | None = self._app.extensions.get("greentrace.scans")
        if counter is None:
            return
        with self._turn:
            for end in _SCAN_ENDS:
                self._scans.labels(end).inc(self._since(counter, end))
            self._alerts.inc(self._since(counter, "alerts"))
            self._waiting.set(counter.waiting())

    def _since(self, counter: ScanCounter, end: str) -> int:
        now: int = getattr(counter.figures, end)
        before, self._told[end] = self._told[end], now
        return now - before


def metrics_of(app: Flask) -> Metrics:
    """The counters of an application."""
    return cast("Metrics", app.extensions["greentrace.metrics"])


def install(app: Flask, platform: Platform) -> None:
    """Count every answer of `app`."""
    metrics = Metrics(app, platform)
    app.extensions["greentrace.metrics"] = metrics

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "none"
        metrics.answered(request.method, route, str(response.status_code))
        return response
