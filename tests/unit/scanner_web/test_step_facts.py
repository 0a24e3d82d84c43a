"""What a step tells besides: proportions of goods, whatever kind of record stated them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner_web.consumer.step_facts import facts_of_step
from scanner_web.frame.reader import Reader
from tests.builders.batch_pages import a_batch
from trace.usecases.batch_page.step_facts import COLDEST, SHARE, SHARE_OF, WARMEST


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
