"""GS1 application identifiers: what follows each one, and what it may do in a Digital Link.

The table is our own, written from the GS1 General Specifications §3 in a small notation:

    n14      exactly 14 digits                an..20   1 to 20 characters of set 82
    y..30    1 to 30 characters of set 39     name?    this component may be absent
    n14:mod10   and the component passes that check (`CHECKS`)

Left out until needed (a later issue completes the table): 42x countries, 391n/393n currencies,
43xx transport, 703x processors, 724x–725x, 8001, 8007, 8014, 8026, 8030, 804x, coupons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from trace.errors.gs1 import ApplicationIdentifierUnknown, ElementMalformed
from trace.gs1.component_checks import CHARACTERS, CHECKS

KEY: Final = "key"
ATTRIBUTE: Final = "attribute"

_TABLE: Final = (
    # codes (single, or first-last), format, title, what it may be in a Digital Link
    ("00", "n18:mod10", "SSCC", (KEY, ATTRIBUTE)),
    ("01", "n14:mod10", "GTIN", (KEY, ATTRIBUTE)),
    ("02", "n14:mod10", "CONTENT", (ATTRIBUTE,)),
    ("03", "n14:mod10", "MTO GTIN", ()),
    ("10", "an..20", "BATCH/LOT", (ATTRIBUTE,)),
    ("11-13", "n6:day_or_month", "DATE", (ATTRIBUTE,)),
    ("15-17", "n6:day_or_month", "DATE", (ATTRIBUTE,)),
    ("20", "n2", "VARIANT", (ATTRIBUTE,)),
    ("21", "an..20", "SERIAL", ()),
    ("22", "an..20", "CPV", ()),
    ("235", "an..28", "TPX", ()),
    ("240-241", "an..30", "ADDITIONAL ID", (ATTRIBUTE,)),
    ("242", "n..6", "MTO VARIANT", (ATTRIBUTE,)),
    ("243", "an..20", "PCN", (ATTRIBUTE,)),
    ("250-251", "an..30", "SECONDARY", (ATTRIBUTE,)),
    ("253", "n13:mod10 an..17?", "GDTI", (KEY, ATTRIBUTE)),
    ("254", "an..20", "GLN EXTENSION COMPONENT", ()),
    ("255", "n13:mod10 n..12?", "GCN", (KEY, ATTRIBUTE)),
    ("30", "n..8", "VAR. COUNT", (ATTRIBUTE,)),
    *(
        (f"3{unit}0-3{unit}5", "n6", "TRADE MEASURE", (ATTRIBUTE,))
        for unit in (*range(10, 17), *range(20, 38))
    ),
    *(
        (f"3{unit}0-3{unit}5", "n6", "TRADE MEASURE", (ATTRIBUTE,))
        for unit in (*range(40, 58), *range(60, 70))
    ),
    ("37", "n..8", "COUNT", (ATTRIBUTE,)),
    ("3900-3909", "n..15", "AMOUNT", (ATTRIBUTE,)),
    ("3920-3929", "n..15", "PRICE", (ATTRIBUTE,)),
    ("3940-3943", "n4", "PRCNT OFF", (ATTRIBUTE,)),
    ("3950-3955", "n6", "PRICE/UoM", (ATTRIBUTE,)),
    ("400", "an..30", "ORDER NUMBER", (ATTRIBUTE,)),
    ("401", "an..30:company_prefix", "GINC", (KEY, ATTRIBUTE)),
    ("402", "n17:mod10", "GSIN", (KEY, ATTRIBUTE)),
    ("403", "an..30", "ROUTE", (ATTRIBUTE,)),
    ("410-413", "n13:mod10", "GLN", (ATTRIBUTE,)),
    ("414", "n13:mod10", "LOC No.", (KEY, ATTRIBUTE)),
    ("415", "n13:mod10", "PAY TO", (KEY, ATTRIBUTE)),
    ("416", "n13:mod10", "PROD/SERV LOC", (ATTRIBUTE,)),
    ("417", "n13:mod10", "PARTY", (KEY, ATTRIBUTE)),
    ("420", "an..20", "SHIP TO POST", (ATTRIBUTE,)),
    ("7001", "n13", "NSN", (ATTRIBUTE,)),
    ("7002", "an..30", "MEAT CUT", (ATTRIBUTE,)),
    ("7003", "n6:day n4:hour_minute", "EXPIRY TIME", (ATTRIBUTE,)),
    ("7004", "n..4", "ACTIVE POTENCY", (ATTRIBUTE,)),
    ("7005", "an..12", "CATCH AREA", (ATTRIBUTE,)),
    ("7006", "n6:day", "FIRST FREEZE DATE", (ATTRIBUTE,)),
    ("7007", "n6:day n6:day?", "HARVEST DATE", (ATTRIBUTE,)),
    ("7008", "an..3", "AQUATIC SPECIES", (ATTRIBUTE,)),
    ("7009", "an..10", "FISHING GEAR TYPE", (ATTRIBUTE,)),
    ("7010", "an..2", "PROD METHOD", (ATTRIBUTE,)),
    ("7011", "n6:day n4:hour_minute?", "TEST BY DATE", (ATTRIBUTE,)),
    ("7020-7022", "an..20", "REFURB", (ATTRIBUTE,)),
    ("7023", "an..30:company_prefix", "GIAI - ASSEMBLY", (ATTRIBUTE,)),
    ("7040", "n1 an3:importer_index", "UIC+EXT", ()),
    ("710-717", "an..20", "NHRN", (ATTRIBUTE,)),
    ("7230-7239", "an2 an..28", "CERT", (ATTRIBUTE,)),
    ("8002", "an..20", "CMT No.", (ATTRIBUTE,)),
    ("8003", "n1:zero n13:mod10 an..16?", "GRAI", (KEY, ATTRIBUTE)),
    ("8004", "an..30:company_prefix", "GIAI", (KEY, ATTRIBUTE)),
    ("8005", "n6", "PRICE PER UNIT", (ATTRIBUTE,)),
    ("8006", "n14:mod10 n4:piece_of_total", "ITIP", (KEY, ATTRIBUTE)),
    ("8008", "n6:day n2:hour n2:minute? n2:minute?", "PROD TIME", (ATTRIBUTE,)),
    ("8009", "an..50", "OPTSEN", (ATTRIBUTE,)),
    ("8010", "y..30:company_prefix", "CPID", (KEY, ATTRIBUTE)),
    ("8011", "n..12:no_leading_zero", "CPID SERIAL", ()),
    ("8012", "an..20", "VERSION", (ATTRIBUTE,)),
    ("8013", "an..25:check_pair", "GMN", (KEY, ATTRIBUTE)),
    ("8017-8018", "n18:mod10", "GSRN", (KEY, ATTRIBUTE)),
    ("8019", "n..10", "SRIN", ()),
    ("8020", "an..25", "REF No.", ()),
    ("8111", "n4", "POINTS", (ATTRIBUTE,)),
    ("8200", "an..70", "PRODUCT URL", ()),
    ("90", "an..30", "INTERNAL", (ATTRIBUTE,)),
    ("91-99", "an..90", "INTERNAL", (ATTRIBUTE,)),
)

QUALIFIERS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "01": (("22", "10", "21"), ("235",)),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
"""Key -> alternative qualifier sequences; a path takes any part of one of them, in this order."""

_PREDEFINED_LENGTH: Final = frozenset(
    {"00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "41"}
    | {str(prefix) for prefix in range(31, 37)}
)
"""First two digits of the AIs that need no FNC1 after them (General Specifications, figure 7.8.5-2)."""

_COMPONENT: Final = re.compile(r"(an|n|y)(\.\.)?([0-9]+)(?::([a-z0-9_]+))?(\?)?")


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a value: its character set, its length and the name of its check in `CHECKS`."""

    charset: str
    shortest: int
    longest: int
    check: str | None
    optional: bool


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """One row of the table; `longest` is the length of the longest value."""

    code: str
    title: str
    components: tuple[Component, ...]
    roles: tuple[str, ...]

    @property
    def is_key(self) -> bool:
        return KEY in self.roles

    @property
    def may_be_attribute(self) -> bool:
        return ATTRIBUTE in self.roles

    @property
    def has_predefined_length(self) -> bool:
        return self.code[:2] in _PREDEFINED_LENGTH

    @property
    def longest(self) -> int:
        return sum(component.longest for component in self.components)


