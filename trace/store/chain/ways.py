"""Ways between lots beside the links: claims, lapsed pairs, links that stand no longer, said once for SQL.

Each goes over one or two tables, from either end by an index. A claim leads to what it names, by the
hand-over's statement or the lot's name, also beside a pair with another lot; a finding against it ends that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trace.chain.handover_effects import NAMED
from trace.chain.interchange.names import CASES, CONTAINER
from trace.chain.lineage.arcs import DOWN, UP, Direction

LAPSED: Final = "lapsed"
KEYED: Final = len("urn:gtin:09521234100010")
"""Where in a key the GTIN's urn ends."""
_NOT_DENIED: Final = "coalesce({table}.found, '') <> 'not_established'"
_STANDS: Final = "claim.state NOT IN ('superseded', 'withdrawn')"
OF_CLAIM: Final = f"{_STANDS} AND {_NOT_DENIED.format(table='claim')}"
OF_FORMER: Final = f"former.ended_by IS NULL AND {_NOT_DENIED.format(table='former')}"
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
    between: tuple[tuple[str, dict[Direction, str]], ...] = ()
    """Tables between the two, on the way down in this order; and by direction what joins each."""

    def tables(self, way: Direction) -> Sequence[tuple[str, str]]:
        """(table, what joins it to `asked` and the tables before it), in order."""
        table, column = self.near[way]
        passed = self.between if way == DOWN else reversed(self.between)
        middle = ((name, joined[way]) for name, joined in passed)
        return (
            (table, f"{column} = asked.lot"),
            *middle,
            *((self.far[way],) if self.far is not None else ()),
        )


