"""Master data of the demo: parties by the registrars, places and products by their owners, licences."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from decimal import Decimal

from cli.demo.drawn_photos import drawn_field, drawn_grower, drawn_product, drawn_report
from cli.demo.world import draft, plain, plot_urn, world
from trace.chain.sketch import north_in_sketch, sketch_of
from trace.exchange.draft import Draft
from trace.labels.picture import Picture

_SHOWN = ("name", "kind", "region", "address", "scNo", "gfCode", "gln", "cma")
_PRODUCT = (
    "name", "spec", "netContent", "gtin", "caseGtin", "category", "standard", "shelfLife", "storage",
    "ingredients", "additives", "lbNo",
)  # fmt: skip
_LICENCE = (
    "kind", "number", "productNames", "validFrom", "validTo", "approvedOutput", "gfCode", "packedBefore",
    "openingAt", "evidence",
)  # fmt: skip
_VILLAGE = "（演示）桃源村"
_GROWER = "F2"
"""The farm that tells its story, and of which one person agreed to be seen."""
_STORY = "（演示）种菜二十年。番茄红透了才摘，当天送到厂里；用了什么药、哪天用的，都记在这里。"
_CONSENT = {"scope": "pages", "on": "2026-10-01"}
PICTURED_REPORT = "JV20261016-1"
"""The number of the report that comes with a picture of its sheet, and who issued it."""
REPORTER = "P3"
_BESIDE = [{"at": 90, "what": "water"}, {"at": 180, "what": "road"}]


def parties(registrar: str, chosen: tuple[str, ...], when: str) -> Iterator[Draft]:
    """`registrar` states the parties it is in charge of."""
    for one in chosen:
        party = world().parties[one]
        data = {name: party[name] for name in _SHOWN if name in party}
        data |= {"roles": list(world().roles(one)), "contact": party["phone"]}
        data["licenceNo"] = party["uscc"]
        yield draft(registrar, "master.party", world().urn(one), when, data, private=("contact",))


def plots(owner: str, when: str) -> Iterator[Draft]:
    """The plots of one farm. Outline and grid are concealed: the public sees its shape and whole mu."""
    for plot in world().plots:
        if plot["org"] != owner:
            continue
        shown = ("name", "region", "areaMu", "crop", "variety", "grid", "outline")
        data = {"kind": "plot", **{name: plain(plot[name]) for name in shown}}
        data["areaMu"] = str(round(Decimal(data["areaMu"])))
        data["sketch"] = sketch_of(data["outline"])
        data |= {"north": north_in_sketch(data["outline"]), "village": _VILLAGE, "beside": _BESIDE}
        data["photos"] = [_member(drawn_field(plot["id"]), "place")]
        if owner == _GROWER:
            person = {"alt": "（演示）种植者，画的，不是真人", "consent": _CONSENT}
            data["photos"].append({**_member(drawn_grower(), "person"), **person})
            data["story"] = {"text": _STORY, "consent": _CONSENT}
        yield draft(owner, "master.place", plot_urn(plot["id"]), when, data, private=("outline", "grid"))


def products(owner: str, when: str) -> Iterator[Draft]:
    for key, product in world().products.items():
        if product["owner"] != owner:
            continue
        data = {name: plain(product[name]) for name in _PRODUCT if name in product}
        data["photos"] = [_member(drawn_product(str(product["name"])), "product")]
        yield draft(owner, "master.product", world().product(key), when, data)


def pictures(owner: str) -> Iterator[tuple[str, bytes]]:
    """(what it is of, picture) of all that the owner's products, plots and report name."""
    for key, product in world().products.items():
        if product["owner"] == owner:
            yield world().product(key), drawn_product(str(product["name"])).content
    for plot in world().plots:
        if plot["org"] == owner:
            yield plot_urn(plot["id"]), drawn_field(plot["id"]).content
            if owner == _GROWER:
                yield plot_urn(plot["id"]), drawn_grower().content
    if owner == REPORTER:
        yield PICTURED_REPORT, drawn_report().content


def report_photos() -> list[dict[str, str]]:
    """The picture that the pictured report names."""
    return [_member(drawn_report(), "report")]


def _member(picture: Picture, shows: str) -> dict[str, str]:
    return {"sha256": hashlib.sha256(picture.content).hexdigest(), "shows": shows}


def licences(registrar: str, when: str, owners: Collection[str] | None = None) -> Iterator[Draft]:
    """Green-mark licences, company prefixes and the accreditation of the laboratory, as the registrar keeps
    them; of some owners or all."""
    for licence in world().licences:
        if owners is not None and licence["owner"] not in owners:
            continue
        data = {name: plain(licence[name]) for name in _LICENCE if name in licence}
        data |= {"holder": world().urn(licence["owner"]), "status": "valid"}
        yield draft(registrar, "master.licence", f"urn:licence:{licence['number']}", when, data)