@dataclass(frozen=True, slots=True)
class Element:
    """An AI with its value, checked when made by `element`."""

    ai: str
    value: str


def identifier(ai: str) -> ApplicationIdentifier:
    """The row of an AI; raises `ApplicationIdentifierUnknown`."""
    try:
        return table()[ai]
    except KeyError:
        raise ApplicationIdentifierUnknown(ai=ai[:20]) from None


def element(ai: str, value: str) -> Element:
    """An element whose value obeys its AI; raises `ApplicationIdentifierUnknown` or `ElementMalformed`."""
    rest = value
    for component in identifier(ai).components:
        if component.optional and not rest:
            break
        part, rest = rest[: component.longest], rest[component.longest :]
        if not _obeys(component, part):
            raise ElementMalformed(ai=ai, value=value[:100])
    if rest:
        raise ElementMalformed(ai=ai, value=value[:100])
    return Element(ai, value)


def _obeys(component: Component, part: str) -> bool:
    if not component.shortest <= len(part) <= component.longest:
        return False
    if not CHARACTERS[component.charset].issuperset(part):
        return False
    return component.check is None or CHECKS[component.check](part)


@cache
def table() -> dict[str, ApplicationIdentifier]:
    """AI -> row, ranges spread out."""
    return {
        code: ApplicationIdentifier(code, title, read_notation(notation), roles)
        for codes, notation, title, roles in _TABLE
        for code in _spread(codes)
    }


def _spread(codes: str) -> list[str]:
    first, _, last = codes.partition("-")
    return [str(code).zfill(len(first)) for code in range(int(first), int(last or first) + 1)]


def read_notation(notation: str) -> tuple[Component, ...]:
    """The components of a row; `ValueError` for a slip in the table."""
    made = []
    for written in notation.split():
        match = _COMPONENT.fullmatch(written)
        if match is None:
            raise ValueError(written)
        charset, variable, length, check, optional = match.groups()
        made.append(Component(charset, 1 if variable else int(length), int(length), check, bool(optional)))
    return tuple(made)
