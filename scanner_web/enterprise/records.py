"""One record in words, for desks and offices; its signed bytes are one link further."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from scanner_web.frame.door import current_actor
from scanner_web.frame.reader import Reader, reader_of
from scanner_web.frame.told import kind_name, told, unsalted
from scanner_web.frame.workspace import desk_page
from trace.access.rights import CASES, PREPARE
from trace.errors import PurposeMissing, TextTooLong
from trace.parties import OWN
from trace.platform.opening import Platform
from trace.usecases.records.read_record import Version, read_record

_ICONS: Final = ("doc", "leaf", "warn", "question", "tick")
PURPOSES: Final = ("daily", "sampling", "complaint", "recall", "assistance")


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as it is shown: its kind and members in words."""

    version: Version
    kind: str
    lines: tuple[tuple[str, str], ...]


def register(pages: Blueprint, platform: Platform) -> None:
    """The route of one record."""

    @pages.get("/desk/statements/<string:stmt>")
    def record(stmt: str) -> Response:
        """A record as far as its reader may see it; an authority says in `for` what it looks for."""
        of, actor = reader_of(request), current_actor()
        purpose = request.args.get("for", "").strip()
        try:
            found = read_record(platform.transactions, stmt, actor, purpose)
        except (PurposeMissing, TextTooLong) as missing:
            return desk_page(
                "enterprise/record.html",
                at="find",
                icons=_ICONS,
                status=missing.http_status if purpose else 200,
                stmt=stmt[:60],
                found=None,
                refusal=missing if purpose else None,
                purposes=PURPOSES,
                purpose=purpose,
            )
        return desk_page(
            "enterprise/record.html",
            at="find" if actor.oversees else "stated",
            icons=_ICONS,
            stmt=stmt,
            found=found,
            versions=[_shown(of, one, found.names) for one in (*reversed(found.corrections), found.version)],
            purpose=purpose,
            stocks=actor.may(PREPARE) or actor.may(OWN),
            searches=actor.may(CASES),
        )


def _shown(of: Reader, version: Version, names: Mapping[str, str]) -> Shown:
    said = version.said
    if said is None:
        return Shown(version, "", ())
    named = {urn: f"{name} {urn.rsplit(':', 1)[-1]}" for urn, name in names.items()}
    lines = tuple(told(of.locale, said.typ, unsalted(said.data or {}), named))
    return Shown(version, kind_name(of.locale, said.typ), lines)
