"""Where complaints cluster: bars and tables by district and product, with what chance leaves open."""

from __future__ import annotations

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.workspace import desk_page
from trace.identity.region import district_of
from trace.oversight.exact import FEW
from trace.platform.opening import Platform
from trace.usecases.messages.complaint_map import SPANS, read_clusters


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of the picture of complaints."""

    @pages.get("/office/complaints")
    def complaint_clusters() -> Response:
        """Complaints of the last days, most first."""
        asked = request.args.get("days", "")
        days = next((one for one in SPANS if str(one) == asked), SPANS[1])
        return desk_page(
            "regulator/complaint_map.html", at="complaint-map", icons=("question", "warn"),
            sheets=("office.css",), found=read_clusters(platform.transactions, current_actor(), days),
            days=days, spans=SPANS, few=FEW, district_of=district_of,
        )  # fmt: skip
