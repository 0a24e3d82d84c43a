"""Whether to eat it: one sentence on every page, by the worst that is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanner_web.consumer.verdict import ORDERED_SOURCE, TONES, marks_beside, verdict_of
from tests.builders.batch_pages import Answering, a_batch, a_mark, pages_over
from trace.usecases.batch_page.page import OrderShown
from trace.wording import LOCALES, say

FAILED = a_mark("failed-report")


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "normal"),
        ({"marks": (a_mark("failed-report", own=True),)}, "failed"),
        ({"failed": "own", "marks": (FAILED,)}, "failed"),
        ({"failed": "batch"}, "batch-failed"),
        ({"failed": "batch", "marks": (FAILED,)}, "batch-failed"),
        ({"failed": "source", "marks": (FAILED,)}, "source-failed"),
        ({"marks": (FAILED,)}, "source-failed"),
        ({"marks": (a_mark(ORDERED_SOURCE),)}, "source-ordered"),
        ({"marks": (a_mark(ORDERED_SOURCE), FAILED)}, "source-failed"),
        ({"marks": (FAILED,), "banner": "recalled"}, "recalled"),
        ({"marks": (FAILED,), "banner": "expired"}, "expired"),
        ({"marks": (FAILED,), "banner": "inactive"}, "source-failed"),
        ({"marks": (FAILED,), "banner": "near-expiry"}, "source-failed"),
        ({"disputes": 1}, "attention"),
        ({"marks": (a_mark("gap", gates=("certificate",)),)}, "attention"),
        ({"marks": (a_mark("pair-conflict"),), "disputes": 1}, "held"),
        ({"marks": (a_mark("pair-conflict"),), "banner": "inactive"}, "held"),
        ({"marks": (a_mark("pair-conflict"), FAILED)}, "source-failed"),
        ({"banner": "near-expiry"}, "near-expiry"),
    ],
)
@pytest.mark.parametrize("locale", LOCALES)
def test_the_worst_that_is_known_answers(changed, state, locale) -> None:
    page = a_batch(**changed)
    assert verdict_of(page, None).state == state
    client = pages_over(Answering(page)).test_client()
    html = client.get(f"/01/{page.gtin}/10/{page.batch_no}", headers={"Accept-Language": locale}).text
    assert say(locale, "scan.eat.title") in html
    assert say(locale, f"scan.eat.{state}") in html
    yes = say(locale, "scan.eat.normal").partition("。" if locale == "zh-CN" else ".")[0]
    assert (f">{yes}" in html or f"</b>{yes}" in html) == (state in {"normal", "near-expiry"})


def test_where_sale_is_on_hold_the_first_card_says_what_to_do() -> None:
    page = a_batch(marks=(a_mark("pair-conflict"),))
    html = pages_over(Answering(page)).test_client().get(f"/01/{page.gtin}/10/{page.batch_no}").text
    card = html.partition('aria-labelledby="do"')[2].partition("</section>")[0]
    assert "先不要吃" in card
    assert say("zh-CN", "scan.gated") in html


def a_recall(**changed: Any) -> OrderShown:
    base = OrderShown(
        kind="recall",
        by_firm=False,
        by="（演示）市场监督管理局",
        on="2026-10-22",
        matter="案1",
        level="1",
        reason="镉超标",
        advice=None,
        return_to=None,
        function=None,
        phone=None,
        until=None,
        product_name="稻谷",
        own=True,
        codes_only=False,
        completed=False,
        statement="r",
    )
    return replace(base, **changed)


@pytest.mark.parametrize(
    ("orders", "state"),
    [
        ([], "recalled"),
        ([a_recall()], "recalled"),
        ([a_recall(completed=True)], "recall-completed"),
        ([a_recall(completed=True), a_recall()], "recalled"),
        ([a_recall(completed=True), a_recall(kind="hold")], "recall-completed"),
    ],
)
def test_a_recall_that_is_over_stays_a_warning(orders: list[OrderShown], state: str) -> None:
    page = a_batch(banner="recalled", orders=tuple(orders))
    assert verdict_of(page, None).state == state
    html = pages_over(Answering(page)).test_client().get(f"/01/{page.gtin}/10/{page.batch_no}").text
    assert say("zh-CN", f"scan.head.{state}.title") in html
    assert "不要吃" in html
    assert html.count(">为什么召回<") == sum(not one.completed and one.kind == "recall" for one in orders)


def test_a_reader_of_english_is_told_what_is_in_chinese_alone_and_what_to_do() -> None:
    said = {
        "reason": "标签未标示致敏物质（大豆）",
        "advice": "对大豆过敏的人不要食用",
        "return_to": "本市各门店",
    }

    def order(locale: str, **changed: str) -> str:
        page = a_batch(banner="recalled", orders=(a_recall(**changed),))
        client = pages_over(Answering(page)).test_client()
        html = client.get(f"/01/{page.gtin}/10/{page.batch_no}?lang={locale}").text
        return html.partition('id="or1"')[2].partition("</section>")[0]

    notes = [say("en", f"scan.order.{name}") for name in ("in-chinese", "return-in-chinese", "do-recall")]
    card = order("en", **said)
    assert [name for name in notes if name not in card] == []
    assert all(f'<span lang="zh-CN">{text}</span>' in card for text in said.values())
    english = order("en", reason="undeclared soya", advice="Do not eat it", return_to="any shop")
    assert [name for name in notes if name in english] == []
    assert say("zh-CN", "scan.order.do-recall") not in order("zh-CN", **said)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_state_has_its_answer_and_bad_news_its_advice(locale) -> None:
    for state, tone in TONES.items():
        assert say(locale, f"scan.eat.{state}")
        if tone != "ok" and state not in {"attention", "near-expiry"}:
            assert [say(locale, f"scan.head.{state}.do{n}") for n in (1, 2, 3)]


@pytest.mark.parametrize("locale", LOCALES)
def test_notes_do_not_say_again_what_the_card_of_an_order_says(locale: str) -> None:
    """The recall of these goods has its card; that of a source, and any other mark, is noted."""
    own, source = a_mark("lot-recalled", on="pack", own=True), a_mark("lot-recalled", own=False)
    page = a_batch(banner="recalled", orders=(a_recall(),), marks=(own, source, a_mark("gap", own=True)))
    assert [(one.code, one.own) for one in marks_beside(page, page.orders)] == [
        ("gap", True),
        ("lot-recalled", False),
    ]
    assert own in marks_beside(page, ()), "without a card the mark alone says it"
    client = pages_over(Answering(page)).test_client()
    html = client.get(f"/01/{page.gtin}/10/{page.batch_no}?lang={locale}").text
    notes = html.partition('id="mk"')[2].partition("</section>")[0]
    assert notes.count(f"<li><b>{say(locale, 'mark.lot-recalled.title')}</b>") == 1
    assert say(locale, "scan.order.about") not in html
    assert '<p class="lead">' not in html.partition('id="do"')[2].partition("</section>")[0]