def _claim(number: int, other: str, lot: str, joined: str, label: str, where: str) -> Way:
    return Way(
        "claim",
        number,
        lot,
        "claim.lot",
        label,
        {UP: ("claim", "claim.lot"), DOWN: (other, lot)},
        {UP: (other, joined), DOWN: ("claim", joined)},
        f"{where} AND {OF_CLAIM}",
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
_LISTED: Final = "replace(product.packers, ' ' || made.iss || ' ', '') <> product.packers"


def _speaks(product: str, also: str = "") -> str:
    """Whoever stated the lot may speak for the GTIN with which the text `product` begins."""
    digits = ", ".join(f"substr({product}, 11, {size})" for size in range(4, 14))
    holder = (
        f"(SELECT licence.holder FROM licence WHERE licence.prefix IN ({digits}) "  # noqa: S608 - texts of ours
        "ORDER BY length(licence.prefix) DESC, licence.since DESC, licence.urn DESC LIMIT 1)"
    )
    return (
        "EXISTS (SELECT 1 FROM statement AS made "  # noqa: S608 - texts of ours
        f"WHERE made.id = (lot.id & -256) AND ({also}coalesce({holder}, made.iss) = made.iss "
        f"OR EXISTS (SELECT 1 FROM product WHERE product.urn = substr({product}, 1, {KEYED}) "
        f"AND product.stater = {holder} AND {_LISTED})))"
    )


OF_MAKER: Final = f"lot.kind NOT IN ('consignment', 'material') AND {_speaks('lot.product')}"
# Names of other systems alike, where they hold a GTIN; else anybody may mean anybody's. Goods that were taken
# in under the name themselves, and into which nothing went, are no more than what others have as well.
_TAKEN: Final = (
    "EXISTS (SELECT 1 FROM former AS own WHERE own.below = lot.id AND own.above_name = lot.named_key) "
    "AND NOT EXISTS (SELECT 1 FROM former AS own WHERE own.below = lot.id "
    "AND (own.above IS NOT NULL OR own.above_name <> lot.named_key)) "
    "AND NOT EXISTS (SELECT 1 FROM link AS own WHERE own.to_lot = lot.id)"
)
OF_NAMED: Final = (
    _speaks("lot.named_key", "substr(lot.named_key, 1, 9) <> 'urn:gtin:' OR ") + f" AND NOT ({_TAKEN})"
)


def _keyed(key: str) -> str:
    return (
        f"lot.batch_no = substr({key}, {KEYED + 2}) AND lot.product = substr({key}, 1, {KEYED}) "
        f"AND substr({key}, {KEYED + 1}, 1) = ':'"
    )


_OWN_KEY: Final = "lot.product || ':' || lot.batch_no"
BY_KEY: Final = Way(
    "claim",
    3,
    "lot.id",
    "claim.lot",
    _CLAIMED,
    {UP: ("claim", "claim.lot"), DOWN: ("lot", "lot.id")},
    {UP: ("lot", _keyed("claim.named_key")), DOWN: ("claim", f"claim.named_key = {_OWN_KEY}")},
    f"{OF_CLAIM} AND claim.handover IS NULL AND lot.id <> claim.lot AND {OF_MAKER}",
)
BY_NAME: Final = Way(
    "claim",
    3,
    "lot.id",
    "claim.lot",
    _CLAIMED,
    {UP: ("claim", "claim.lot"), DOWN: ("lot", "lot.id")},
    {
        UP: ("lot", "lot.named_key = claim.named_key"),
        DOWN: ("claim", "claim.named_key = lot.named_key"),
    },
    f"{OF_CLAIM} AND claim.handover IS NULL AND lot.id <> claim.lot AND {OF_NAMED}",
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
    f"former.above IS NOT NULL AND {OF_FORMER}",
)
FORMER_NAMED: Final = Way(
    "former",
    0,
    "lot.id",
    "former.below",
    _WHY,
    {UP: ("former", "former.below"), DOWN: ("lot", "lot.id")},
    {UP: ("lot", "former.above_name = lot.urn"), DOWN: ("former", "former.above_name = lot.urn")},
    f"{OF_FORMER} AND lot.named_key IS NULL",
)


def _taken_in(above: str, below: str, where: str) -> Way:
    """From goods that were taken in under a name of another system to those that are meant by it."""
    return Way(
        "former",
        0,
        "lot.id",
        "former.below",
        _WHY,
        {UP: ("former", "former.below"), DOWN: ("lot", "lot.id")},
        {UP: ("lot", above), DOWN: ("former", below)},
        f"{OF_FORMER} AND lot.id <> former.below AND {where}",
    )


FORMER_KEYED: Final = _taken_in(_keyed("former.above_name"), f"former.above_name = {_OWN_KEY}", OF_MAKER)
FORMER_MEANT: Final = _taken_in(
    "lot.named_key = former.above_name", "former.above_name = lot.named_key", OF_NAMED
)
# A case's number as another system's event names it: what was ever put into that case is meant, or into a
# case that was put into it, up to a carton in a case on a pallet in a container. Who takes goods out of a
# case by its own word takes nothing out of a scope.
_CASE: Final = f"'{CASES}' || substr({{table}}.container, {len(CONTAINER) + 1})"
_NUMBER: Final = f"'{CONTAINER}' || substr(former.above_name, {len(CASES) + 1})"
_A_CASE: Final = f"substr(former.above_name, 1, {len(CASES)}) = '{CASES}'"


STACKED: Final = 3
"""Cases around the one that the goods are in, at most."""


def _in_case(around: int) -> Way:
    """Of goods in a case that stands in so many others, of which the outermost is named."""
    shells = tuple(
        (
            f"aggregation AS shell{at}",
            {
                DOWN: f"shell{at}.inner_container = {f'shell{at - 1}' if at > 1 else 'packed'}.container",
                UP: f"shell{at}.container = {_NUMBER if at == around else f'shell{at + 1}.inner_container'}",
            },
        )
        for at in range(1, around + 1)
    )
    held = "shell1.inner_container" if around else _NUMBER
    outermost = f"shell{around}" if around else "packed"
    return Way(
        "former",
        0,
        "packed.lot",
        "former.below",
        _WHY,
        {UP: ("former", "former.below"), DOWN: ("aggregation AS packed", "packed.lot")},
        {
            UP: ("aggregation AS packed", f"packed.container = {held}"),
            DOWN: ("former", f"former.above_name = {_CASE.format(table=outermost)}"),
        },
        f"{OF_FORMER} AND {_A_CASE} AND packed.lot <> former.below",
        shells,
    )


FORMER_CASED: Final = tuple(_in_case(around) for around in range(STACKED + 1))
WAYS: Final = (
    *(PAIR_LAPSED, BY_STATEMENT, BY_LOT, BY_KEY, BY_NAME),
    *(FORMER, FORMER_NAMED, FORMER_KEYED, FORMER_MEANT, *FORMER_CASED),
)
