"""Batch facts for judging scans: what signed records say of where and when its packs were sold.

Only from the projections. What was concealed is not there, and is then not used: one concealed receiver, and
nothing is said about sales outside the region.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.effects import NewLink
from trace.identity.city import city_of
from trace.oversight.copied_codes import Story
from trace.store.chain.master import read_counting
from trace.store.lots.details import (
    LotRow,
    read_lots,
    read_lots_by_id,
    read_packs,
    read_shipments,
    read_stated,
)
from trace.store.transaction import Connection

_SUPERSEDED: Final = "superseded"


@dataclass(frozen=True, slots=True)
class BatchStory:
    """The story for the judge, and the party that packed the batch."""

    story: Story = field(default_factory=Story)
    holder: str | None = None


def batch_stories(connection: Connection, lots: Collection[str]) -> dict[str, BatchStory]:
    """Pack lot's urn -> its story; a fixed number of queries however many lots."""
    rows = {row.urn: row for row in read_lots(connection, lots)}
    ids = {row.id: row.urn for row in rows.values()}
    expiries = {
        pack.lot: _end_of(pack.data.get("expiryDate")) for pack, _ in read_packs(connection, "lot", ids)
    }
    shipments: dict[int, list[NewLink]] = {}
    for link, _ in read_shipments(connection, ids):
        if link.state != _SUPERSEDED:
            shipments.setdefault(link.from_lot, []).append(link)
    received = read_lots_by_id(connection, {link.to_lot for links in shipments.values() for link in links})
    regions = _regions(connection, rows.values(), received.values())
    return {
        row.urn: BatchStory(
            _story(row, shipments.get(row.id, []), received, regions, expiries.get(row.id)), row.made_by.iss
        )
        for row in rows.values()
    }


def _story(
    row: LotRow,
    shipments: Sequence[NewLink],
    received: Mapping[int, LotRow],
    regions: Mapping[str, str],
    expires: datetime | None,
) -> Story:
    left = [link.departure.earliest for link in shipments if link.departure.earliest is not None]
    holders = [received[link.to_lot].holder if link.to_lot in received else None for link in shipments]
    cities = {regions.get(holder or "") for holder in holders}
    return Story(
        works=regions.get(row.place or "") or regions.get(row.made_by.iss),
        first_shipped=min(left, default=None),
        expires=expires,
        sold_in=frozenset() if None in cities else frozenset(city for city in cities if city is not None),
    )


def _regions(
    connection: Connection, packed: Collection[LotRow], received: Iterable[LotRow]
) -> dict[str, str]:
    """The cities of places and parties, as far as they were stated."""
    parties = {row.made_by.iss for row in packed} | {row.holder for row in received if row.holder}
    places = {(row.place, row.made_by.iss) for row in packed if row.place}
    stated = read_stated(connection, "party", parties).items()
    counting = read_counting(connection, "place", places).items()
    regions = {urn: data.get("region") for urn, (data, _) in stated}
    regions |= {urn: data.get("region") for (urn, _), (data, _) in counting}
    cities = {urn: city_of(str(region or "")[:6]) for urn, region in regions.items()}
    return {urn: city for urn, city in cities.items() if city is not None}


def _end_of(day: Any) -> datetime | None:
    """The end of a printed day in Shanghai."""
    if not isinstance(day, str):
        return None
    return datetime.combine(datetime.fromisoformat(day).date(), time.min, SHANGHAI_TIME) + timedelta(days=1)
