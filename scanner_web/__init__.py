"""Pages for people."""

from __future__ import annotations

from flask import Flask

from trace.usecases.platform import Platform


def create_pages(app: Flask, platform: Platform) -> None:
    """Register the pages."""
