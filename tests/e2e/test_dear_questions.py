"""What anybody may ask and is dear to answer: little is computed for little that is shown."""

from __future__ import annotations

from api.application import create_api
from api.dear_routes import DEAR
from scanner_web import create_pages
from tests.servers.door import Door


def test_every_dear_route_is_one(door: Door) -> None:
    app = create_api(door.platform, pages=create_pages)
    rules = {
        f"{verb} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules >= DEAR
