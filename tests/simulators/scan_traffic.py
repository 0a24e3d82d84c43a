"""Simulated scans: honest packs of many batches, and codes that somebody copied.

The world here knows nothing of the parameters that judge it (`trace/rules/copies.toml`): it has households,
offices, shop staff, packs on display, gifts, promotions, forwarded pictures, roaming telephones and unknown
cities, each drawn anew for every batch. Seeded: the same seed gives the same scans.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from trace.identity.city import cities, distance_km
from trace.oversight.copied_codes import Sighting, Story

START = datetime(2026, 3, 1, tzinfo=UTC)
ATTACKS = ("one city", "many cities", "slow", "small", "before shipment", "after expiry")
_LARGE = ("310100", "110100", "440100", "440300", "330100", "320100", "420100", "510100", "500100", "610100")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Code:
    """One scanned code: its scans in order of time, and which attack copied it ("" for none)."""

    scans: tuple[Sighting, ...]
    attack: str = ""


@dataclass(slots=True)
class Market:
    """What is drawn once for a batch: where it is sold and how people there behave."""

    dice: random.Random
    works: str
    shipped: datetime
    expires: datetime
    shops: list[str]
    propensity: float  # packs of a hundred that anybody scans, as a share
    promoted: bool
    travels: float
    roaming: float
    hidden: float
    displayed: float
    _devices: int = field(default=0)

    @classmethod
    def drawn(cls, dice: random.Random) -> Market:
        works = dice.choice(_LARGE)
        near = [code for code in cities() if 0 < (distance_km(works, code) or 0) < 400]
        promoted = dice.random() < 0.2
        return cls(
            dice=dice,
            works=works,
            shipped=START + dice.uniform(2, 8) * _DAY,
            expires=START + dice.choice((90, 180, 270, 365)) * _DAY,
            shops=[works, *dice.sample(near, dice.randrange(0, 4))],
            propensity=dice.uniform(0.3, 0.6) if promoted else dice.uniform(0.02, 0.15),
            promoted=promoted,
            travels=dice.uniform(0.01, 0.06),
            roaming=dice.uniform(0.003, 0.01),
            hidden=dice.uniform(0.02, 0.2),
            displayed=dice.uniform(0.0003, 0.002),
        )

    @property
    def story(self) -> Story:
        return Story(self.works, self.shipped, self.expires, frozenset(self.shops))

    def device(self) -> str:
        self._devices += 1
        return f"d{self._devices}"

    def shop(self) -> str:
        return self.shops[0] if self.dice.random() < 0.6 else self.dice.choice(self.shops)

    def bought(self) -> datetime:
        """A pack's day in the kitchen; promotions crowd into one weekend."""
        if self.promoted and self.dice.random() < 0.5:
            return self.shipped + self.dice.uniform(14, 17) * _DAY
        return self.shipped + (1 + self.dice.gammavariate(2, 8)) * _DAY

    def in_shop(self, at: datetime) -> datetime:
        """No shop has a pack before it was shipped."""
        return max(at, self.shipped + 0.3 * _DAY)

    def scan(self, at: datetime, city: str, device: str) -> Sighting:
        """As the platform sees it: some cities are wrong, some unknown."""
        chance = self.dice.random()
        if chance < self.roaming:
            city = self.dice.choice(_LARGE)
        return Sighting(at, None if chance > 1 - self.hidden else city, device)

    def visits(self, at: datetime, city: str, people: int, within: timedelta) -> Iterator[Sighting]:
        """Some people, each with a telephone that scans once and perhaps again later."""
        for _ in range(people):
            device, when = self.device(), at + self.dice.random() * within
            yield self.scan(when, city, device)
            while self.dice.random() < 0.3:
                when += self.dice.expovariate(1 / 2.0) * _DAY
                yield self.scan(when, city, device)

    def household(self, at: datetime, city: str) -> Iterator[Sighting]:
        """Who eats it: most alone, some with family, a few in an office; a few packs are eaten late."""
        if self.dice.random() < 0.03:
            at += self.dice.uniform(40, 150) * _DAY
        family = 1 + sum(self.dice.random() < 0.22 for _ in range(self.dice.randrange(0, 4)))
        yield from self.visits(at, city, family, 0.2 * _DAY)
        if self.dice.random() < 0.02:
            yield from self.visits(at, city, self.dice.randrange(2, 11), 0.5 * _DAY)

    def honest(self) -> Iterator[Sighting]:
        """The life of one scanned pack."""
        dice, city, at = self.dice, self.shop(), self.bought()
        if dice.random() < 0.005:
            yield from self.visits(self.shipped - 1.5 * _DAY, self.works, 1, _DAY)
        if dice.random() < 0.05:
            yield from self.visits(self.in_shop(at - 2 * _DAY), city, 1, _DAY)
        if dice.random() < self.displayed / self.propensity:
            crowd = 3 + int(dice.expovariate(1 / 12))
            yield from self.visits(self.in_shop(at - 12 * _DAY), city, crowd, 10 * _DAY)
        given_away = dice.random() < self.travels
        if not given_away or dice.random() < 0.5:
            yield from self.household(at, city)
        if given_away:
            yield from self.household(at + dice.uniform(1, 9) * _DAY, dice.choice(list(cities())))
        if dice.random() < 0.003:  # a picture of the code goes round
            for _ in range(dice.randrange(1, 4)):
                yield from self.visits(at, dice.choice(_LARGE), 1, 2 * _DAY)

    def copied(self, attack: str) -> Iterator[Sighting]:
        """A pack's own life, perhaps unscanned, and those of its copies, scanned as often as honest packs."""
        dice = self.dice
        if dice.random() < self.propensity:
            yield from self.honest()
        count, towns, first, last = {
            "one city": (200, 1, self.shipped + 10 * _DAY, self.shipped + 45 * _DAY),
            "many cities": (200, dice.randrange(8, 21), self.shipped + 10 * _DAY, self.shipped + 45 * _DAY),
            "slow": (200, dice.randrange(3, 7), self.shipped + 10 * _DAY, self.shipped + 300 * _DAY),
            "small": (20, 3, self.shipped + 10 * _DAY, self.shipped + 31 * _DAY),
            "before shipment": (100, 3, self.shipped - 2 * _DAY, self.shipped + 20 * _DAY),
            "after expiry": (100, 3, self.expires + 20 * _DAY, self.expires + 80 * _DAY),
        }[attack]
        places = [self.shop()] if towns == 1 else dice.sample(list(cities()), towns)
        for _ in range(count):
            if dice.random() < self.propensity:
                yield from self.household(first + dice.random() * (last - first), dice.choice(places))


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch's scanned codes and what its signed records say."""

    story: Story
    codes: tuple[Code, ...]


def batch_of(seed: object, packs: int, copied_each: int) -> Batch:
    """A batch of `packs` packs, with `copied_each` codes of every attack among those that were scanned."""
    dice = random.Random(str(seed))
    market = Market.drawn(dice)
    scanned = sum(dice.random() < market.propensity for _ in range(packs))
    made = [Code(_in_order(market.honest())) for _ in range(scanned)]
    made += [Code(_in_order(market.copied(attack)), attack) for attack in ATTACKS for _ in range(copied_each)]
    return Batch(market.story, tuple(each for each in made if each.scans))


def _in_order(scans: Iterator[Sighting]) -> tuple[Sighting, ...]:
    return tuple(sorted(scans, key=lambda each: each.at))
