"""The scan pattern of one code: the few figures that the verdict weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trace.oversight.copied_codes.parameters import CopyParameters
from trace.oversight.copied_codes.travel import possible_way


@dataclass(frozen=True, slots=True)
class Sighting:
    """One counted scan; `city` is 310100 or None where unknown, `device` a name that only this code knows."""

    at: datetime
    city: str | None
    device: str


@dataclass(frozen=True, slots=True)
class Story:
    """Signed facts of the batch; a part that the records do not tell is None or empty, and not used.

    `works` is the city where it was packed, `sold_in` the cities of all its receivers: empty as soon as one
    receiver is concealed.
    """

    works: str | None = None
    first_shipped: datetime | None = None
    expires: datetime | None = None
    sold_in: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pattern:
    """Devices count once, where and when they were first seen: who scans again tells nothing new.

    `occasions` are spans of days with new devices: a family or an office is one, buyers of copies are many.
    `cities` are those on the possible way, `misfits` the devices off it, `placed` the devices whose city is
    known; `early` were seen before the first shipment away from the works; `late` are further occasions after
    the pack should have been used up.
    """

    devices: int
    occasions: int
    placed: int
    cities: int
    misfits: int
    early: int
    late: int
    outside: int
    inside: int
    shipment_known: bool = False

    @property
    def towns(self) -> int:
        """The figure of this code's cities that the batch's baseline keeps; 0 while none is known."""
        return self.cities + self.misfits


def pattern_of(sightings: Sequence[Sighting], story: Story, given: CopyParameters) -> Pattern:
    """The figures of one code; `sightings` in any order."""
    firsts = _first_sightings(sightings)
    placed = [(each.at, each.city) for each in firsts if each.city is not None]
    way = possible_way(placed, given) if placed else []
    outside = sum(city not in story.sold_in for _, city in placed) if story.sold_in else 0
    occasions = _occasions(firsts, given)
    return Pattern(
        devices=len(firsts),
        occasions=len(occasions),
        placed=len(placed),
        cities=len({placed[number][1] for number in way}),
        misfits=len(placed) - len(way),
        early=_early(placed, story),
        late=_late(occasions, story, given),
        outside=outside,
        inside=len(placed) - outside if story.sold_in else 0,
        shipment_known=story.first_shipped is not None and story.works is not None,
    )


def _first_sightings(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Every device once, at its first scan, in order of time; one that learns its city later keeps it."""
    firsts: dict[str, Sighting] = {}
    for each in sorted(sightings, key=lambda one: one.at):
        known = firsts.get(each.device)
        if known is None or (known.city is None and each.city is not None):
            firsts[each.device] = each
    return sorted(firsts.values(), key=lambda one: (one.at, one.device))


def _early(placed: Sequence[tuple[datetime, str]], story: Story) -> int:
    if story.first_shipped is None or story.works is None:
        return 0
    return sum(at < story.first_shipped and city != story.works for at, city in placed)


def _occasions(firsts: Sequence[Sighting], given: CopyParameters) -> list[datetime]:
    """When each occasion began; the next one begins with the first new device after its span."""
    began: list[datetime] = []
    for each in firsts:
        if not began or each.at - began[-1] > given.occasion:
            began.append(each.at)
    return began


def _late(occasions: Sequence[datetime], story: Story, given: CopyParameters) -> int:
    """Further occasions after the sold-through time or the expiry; the first may come when it likes."""
    if not occasions:
        return 0
    ends = [occasions[0] + given.sold_through]
    if story.expires is not None:
        ends.append(max(story.expires + given.expiry_grace, occasions[0]))
    return sum(at > min(ends) for at in occasions[1:])
