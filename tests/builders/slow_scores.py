"""Scores of a delivery network by the plainest reading there is: pairs, a matrix, sums; no code of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Delivery = tuple[str, str, str, str, str]


def slow_scores(
    stations: Sequence[str],
    deliveries: Sequence[Delivery],
    relations: Sequence[tuple[str, str]],
    settings: Mapping[str, Any],
) -> tuple[dict[str, tuple], dict[str, tuple]]:
    """(score, normalized, positive, negative, backward, forward) of each station and each delivery."""
    reading = _Reading(deliveries, relations, settings)
    names = list(dict.fromkeys(reading.merged.get(one, one) for one in stations))
    covered = {("s", one): reading.elements_of_station(one) for one in names}
    covered |= {("d", one): reading.elements_of_delivery(one) for one in reading.ids}
    weights: dict[tuple[str, str], Fraction] = {}
    for kind, setting in (("s", "station_weights"), ("d", "delivery_weights")):
        for name, weight in settings.get(setting, {}).items():
            key = kind, reading.merged.get(name, name) if kind == "s" else name
            weights[key] = weights.get(key, Fraction(0)) + Fraction(str(weight))
    above = sum((max(one, Fraction(0)) for one in weights.values()), Fraction(0))
    below = sum((max(-one, Fraction(0)) for one in weights.values()), Fraction(0))
    sums = {
        key: (
            sum((max(weights.get(one, Fraction(0)), Fraction(0)) for one in ones), Fraction(0)),
            sum((max(-weights.get(one, Fraction(0)), Fraction(0)) for one in ones), Fraction(0)),
        )
        for key, ones in covered.items()
    }
    largest = max((abs(high - low) for high, low in sums.values()), default=Fraction(0))
    back, forth = reading.observed()
    told = {
        key: (
            _over(high - low, max(above, below)),
            _over(high - low, largest),
            _over(high, above),
            _over(low, below),
            key in back,
            key in forth,
        )
        for key, (high, low) in sums.items()
    }
    return (
        {name: told["s", name] for name in names},
        {name: told["d", name] for name in reading.ids},
    )


class _Reading:
    def __init__(self, deliveries, relations, settings) -> None:
        self.settings = settings
        self.merged = {old: new for new, olds in settings.get("merge_stations", {}).items() for old in olds}
        self.ids = [one[0] for one in deliveries]
        self.sender = {one[0]: self.merged.get(one[1], one[1]) for one in deliveries}
        self.receiver = {one[0]: self.merged.get(one[2], one[2]) for one in deliveries}
        moved = settings.get("date_overrides", {})
        self.left = {one[0]: moved.get(one[0], one[3]) or one[4] for one in deliveries}
        self.came = {one[0]: one[4] or moved.get(one[0], one[3]) for one in deliveries}
        pairs = self._pairs(relations)
        self.killed = set(settings.get("kill_deliveries", []))
        self.cleaning = set(self._stations("kill_stations"))
        self.reach: dict[str, set[str]] = {one: set() for one in self.ids}
        for one, later in pairs:
            clean = one in self.killed or self.receiver[one] in self.cleaning
            if one != later and not clean and self.sender[later] not in self.cleaning:
                self.reach[one].add(later)
        for _ in self.ids:  # as many rounds as a path can have steps
            for one in self.ids:
                self.reach[one] |= {far for near in set(self.reach[one]) for far in self.reach[near]}

    def _pairs(self, relations):
        pairs = set(relations)
        for station in self._stations("cross_contamination_stations"):
            pairs |= {
                (one, other)
                for one in self.ids
                for other in self.ids
                if self.receiver[one] == station == self.sender[other] and self._in_order(one, other)
            }
        before = set(pairs)
        marked = self.settings.get("cross_contamination_deliveries", [])
        for one in marked:
            for other in marked:
                if one != other and self.receiver[one] == self.receiver[other]:
                    pairs |= {
                        (one, later) for at, later in before if at == other and self._in_order(one, later)
                    }
        return pairs

    def _stations(self, setting: str) -> list[str]:
        return [self.merged.get(one, one) for one in self.settings.get(setting, [])]

    def _in_order(self, one: str, later: str) -> bool:
        if not self.settings.get("temporal", True):
            return True
        came, left = self.came[one].split("-"), self.left[later].split("-")
        for part in range(3):
            if len(came) <= part or len(left) <= part or not came[part] or not left[part]:
                return True
            if came[part] != left[part]:
                return came[part] < left[part]
        return True

    def stations_beyond(self, one: str) -> set[str]:
        own = set() if one in self.killed else {self.receiver[one]}
        return own | {self.receiver[far] for far in self.reach[one]}

    def stations_before(self, one: str) -> set[str]:
        own = {self.sender[one]} - self.cleaning
        return own | {self.sender[near] for near in self.ids if one in self.reach[near]}

    def elements_of_delivery(self, one: str) -> set[tuple[str, str]]:
        return (
            {("d", one)}
            | {("d", far) for far in self.reach[one]}
            | {("s", station) for station in self.stations_beyond(one)}
        )

    def elements_of_station(self, station: str) -> set[tuple[str, str]]:
        found = {("s", station)}
        if station not in self.cleaning:
            for one in self.ids:
                if self.sender[one] == station:
                    found |= self.elements_of_delivery(one)
        return found

    def observed(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        back, forth = set(), set()
        stations = self._stations("observed_stations")
        observed = self.settings.get("observed_deliveries", [])
        into = [one for one in self.ids if self.receiver[one] in stations and one not in self.killed]
        out = [one for one in self.ids if self.sender[one] in set(stations) - self.cleaning]
        back |= {("d", one) for one in into}
        forth |= {("d", one) for one in out}
        for one in {*into, *observed}:
            back |= {("d", near) for near in self.ids if one in self.reach[near]}
            back |= {("s", station) for station in self.stations_before(one)}
        for one in {*out, *observed}:
            forth |= {("d", far) for far in self.reach[one]}
            forth |= {("s", station) for station in self.stations_beyond(one)}
        return back, forth


def _over(part: Fraction, whole: Fraction) -> Fraction:
    return part / whole if whole else Fraction(0)
