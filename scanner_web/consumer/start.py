"""The start page, and two short texts: what we keep of a visit, how to verify by oneself."""

from __future__ import annotations

from flask import Blueprint, Response

from scanner_web.consumer.sheets import FORMS
from scanner_web.frame.rendering import page
from trace.platform.opening import Platform


def register(pages: Blueprint, platform: Platform) -> None:
    """The routes of the start page and of the two texts."""

    @pages.get("/")
    def start() -> Response:
        """Type a code."""
        return page(
            "consumer/start.html",
            sheets=FORMS,
            icons=("shield", "search", "phone", "code", "chev", "camera", "stop"),
        )

    @pages.get("/privacy")
    def privacy() -> Response:
        """What a visit leaves behind."""
        return page(
            "consumer/text.html", sheets=FORMS, topic="privacy", paragraphs=5, example="", icons=("question",)
        )

    @pages.get("/verify-help")
    def verify_help() -> Response:
        """How to verify without us."""
        command = "./greentrace verify FILE.trace.json --policy policy --label LABEL-ADDRESS"
        return page(
            "consumer/text.html",
            sheets=FORMS,
            topic="verify-help",
            paragraphs=6,
            example=command,
            origin=platform.origin,
            icons=("shield",),
        )
