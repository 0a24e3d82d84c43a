"""Ways between lots beside the links: claims, lapsed pairs, links that stand no longer, said once for SQL.

Each goes over one or two tables, from either end by an index. A claim leads to what it names, by the
hand-over's statement or the lot's name, also beside a pair with another lot; a finding against it ends that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trace.chain.handover_effects import NAMED
from trace.chain.lineage.arcs import DOWN, UP, Direction

LAPSED: Final = "lapsed"
KEYED: Final = len("urn:gtin:09521234100010")
"""Where in a key the GTIN's urn ends."""
_NOT_DENIED: Final = "coalesce({table}.found, '') <> 'not_established'"
_STANDS: Final = "claim.state NOT IN ('superseded', 'withdrawn')"
_OF_CLAIM: Final = f"{_STANDS} AND {_NOT_DENIED.format(table='claim')}"
_OF_FORMER: Final = f"former.ended_by IS NULL AND {_NOT_DENIED.format(table='former')}"
_BESIDE: Final = (
    "NOT EXISTS (SELECT 1 FROM handover AS own WHERE own.id = claim.handover "
    "AND (own.lot = lot.id OR own.from_lot = lot.id))"
)
_WORD: Final = "CASE WHEN claim.through = 1 THEN 'through' WHEN claim.state = 'refused' THEN 'refused' "
_CLAIMED: Final = _WORD + "ELSE 'claimed' END"


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One sort of way: the row it is of, its ends, and from either end (table, join) in the order to go.

    `near` are the columns that say where it begins, by direction; `label` is SQL for what it is called.
    """

    table: str
    number: int
    upper: str
    lower: str
    label: str
    near: dict[Direction, tuple[str, str]]
    """Direction -> (the first table, its column of the lots asked for)."""
    far: dict[Direction, tuple[str, str]] | None
    """Direction -> (the second table, what joins it); None where one table says all."""
    where: str

    def tables(self, way: Direction) -> Sequence[tuple[str, str]]:
        """(table, what joins it to `asked` and the tables before it), in order."""
        table, column = self.near[way]
        return ((table, f"{column} = asked.lot"), *((self.far[way],) if self.far is not None else ()))


def _claim(number: int, other: str, lot: str, joined: str, label: str, where: str) -> Way:
    return Way(
        "claim",
        number,
        lot,
        "claim.lot",
        label,
        {UP: ("claim", "claim.lot"), DOWN: (other, lot)},
        {UP: (other, joined), DOWN: ("claim", joined)},
        f"{where} AND {_OF_CLAIM}",
    )


PAIR_LAPSED: Final = _claim(
    1, "handover", "handover.lot", "claim.handover = handover.id", f"'{LAPSED}'", "claim.lapsed = 1"
)
BY_STATEMENT: Final = _claim(
    1,
    "handover",
    "handover.lot",
    "claim.handover_stmt = handover.stmt",
    _CLAIMED,
    "claim.state IN ('claimed', 'refused') AND claim.lapsed = 0",
)
BY_LOT: Final = _claim(
    2, "lot", "lot.id", "claim.named_lot = lot.urn", _CLAIMED, f"lot.id <> claim.lot AND {_BESIDE}"
)
# A key is a GTIN's urn, a colon and the batch number. Goods are meant that were made under it by who may
# speak for it, the holder of its prefix and the packers that this one lists: a stranger's batch of the same
# number is not what the receiver has. Of a prefix that nobody has, whoever makes goods under it may be meant.
_DIGITS: Final = ", ".join(f"substr(lot.product, 11, {size})" for size in range(4, 14))
_HOLDER: Final = (
    f"(SELECT licence.holder FROM licence WHERE licence.prefix IN ({_DIGITS}) "  # noqa: S608 - texts of ours
    "ORDER BY length(licence.prefix) DESC, licence.since DESC, licence.urn DESC LIMIT 1)"
)
_LISTED: Final = "replace(product.packers, ' ' || made.iss || ' ', '') <> product.packers"
OF_MAKER: Final = (
    "lot.kind NOT IN ('consignment', 'material') AND EXISTS (SELECT 1 FROM statement AS made "  # noqa: S608
    f"WHERE made.id = (lot.id & -256) AND (coalesce({_HOLDER}, made.iss) = made.iss "
    f"OR EXISTS (SELECT 1 FROM product WHERE product.urn = lot.product AND product.stater = {_HOLDER} "
    f"AND {_LISTED})))"
)
_KEYED: Final = (
    f"lot.batch_no = substr(claim.named_key, {KEYED + 2}) "
    f"AND lot.product = substr(claim.named_key, 1, {KEYED})"
)
BY_KEY: Final = Way(
    "claim",
    3,
    "lot.id",
    "claim.lot",
    _CLAIMED,
    {UP: ("claim", "claim.lot"), DOWN: ("lot", "lot.id")},
    {UP: ("lot", _KEYED), DOWN: ("claim", "claim.named_key = lot.product || ':' || lot.batch_no")},
    f"{_OF_CLAIM} AND claim.handover IS NULL AND lot.id <> claim.lot AND {OF_MAKER}",
)
_WHY: Final = f"CASE former.why WHEN '{NAMED}' THEN 'claimed' ELSE former.why END"
FORMER: Final = Way(
    "former",
    0,
    "former.above",
    "former.below",
    _WHY,
    {UP: ("former", "former.below"), DOWN: ("former", "former.above")},
    None,
    f"former.above IS NOT NULL AND {_OF_FORMER}",
)
FORMER_NAMED: Final = Way(
    "former",
    0,
    "lot.id",
    "former.below",
    _WHY,
    {UP: ("former", "former.below"), DOWN: ("lot", "lot.id")},
    {UP: ("lot", "former.above_name = lot.urn"), DOWN: ("former", "former.above_name = lot.urn")},
    _OF_FORMER,
)
WAYS: Final = (PAIR_LAPSED, BY_STATEMENT, BY_LOT, BY_KEY, FORMER, FORMER_NAMED)
