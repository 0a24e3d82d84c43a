"""Photographs and stories on a batch page: of the pack, its product, the places where it grew, its harvests
and reports.

Only what counts for these goods is shown: the product as its holder states it, a place as its holder does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.identity.region import district_of
from trace.store.chain.master import read_counting
from trace.store.messages.photos import find_photos
from trace.store.transaction import Tx
from trace.usecases.batch_page.page import Grower
from trace.usecases.lots.sources import Sources
from trace.usecases.photos.photo import PhotoShown, digests_in, shown_in, story_of

_GROWERS: Final = 3


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a page shows, and the digests that it hangs on, whether their photographs are here or not."""

    photos: tuple[PhotoShown, ...]
    growers: tuple[Grower, ...]
    pictured: Mapping[str, tuple[PhotoShown, ...]]
    """Statement of a harvest or a report -> its photographs."""
    named: frozenset[str]


def pictures_of(tx: Tx, pack: Mapping[str, Any], product: Mapping[str, Any], sources: Sources) -> Pictures:
    """No query where nothing names a photograph or tells a story, a few elsewhere."""
    places = _places(tx, sources)
    records = _records(sources)
    named = digests_in([pack, product, *(data for data, _ in places), *records.values()])
    here = find_photos(tx.connection, named)
    growers = []
    for data, signer in places:
        photos, story = shown_in(data, here, tx.now), story_of(data, signer, tx.now)
        if photos or story:
            district = district_of(data.get("region"))
            growers.append(Grower(sources.public_name(signer), district, photos, story))
    shown = (*shown_in(pack, here, tx.now), *shown_in(product, here, tx.now))
    pictured = {stmt: shown_in(data, here, tx.now) for stmt, data in records.items()}
    pictured = {stmt: photos for stmt, photos in pictured.items() if photos}
    return Pictures(tuple(dict.fromkeys(shown)), tuple(growers[:_GROWERS]), pictured, named)


def _records(sources: Sources) -> dict[str, Mapping[str, Any]]:
    """The harvests and reports that name photographs, by their statements."""
    harvests = {lot.made_by.statement: lot.detail for lot in sources.lots.values() if lot.kind == "harvest"}
    reports = {row.statement: report.data for report, row in sources.reports}
    return {stmt: data for stmt, data in {**harvests, **reports}.items() if "photos" in data}


def _places(tx: Tx, sources: Sources) -> list[tuple[Mapping[str, Any], str]]:
    """The places with something to show, each with whose word it is."""
    telling = [key for key, data in sources.places.items() if "photos" in data or "story" in data]
    if not telling:
        return []
    found = read_counting(tx.connection, "place", telling)
    return list({urn: (found[urn, by][0], found[urn, by][1].iss) for urn, by in sorted(found)}.values())
