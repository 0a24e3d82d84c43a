"""Facts of codes on packs: switched on, withdrawn, put into cases (赋码, 激活, 作废, 装箱).

Serials are spoken of by the counters behind them, as intervals: a million codes are one pair of numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.reading import Shape, Unfit, many, one_of, pattern, whole
from trace.chain.needs import Needs
from trace.codes.intervals import Interval
from trace.codes.serials import COUNTERS
from trace.identity.check_digit import gs1_mod_10
from trace.parties import OPERATORS, REGULATORS

LARGEST_RANGE = 10**9
"""Codes in one range: more than any line prints for one batch."""


@dataclass(frozen=True, slots=True)
class SerialRange:
    """`count` counters from `first` of the range that the lot's pack was allocated."""

    first: int
    count: int

    @property
    def interval(self) -> Interval:
        return Interval(self.first, self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSerials(SerialRange):
    """Counters of one lot among several."""

    lot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Serials(SerialRange):
    """The counters allocated to a pack, under the platform's key of an epoch."""

    epoch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesActivated(Fact):
    """Without `range` every code of the lot that is not void begins to answer."""

    lot: str
    code_level: str
    report: str
    gtin: str | None = None
    batch_no: str | None = None
    platform_code: str | None = None
    range: SerialRange | None = None

    def needs(self) -> Needs:
        lot = frozenset((self.lot,))
        named = frozenset((self.platform_code,) if self.platform_code else ())
        return Needs(lots=lot, gated=lot, coded=lot, named=named, statements=frozenset((self.report,)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesVoided(Fact):
    """Without `range` the whole lot's code or codes are withdrawn."""

    lot: str
    reason: str
    range: SerialRange | None = None

    def needs(self) -> Needs:
        lot = frozenset((self.lot,))
        return Needs(lots=lot, coded=lot)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesAggregated(Fact):
    """The aggregation of codes: put into a container (`add`) or taken out (`remove`), items as intervals."""

    container: str
    action: str
    items: tuple[LotSerials, ...] = ()
    containers: tuple[str, ...] = ()

    def needs(self) -> Needs:
        lots = frozenset(each.lot for each in self.items)
        return Needs(
            lots=lots,
            coded=lots,
            items=frozenset((each.lot, each.first, each.count) for each in self.items),
            containers=frozenset((self.container, *self.containers)),
        )


_counter = whole(0, COUNTERS - 1)
_count = whole(1, LARGEST_RANGE)
epoch = pattern(r"[0-9A-HJKMNP-TV-Z]", "key epoch: one Crockford character")
platform_code = pattern(
    r"(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}|[0-9A-HJKMNP-TV-Z]{12}",
    "platform code of 12 Crockford characters, as XXXX-XXXX-XXXX",
)
serial_range = Shape(SerialRange, {"first": _counter, "count": _count})
lot_serials = Shape(LotSerials, {"lot": urns.lot_urn, "first": _counter, "count": _count})


def sscc_urn(value: object) -> str:
    """`urn:sscc:<18 digits>`; a wrong check digit is refused (docs/adr/0033)."""
    text = _sscc_form(value)
    expected = gs1_mod_10(text[-18:-1])
    if text[-1] != expected:
        raise Unfit(f"SSCC with check digit {expected}")
    return text


_sscc_form = pattern(r"urn:sscc:[0-9]{18}", "urn:sscc:<18 digits>")
serials = Shape(Serials, {"epoch": epoch, "first": _counter, "count": _count})

ACTIVATE = Kind(
    "code.activate",
    CodesActivated,
    {"lot": urns.lot_urn, "codeLevel": urns.code_level, "report": urns.statement_id},
    {
        "gtin": urns.gtin_digits,
        "batchNo": urns.batch_number,
        "platformCode": platform_code,
        "range": serial_range,
    },
    subject="lot",
    stated_by=OPERATORS,
    timeline="activation",
)
VOID = Kind(
    "code.void",
    CodesVoided,
    {"lot": urns.lot_urn, "reason": urns.line},
    {"range": serial_range},
    subject="lot",
    stated_by=OPERATORS | REGULATORS,
    timeline="void",
)
AGGREGATE = Kind(
    "code.aggregate",
    CodesAggregated,
    {"container": sscc_urn, "action": one_of("add", "remove")},
    {"items": many(lot_serials, high=100), "containers": many(sscc_urn, high=100)},
    subject="container",
    stated_by=OPERATORS,
    timeline="aggregation",
)
