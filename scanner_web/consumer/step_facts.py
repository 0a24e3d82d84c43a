"""What a step tells when it is unfolded, besides its name: figures, spans of time, numbers of papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from scanner_web.frame.reader import Reader
from trace.usecases.batch_page.page import BatchPage, Step, TestShown
from trace.usecases.batch_page.step_facts import (
    COLDEST,
    FIRST_AFTER,
    GREW,
    LAST_AFTER,
    SHARE,
    SHARE_OF,
    SINCE_SPRAYED,
    WARMEST,
    YIELD,
)

_ITEMS: Final = 3
_GOODS: Final = frozenset({"receipt", "merge", "split", "production", "pack"})


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text; `data` was entered by somebody, in Chinese, and is shown as it was entered."""

    text: str
    data: bool = False


def facts_of_step(step: Step, page: BatchPage, of: Reader) -> tuple[Part, ...]:
    """What is known besides; of a step of which no more is known at least the time of day."""
    return tuple(_facts(step, page, of)) or (Part(of.say("scan.step.at", time=step.at[11:16])),)


def _facts(step: Step, page: BatchPage, of: Reader) -> Iterable[Part]:
    yield from _proportions(step, of)
    yield from _OWN.get(step.kind, _nothing)(step, page, of)
    yield from _temperature(step, of)
    if step.kind not in _GOODS:
        return
    if step.detail.get(FIRST_AFTER) is not None:
        yield Part(_after(int(step.detail[FIRST_AFTER] or 0), int(step.detail[LAST_AFTER] or 0), of))
    if step.region:
        yield Part(of.place(step.region))


def _nothing(_step: Step, _page: BatchPage, _of: Reader) -> Iterable[Part]:
    return ()


def _proportions(step: Step, of: Reader) -> Iterable[Part]:
    if step.detail.get(SHARE):
        yield Part(of.say(f"scan.step.share-{step.detail[SHARE_OF]}", percent=step.detail[SHARE]))
    if step.detail.get(YIELD):
        yield Part(of.say("scan.step.yield", percent=step.detail[YIELD]))


def _temperature(step: Step, of: Reader) -> Iterable[Part]:
    low, high = step.detail.get(COLDEST), step.detail.get(WARMEST)
    if low is not None and low == high:
        yield Part(of.say("scan.step.temperature", degrees=low))
    elif low is not None:
        yield Part(of.say("scan.step.temperatures", low=low, high=high))


def _plot(step: Step, page: BatchPage, of: Reader) -> Iterable[Part]:
    if step.detail.get("works"):
        yield Part(of.say("scan.step.works", count=step.detail["works"]))
    drawn = any(origin.sketch and origin.area for origin in page.origins)
    if step.detail.get("areaMu") and not drawn:  # else it stands in the sketch of the origin
        yield Part(of.say("scan.sketch.area", area=step.detail["areaMu"]))


def _reaped(step: Step, _page: BatchPage, of: Reader) -> Iterable[Part]:
    if step.detail.get(GREW) is not None:
        yield Part(of.say("scan.step.grew", days=step.detail[GREW]))
    if step.detail.get(SINCE_SPRAYED) is not None:
        yield Part(of.say("scan.step.since-sprayed", days=step.detail[SINCE_SPRAYED]))


def _left(step: Step, page: BatchPage, of: Reader) -> Iterable[Part]:
    yield from _since_harvest(step, page, of)
    if step.region:
        yield Part(of.place(step.region))


def _since_harvest(step: Step, page: BatchPage, of: Reader) -> Iterable[Part]:
    """Days since the harvests of the origin; none where the step lies before the last of them."""
    first = min((origin.harvested_from for origin in page.origins), default="")
    last = max((origin.harvested_to for origin in page.origins), default="")
    if last and step.day >= last:
        day = date.fromisoformat(step.day)
        yield Part(_after((day - date.fromisoformat(last)).days, (day - date.fromisoformat(first)).days, of))


def _certified(step: Step, _page: BatchPage, of: Reader) -> Iterable[Part]:
    if step.detail.get("basis"):
        yield Part(of.say("scan.step.number", number=step.text))


def _activated(step: Step, page: BatchPage, of: Reader) -> Iterable[Part]:
    yield Part(of.say("scan.step.each-pack" if page.code_level == "item" else "scan.step.each-batch"))
    yield from _since_harvest(step, page, of)


def _work(step: Step, _page: BatchPage, of: Reader) -> Iterable[Part]:
    before, interval = step.detail.get("daysBefore"), step.detail.get("intervalDays")
    if before is not None and interval is not None:
        yield Part(of.say("scan.step.before-of", days=before, interval=interval))
    elif before is not None:
        yield Part(of.say("scan.step.before", days=before))
    elif interval is not None:
        yield Part(of.say("scan.interval", days=interval))
    if step.detail.get("substance"):
        yield Part(of.tell("scan.step.substance", name=step.detail["substance"]))


def _after(last: int, first: int, of: Reader) -> str:
    if first == 0:
        return of.say("scan.step.same-day")
    if last == first:
        return of.say("scan.step.after", days=last)
    return of.say("scan.step.after-span", first=last, last=first)


def _packed(_step: Step, page: BatchPage, of: Reader) -> Iterable[Part]:
    packs, net = page.product.packs, page.product.net_content
    if packs:
        yield Part(of.say("scan.step.packs", count=of.amount(packs)))
    if net:
        yield Part(of.say("scan.step.net", amount=of.amount(net)))


def _tested(step: Step, page: BatchPage, of: Reader) -> Iterable[Part]:
    report = next((test for test in page.tests if test.statement == step.statement), None)
    if report is not None:
        yield from _items(report, of)
    yield Part(of.say("scan.step.report", number=step.text))


def _sampled(step: Step, _page: BatchPage, of: Reader) -> Iterable[Part]:
    if step.detail.get("items"):
        named = str(step.detail["items"]).split("、")
        items = Markup(of.say("scan.list")).join(map(of.term, named))  # noqa: S704 - a sign of ours
        yield Part(of.tell("scan.step.sampled-for", items=items))
    if step.detail.get("sheetNo"):
        yield Part(of.say("scan.step.sheet", number=step.detail["sheetNo"]))


def _relabelled(step: Step, page: BatchPage, of: Reader) -> Iterable[Part]:
    for entry in page.label_history:
        if entry.statement == step.statement:
            yield Part(of.word("scan.label-field", entry.field))


def _items(report: TestShown, of: Reader) -> Iterable[Part]:
    failed_first = sorted(report.items, key=lambda item: item.get("verdict") != "fail")
    for item in failed_first[:_ITEMS]:
        value = " ".join(filter(None, (item.get("value"), item.get("unit"))))
        limit = item.get("limit")
        key = "scan.step.item-limit" if limit else "scan.step.item"
        yield Part(of.tell(key, name=item.get("name") or "", value=value, limit=limit or ""))
    if len(report.items) > _ITEMS:
        yield Part(of.say("scan.step.items-more", count=len(report.items) - _ITEMS))


_OWN: Final = {
    "plot": _plot,
    "operation": _work,
    "harvest": _reaped,
    "dispatch": _left,
    "shipment": _left,
    "certificate": _certified,
    "test": _tested,
    "sampling": _sampled,
    "label": _relabelled,
    "correction": _relabelled,
    "pack": _packed,
    "activation": _activated,
}
