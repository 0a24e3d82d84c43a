"""Scans of several workers: what each counted is handed on once, to counters that all of them read."""

from __future__ import annotations

from typing import Any

from flask import Flask
from prometheus_client import CollectorRegistry

from api.metrics import _SharedScans
from trace.usecases.scans.scan_counter import ScanCounter


def _no_database() -> Any:
    raise AssertionError("nothing is written here")


def test_what_was_counted_is_handed_on_once() -> None:
    app, registry = Flask("test"), CollectorRegistry()
    shared = _SharedScans(app, registry)
    shared.tell()  # without pages nothing is counted
    counter = ScanCounter(_no_database)
    app.extensions["greentrace.scans"] = counter
    for counted in (3, 3, 5):
        counter.figures.counted, counter.figures.alerts = counted, 1
        shared.tell()
        shared.tell()
        assert registry.get_sample_value("greentrace_scans_total", {"end": "counted"}) == counted
    assert registry.get_sample_value("greentrace_scans_total", {"end": "dropped"}) == 0
    assert registry.get_sample_value("greentrace_scan_alerts_total") == 1
