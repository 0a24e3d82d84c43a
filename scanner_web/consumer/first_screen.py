"""The first screen's three facts: test, origin, best before; of goods that failed, what was found instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from scanner_web.frame.reader import Reader
from trace.chain.measured import times_of_limit
from trace.usecases.batch_page.handovers_shown import CLAIMED
from trace.usecases.batch_page.page import BatchPage, OrderShown, TestShown

FAILED_STATES: Final = frozenset({"failed", "batch-failed", "source-failed"})
RECALLED_STATES: Final = frozenset({"recalled", "recall-completed"})
_GOODS: Final = frozenset({"pack", "product", "batch"})
_AMOUNT: Final = re.compile(r"\D*?([0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True, slots=True)
class Fact:
    """A caption and what stands under it; a `whole` one is not broken into lines. `tone`: "" or bad."""

    caption: str
    value: str
    tone: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """An item of a test that failed: what was found, its limit, and how far the bar of each is drawn."""

    name: str
    value: str
    limit: str
    reach: int
    mark: int
    test: TestShown


def facts_of(page: BatchPage, state: str, finding: Finding | None, of: Reader) -> tuple[Fact, ...]:
    """Three of them, the most telling first; none is a figure of the records behind them."""
    until = Fact(of.say("scan.fact.until"), page.product.expiry_date or of.say("scan.not-stated"))
    if state in RECALLED_STATES:
        return (*_of_recall(page, finding, of), until)
    if state in FAILED_STATES and finding is not None:
        return (*_of_finding(finding, of), Fact(of.say("scan.fact.tested"), finding.test.tested_on))
    return (_test(page, of), _origin(page, of), until)


def worst_finding(tests: tuple[TestShown, ...]) -> Finding | None:
    """Of the failed test nearest to the goods, of several the newest, the item furthest above its limit."""
    found = [
        (test.of in _GOODS, test.tested_on, _times(item), test, item)
        for test in tests
        for item in test.items
        if test.conclusion == item.get("verdict") == "fail" and item.get("value")
    ]
    if not found:
        return None
    *_, times, test, item = max(found, key=lambda each: each[:3])
    drawn = times > 1  # what falls short of a least amount is told in figures alone
    reach, mark = (min(100, round(60 * float(times))), 60) if drawn else (0, 0)
    return Finding(
        name=str(item.get("name") or ""),
        value=_with_unit(item, "value"),
        limit=_with_unit(item, "limit"),
        reach=reach,
        mark=mark,
        test=test,
    )


def doubts_of(page: BatchPage, of: Reader) -> tuple[str, ...]:
    """What the record of these goods says against itself, in words."""
    told = [
        of.tell(
            f"scan.doubt.above-{doubt.kind}",
            name=_plain(doubt.name),
            value=doubt.value,
            limit=doubt.limit,
            source=doubt.source,
            verify=of.say("scan.doubt.verify") if doubt.unverified else "",
        )
        for test in page.tests
        for doubt in test.doubts
        if doubt.grave
    ]
    if page.expected_expiry is not None:
        product = page.product
        life, made = product.shelf_life or "", product.production_date
        said = {"life": life, "made": made, "stated": product.expiry_date}
        told.append(of.tell("scan.doubt.expiry", expected=page.expected_expiry, **said))
    return tuple(dict.fromkeys(told))


def days_left(page: BatchPage, of: Reader) -> str:
    """How long the licence of the green mark still runs; "" where nobody says, or it is cancelled."""
    mark = page.green_mark
    if mark is None or mark.valid_to is None or mark.state == "cancelled" or not page.seen_on:
        return ""
    days = (date.fromisoformat(mark.valid_to) - date.fromisoformat(page.seen_on)).days
    if days < 0:
        return of.say("scan.days-left.over", day=mark.valid_to)
    return of.say("scan.days-left.valid", days=days) if days else of.say("scan.days-left.last")


def _of_recall(page: BatchPage, finding: Finding | None, of: Reader) -> tuple[Fact, ...]:
    if finding is not None:
        return _of_finding(finding, of)
    recalls: list[OrderShown] = [order for order in page.orders if order.kind == "recall"]
    if not recalls:
        return (_test(page, of), _origin(page, of))
    level = str(recalls[0].level or "")
    said = of.word("scan.fact.level", level) if level else of.say("scan.not-stated")
    return (Fact(of.say("scan.order.level"), said), Fact(of.say("scan.fact.recalled"), recalls[0].on))


def _of_finding(finding: Finding, of: Reader) -> tuple[Fact, ...]:
    first = Fact(of.tell("scan.fact.found", name=_plain(finding.name)), finding.value, tone="bad")
    if not finding.limit:
        return (first, Fact(of.say("scan.fact.test"), of.say("scan.conclusion.fail"), tone="bad"))
    return (first, Fact(of.say("scan.tests.limit"), finding.limit))


def _test(page: BatchPage, of: Reader) -> Fact:
    """The conclusion of the newest release test of the goods, else of any report; a failed one before all."""
    caption = of.say("scan.fact.test")
    if any(test.conclusion == "fail" for test in page.tests):
        return Fact(caption, of.say("scan.fact.some-failed"), tone="bad")
    if any(test.doubted for test in page.tests):
        return Fact(caption, of.say("scan.conclusion.doubted"))
    released = [test for test in page.tests if test.purpose == "release"]
    if released:
        return Fact(of.say("scan.purpose.release"), of.say("scan.conclusion.pass"))
    if page.tests:
        return Fact(caption, of.say("scan.conclusion.pass"))
    return Fact(caption, of.say("scan.fact.no-report"))


def _origin(page: BatchPage, of: Reader) -> Fact:
    regions = list(dict.fromkeys(origin.region for origin in page.origins if origin.region))
    caption = of.say("scan.origin.title")
    if not regions:
        named = CLAIMED in page.handovers
        return Fact(caption, of.say("scan.fact.origin-claimed" if named else "scan.fact.no-origin"))
    first = of.place(regions[0], short=True)
    if len(regions) > 1:
        return Fact(caption, of.say("scan.fact.and-more", first=first, count=len(regions)), whole=False)
    return Fact(caption, first, whole=False)


def _plain(name: str) -> str:
    """镉（以 Cd 计） is 镉: what stands in brackets is for the report."""
    return re.split(r"[（(]", name, maxsplit=1)[0].strip() or name


def _with_unit(item: Mapping[str, str | None], member: str) -> str:
    value, unit = str(item.get(member) or "").strip(), str(item.get("unit") or "").strip()
    if not value or not unit or unit in value:
        return value
    return f"{value} {unit}" if _AMOUNT.match(value) else value


def _times(item: Mapping[str, str | None]) -> Decimal:
    """How many times its limit an item is; 0 where that cannot be said."""
    value, limit, unit = (str(item.get(member) or "") for member in ("value", "limit", "unit"))
    return times_of_limit(value, limit, unit) or Decimal(0)
