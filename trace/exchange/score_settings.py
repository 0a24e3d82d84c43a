"""Settings of a scoring: what is assumed, what weighs, what is observed; read strictly from JSON.

A misspelt name or an ID that the tables do not have would change the answer unseen, so each is refused. What
is set on a station that is merged counts for the one it becomes: weights add up.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Never

from trace.chain.lineage.arcs import UNKNOWN
from trace.chain.lineage.deliveries import Switches
from trace.chain.lineage.scores import Observed, Weights
from trace.errors.deliveries import (
    ScoreIdUnknown,
    ScoreMergeTwice,
    ScoreSettingMalformed,
    ScoreSettingsUnreadable,
    ScoreSettingUnknown,
)
from trace.exchange.partial_dates import partial_date

SETTINGS: Final = (
    "temporal",
    "station_weights",
    "delivery_weights",
    "cross_contamination_stations",
    "cross_contamination_deliveries",
    "kill_stations",
    "kill_deliveries",
    "observed_stations",
    "observed_deliveries",
    "merge_stations",
    "date_overrides",
)
_MOST_DIGITS: Final = 400


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """The settings as the scoring takes them; `dates`: delivery -> the day on which it left instead."""

    switches: Switches = field(default_factory=Switches)
    weights: Weights = field(default_factory=Weights)
    observed: Observed = field(default_factory=Observed)
    dates: Mapping[str, str] = field(default_factory=dict)


def read_settings(
    name: str, body: bytes, stations: Collection[str], deliveries: Collection[str]
) -> ScoreSettings:
    """The settings in `body`, for tables with these IDs; raises `trace.errors.deliveries`."""
    said = _object(name, body)
    unknown = [key for key in said if key not in SETTINGS]
    if unknown:
        raise ScoreSettingUnknown(setting=unknown[0], known=list(SETTINGS))
    reader = _Reader(said, frozenset(stations), frozenset(deliveries))
    return ScoreSettings(
        Switches(
            temporal=reader.truth("temporal", default=True),
            cross_stations=reader.stations("cross_contamination_stations"),
            cross_deliveries=reader.deliveries("cross_contamination_deliveries"),
            kill_stations=reader.stations("kill_stations"),
            kill_deliveries=reader.deliveries("kill_deliveries"),
            merged=reader.merged,
        ),
        Weights(reader.station_weights(), reader.delivery_weights()),
        Observed(reader.stations("observed_stations"), reader.deliveries("observed_deliveries")),
        reader.dates(),
    )


class _Reader:
    """Settings by name, checked against the tables."""

    def __init__(self, said: Mapping[str, Any], stations: frozenset[str], deliveries: frozenset[str]) -> None:
        self._said = said
        self._stations = stations
        self._deliveries = deliveries
        self.merged = self._merging()

    def truth(self, setting: str, *, default: bool) -> bool:
        value = self._said.get(setting, default)
        if not isinstance(value, bool):
            _malformed(setting, value, "truth")
        return value

    def stations(self, setting: str) -> frozenset[str]:
        return frozenset(self._station(setting, one) for one in self._names(setting))

    def deliveries(self, setting: str) -> frozenset[str]:
        return frozenset(self._delivery(setting, one) for one in self._names(setting))

    def station_weights(self) -> dict[str, Fraction]:
        found: dict[str, Fraction] = {}
        for name, weight in self._weights("station_weights"):
            station = self._station("station_weights", name)
            found[station] = found.get(station, Fraction(0)) + weight
        return {name: weight for name, weight in found.items() if weight}

    def delivery_weights(self) -> dict[str, Fraction]:
        setting = "delivery_weights"
        weights = self._weights(setting)
        return {self._delivery(setting, name): weight for name, weight in weights if weight}

    def dates(self) -> dict[str, str]:
        said = self._map("date_overrides")
        for name, day in said.items():
            self._delivery("date_overrides", name)
            if not isinstance(day, str) or partial_date(day) == UNKNOWN:
                _malformed("date_overrides", day, "day")
        return dict(said)

    def _merging(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for new, parts in self._map("merge_stations").items():
            if not isinstance(parts, list) or not parts:
                _malformed("merge_stations", parts, "ids")
            for part in (_name("merge_stations", one) for one in parts):
                if part not in self._stations:
                    raise ScoreIdUnknown(setting="merge_stations", id=part, file="in_stations.csv")
                if found.setdefault(part, new) != new:
                    raise ScoreMergeTwice(id=part, first=found[part], second=new)
        for new in set(found.values()):
            if new in self._stations and found.get(new) != new:
                raise ScoreMergeTwice(id=new, first=new, second=found.get(new, new))
        return found

    def _station(self, setting: str, name: str) -> str:
        if name not in self._stations and name not in self.merged.values():
            raise ScoreIdUnknown(setting=setting, id=name, file="in_stations.csv")
        return self.merged.get(name, name)

    def _delivery(self, setting: str, name: str) -> str:
        if name not in self._deliveries:
            raise ScoreIdUnknown(setting=setting, id=name, file="in_deliveries.csv")
        return name

    def _names(self, setting: str) -> list[str]:
        value = self._said.get(setting, [])
        if not isinstance(value, list):
            _malformed(setting, value, "ids")
        return [_name(setting, one) for one in value]

    def _weights(self, setting: str) -> list[tuple[str, Fraction]]:
        found = []
        for name, weight in self._map(setting).items():
            if isinstance(weight, bool) or not isinstance(weight, int | Decimal) or not _is_plain(weight):
                _malformed(setting, weight, "number")
            found.append((name, Fraction(weight)))
        return found

    def _map(self, setting: str) -> Mapping[str, Any]:
        value = self._said.get(setting, {})
        if not isinstance(value, dict):
            _malformed(setting, value, "map")
        return value


def _object(name: str, body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body.decode("utf-8-sig"), parse_float=Decimal, object_pairs_hook=_once)
    except (ValueError, ArithmeticError, RecursionError):
        raise ScoreSettingsUnreadable(file=name) from None
    if not isinstance(said, dict):
        raise ScoreSettingsUnreadable(file=name)
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name that is said twice nobody knows which was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _name(setting: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        _malformed(setting, value, "ids")
    return value.strip()


def _is_plain(weight: int | Decimal) -> bool:
    if isinstance(weight, int):
        return True
    return weight.is_finite() and abs(weight.adjusted()) < _MOST_DIGITS


def _malformed(setting: str, value: object, wanted: str) -> Never:
    raise ScoreSettingMalformed(setting=setting, text=str(value)[:80], expected=f"setting-{wanted}")
