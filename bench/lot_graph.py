"""A synthetic lot graph, loaded in bulk straight into the tables: eight stages, neighbours mix, some hubs.

Each lot below the first stage takes from one to four lots near its own place in the stage above, one in two
thousand (a silo, a tanker) from three hundred. So an answer stays about as large while the graph grows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Engine

from tests.servers.platform import FOOD
from trace.chain.ids import row_id
from trace.store.bulk import insert_rows
from trace.store.tables.food import link, statement

STAGES = 8
WINDOW = 24
HUB_EVERY, HUB_WIDTH = 2_000, 300
FAN_IN = (1, 2, 3, 4)
_START = 1_760_000_000_000_000
_DAY = 86_400_000_000
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class LotGraphPlan:
    """How large a graph is: `width` lots in each stage give about `links` links."""

    links: int

    @property
    def width(self) -> int:
        mean = sum(FAN_IN) / len(FAN_IN) + HUB_WIDTH / HUB_EVERY
        return max(int(self.links / ((STAGES - 1) * mean)), WINDOW * 2)

    def lot(self, stage: int, place: int) -> int:
        return row_id(FOOD, stage * self.width + place, 1)

    def is_hub(self, stage: int, place: int) -> bool:
        return stage in {2, 4} and place % HUB_EVERY == HUB_EVERY // 2

    def above(self, stage: int, place: int, dice: random.Random) -> Iterator[int]:
        """Places in the stage above from which this lot took."""
        fan, reach = dice.choice(FAN_IN), WINDOW
        if self.is_hub(stage, place):
            fan, reach = HUB_WIDTH, HUB_WIDTH
        low = min(max(place - reach // 2, 0), self.width - reach)
        yield from sorted(low + at for at in dice.sample(range(reach), min(fan, reach)))


def load(engine: Engine, plan: LotGraphPlan, seed: int = 7) -> int:
    """Fill `link` and `statement`; returns how many links there are."""
    count = 0
    for chunk in _chunks(_lots(plan, random.Random(seed))):
        links = [row for _, rows in chunk for row in rows]
        with engine.begin() as connection:
            insert_rows(connection, statement, statement.columns.keys(), [stated for stated, _ in chunk])
            insert_rows(connection, link, link.columns.keys(), links)
        count += len(links)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            "ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE link, statement"
        )
    return count


def _lots(plan: LotGraphPlan, dice: random.Random) -> Iterator[tuple[tuple, list[tuple]]]:
    for stage in range(1, STAGES):
        for place in range(plan.width):
            lower = plan.lot(stage, place)
            made = _START + stage * _DAY + place * 1000
            stated = (
                lower & ~255, f"{stage}-{place}".rjust(43, "_"), "food.production", "urn:uscc:b",
                "urn:lot:b:1", FOOD, stage * plan.width + place, made, made, stage * plan.width + place, None,
            )  # fmt: skip
            links = [
                (lower, plan.lot(stage - 1, upper), (lower & ~255) | min(ordinal, 255), "transform", "signed",
                 1_000_000, "kg", 1_000_000, "kg", made - _DAY // 2, made - _DAY // 2, made, made)
                for ordinal, upper in enumerate(plan.above(stage, place, dice))
            ]  # fmt: skip
            yield stated, links


def _chunks(lots: Iterator[tuple[tuple, list[tuple]]]) -> Iterator[Sequence[tuple[tuple, list[tuple]]]]:
    while chunk := list(islice(lots, _CHUNK)):
        yield chunk
