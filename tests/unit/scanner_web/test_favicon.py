"""The icon of the site: three sizes, kept for a week, asked for by no page."""

from __future__ import annotations

import io

from flask import Blueprint, Flask
from PIL import Image

from scanner_web.consumer import favicon


def test_browsers_that_ask_unasked_get_an_icon() -> None:
    app, pages = Flask(__name__), Blueprint("pages", __name__)
    favicon.register(pages)
    app.register_blueprint(pages)
    answer = app.test_client().get("/favicon.ico")
    assert (answer.status_code, answer.content_type) == (200, "image/x-icon")
    assert answer.headers["Cache-Control"] == "public, max-age=604800"
    icon = Image.open(io.BytesIO(answer.data))
    assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    assert len(icon.convert("RGB").getcolors()) > 1
