"""What a step tells besides: proportions of goods, whatever kind of record stated them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner_web.consumer.step_facts import facts_of_step
from scanner_web.frame.reader import Reader
from tests.builders.batch_pages import a_batch
from tests.unit.scanner_web.test_label_history import an_entry
from trace.usecases.batch_page.step_facts import COLDEST, GREW, SHARE, SHARE_OF, SINCE_SPRAYED, WARMEST


@pytest.mark.parametrize("kind", ["harvest", "receipt", "epcis.event", "merge"])
@pytest.mark.parametrize("goods", ["harvest", "material"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_share_is_told_by_what_the_goods_are_and_not_by_who_recorded_them(kind, goods, locale) -> None:
    page = a_batch()
    step = replace(page.timeline[0], kind=kind, detail={SHARE: "40", SHARE_OF: goods})
    told = [part.text for part in facts_of_step(step, page, Reader(locale, False, False, ()))]
    assert any("40 %" in text for text in told)


@pytest.mark.parametrize("kind", ["receipt", "shipment"])
@pytest.mark.parametrize(
    ("low", "high", "locale", "text"),
    [
        ("2", "6.5", "zh-CN", "测得温度 2 至 6.5 ℃"),
        ("-18", "-18", "zh-CN", "测得温度 -18 ℃"),
        ("2", "6.5", "en", "temperature read: 2 to 6.5 °C"),
        ("0", "0", "en", "temperature read: 0 °C"),
    ],
)
def test_a_temperature_is_told_as_it_was_read(kind, low, high, locale, text) -> None:
    page = a_batch()
    of = Reader(locale, False, False, ())
    step = replace(page.timeline[0], kind=kind, detail={COLDEST: low, WARMEST: high})
    assert text in [part.text for part in facts_of_step(step, page, of)]
    untold = replace(step, detail={})
    assert not any("℃" in part.text or "°C" in part.text for part in facts_of_step(untold, page, of))


CHINESE, ENGLISH = Reader("zh-CN", False, False, ()), Reader("en", False, False, ())


@pytest.mark.parametrize(
    ("kind", "detail", "zh", "en"),
    [
        (
            "harvest",
            {GREW: 120, SINCE_SPRAYED: 15},
            ["播种或移栽后 120 天", "最近一次用药后 15 天"],
            ["120 days after sowing or planting", "15 days after the last spraying"],
        ),
        (
            "sampling",
            {"sheetNo": "CY-7", "items": "镉（以 Cd 计）、铅"},
            ["检测 镉（以 Cd 计）、铅", "采样单 CY-7"],
            ["to be tested for cadmium (as Cd), lead", "sheet CY-7"],
        ),
        (
            "activation",
            {},
            ["整批共用一个码", "采收后 9 至 11 天"],
            ["one code for the whole batch", "9 to 11 days after harvest"],
        ),
        (
            "shipment",
            {},
            ["采收后 9 至 11 天", "上海市崇明区"],
            ["9 to 11 days after harvest", "Chongming, Shanghai"],
        ),
        (
            "plot",
            {"areaMu": 3, "works": 4},
            ["登记农事 4 次", "约 3 亩"],
            ["farm work recorded: 4", "about 3 mu"],
        ),
    ],
)
def test_a_step_tells_what_no_other_line_says(kind, detail, zh, en) -> None:
    page = a_batch()
    step = replace(page.timeline[0], kind=kind, detail=detail, day="2026-10-12", region="崇明区")
    assert [part.text for part in facts_of_step(step, page, CHINESE)] == zh
    assert [part.text for part in facts_of_step(step, page, ENGLISH)] == en


def test_the_area_in_the_sketch_of_the_origin_is_not_said_again() -> None:
    (origin,) = a_batch().origins
    page = a_batch(origins=(replace(origin, sketch=((0, 0), (9, 0), (9, 9)), area=3),))
    step = replace(page.timeline[0], kind="plot", detail={"areaMu": 3, "works": 4})
    assert [part.text for part in facts_of_step(step, page, CHINESE)] == ["登记农事 4 次"]


def test_a_change_of_the_label_tells_what_was_changed() -> None:
    page = a_batch(label_history=(an_entry(statement="change"),))
    step = replace(page.timeline[0], kind="label", detail={}, statement="change")
    assert [part.text for part in facts_of_step(step, page, CHINESE)] == ["贮存条件"]
