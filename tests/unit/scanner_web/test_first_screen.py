"""The first screen: one state, one sentence, three facts; figures of what failed, doubts, and days left."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from scanner_web.consumer.first_screen import worst_finding
from tests.builders.batch_pages import GTIN, Answering, a_batch, a_mark, a_step, a_test, pages_over
from tests.unit.scanner_web.test_eating import a_recall
from trace.chain.doubted_results import ResultDoubt
from trace.usecases.batch_page.page import Freshness, MarkLicence, Origin
from trace.wording import LOCALES, say

CADMIUM = {"name": "镉（以 Cd 计）", "unit": "mg/kg", "limit": "0.2", "method": None, "verdict": "fail"}


def failing(value: str, of: str = "pack", on: str = "2026-10-22", **changed: str | None):
    item = {**CADMIUM, "value": value, **changed}
    return a_test(conclusion="fail", purpose="sampling", of=of, tested_on=on, items=(item,))


def html_of(shown, query: str = "") -> str:
    client = pages_over(Answering(shown)).test_client()
    return client.get(f"/01/{GTIN}/10/{shown.batch_no}{query}").get_data(as_text=True)


def facts_in(html: str) -> list[tuple[str, str]]:
    (stats,) = re.findall(r'<dl class="stats">(.*?)</dl>', html, re.DOTALL)
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", stats, re.DOTALL)
    return [(caption, re.sub(r"<[^>]+>|\s+", " ", value).strip()) for caption, value in rows]


def test_test_origin_and_last_day_stand_there_and_no_count_of_records():
    html = html_of(a_batch())
    assert facts_in(html) == [("出厂检验", "合格"), ("产地", "上海崇明"), ("保质期至", "2027-10-11")]
    head = html.partition("</header>")[0]
    assert "签名" not in head
    assert "见证" not in head
    assert say("zh-CN", "scan.verify.counts", records=21, organisations=3) in html.partition("</header>")[2]


@pytest.mark.parametrize(
    ("district", "shown"),
    [
        ("黑龙江省哈尔滨市五常市", "黑龙江五常"),
        ("江苏省南京市玄武区", "南京玄武"),
        ("新疆维吾尔自治区石河子市", "新疆石河子"),
        ("a place of no list", "a place of no list"),
        ("", "未登记"),
    ],
)
def test_an_origin_anywhere_in_china_is_named_as_people_say_it(district, shown):
    origin = Origin(district, "水稻", None, "2026-10-01", "2026-10-03")
    assert facts_in(html_of(a_batch(origins=(origin,))))[1] == ("产地", shown)


def test_an_origin_that_its_maker_alone_names_is_not_called_unregistered():
    claimed = a_batch(origins=(), handovers=("claimed",))
    assert facts_in(html_of(claimed))[1] == ("产地", "供货方未确认")
    assert facts_in(html_of(claimed, "?lang=en"))[1][1] == "not confirmed by the supplier"


def test_several_origins_are_counted():
    both = tuple(Origin(each, "水稻", None, "2026-10-01", "2026-10-03") for each in ("崇明区", "奉贤区"))
    assert facts_in(html_of(a_batch(origins=both)))[1] == ("产地", "上海崇明等 2 地")


def test_goods_without_a_report_say_so_and_a_lifted_failure_is_not_hidden():
    assert facts_in(html_of(a_batch(tests=())))[0] == ("检验", "没有报告")
    lifted = a_batch(tests=(failing("0.27"), a_test()))
    assert facts_in(html_of(lifted))[0] == ("检验", "有不合格")


@pytest.mark.parametrize(
    "changed",
    [{"failed": "own"}, {"failed": "batch"}, {"failed": "source"}, {"marks": (a_mark("failed-report"),)}],
)
def test_a_failed_test_is_told_with_its_figures(changed):
    html = html_of(a_batch(tests=(failing("0.27"), a_test()), **changed))
    expected = [("检出镉", "0.27 mg/kg"), ("限值", "0.2 mg/kg"), ("检验日期", "2026-10-22")]
    assert facts_in(html) == expected
    drawn = say("zh-CN", "scan.finding.drawn", name=CADMIUM["name"], value="0.27 mg/kg", limit="0.2 mg/kg")
    assert f'aria-label="{drawn}"' in html


def test_of_several_failed_tests_the_one_nearest_to_the_goods_speaks():
    raw, own = failing("0.43", of="material", on="2026-10-24"), failing("0.27")
    found = worst_finding((raw, own))
    assert found is not None
    assert (found.value, found.mark, found.reach) == ("0.27 mg/kg", 60, 81)
    assert worst_finding((a_test(),)) is None


@pytest.mark.parametrize(("value", "limit"), [("阳性", "不得检出"), ("40", "≥ 50"), ("12", None)])
def test_what_cannot_be_drawn_against_its_limit_is_told_in_words(value, limit):
    html = html_of(a_batch(tests=(failing(value, limit=limit, unit=None),), failed="own"))
    assert facts_in(html)[0] == ("检出镉", value)
    assert '<figure class="bar2">' not in html
    assert f'<b class="bad">{value}</b>' in html


def test_a_recall_tells_its_level_and_day_or_what_was_found():
    recalled = a_batch(banner="recalled", orders=(a_recall(level="2"),))
    assert facts_in(html_of(recalled))[:2] == [("召回级别", "二级"), ("召回日期", "2026-10-22")]
    found = a_batch(banner="recalled", orders=(a_recall(),), failed="own", tests=(failing("0.27"),))
    assert facts_in(html_of(found))[0] == ("检出镉", "0.27 mg/kg")
    beside = a_batch(banner="recalled", orders=(a_recall(),), tests=(failing("0.27"),))
    assert facts_in(html_of(beside))[0] == ("召回级别", "一级"), "a failure that was lifted is not the reason"


def test_a_recall_says_where_the_money_is_and_whom_to_call():
    html = html_of(a_batch(banner="recalled", orders=(a_recall(phone="000-00000012"),)))
    assert '<a class="btn" href="tel:000-00000012">' in html
    assert say("zh-CN", "scan.order.ask-refund") in html
    assert '<a class="btn alt" href="tel:12315">' in html


def test_a_recall_that_names_no_telephone_tells_the_number_on_the_label():
    shown = a_batch(banner="recalled", orders=(a_recall(),))
    card = html_of(shown).partition('id="or1"')[2].partition("</section>")[0]
    assert '<a href="tel:000-00000004">000-00000004</a>' in card
    other = replace(shown, enterprise=replace(shown.enterprise, contact="公司网站留言"))
    assert "公司网站留言" in html_of(other)
    assert 'href="tel:公司' not in html_of(other)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_last_day_that_the_shelf_life_contradicts_is_doubted(locale):
    product = replace(a_batch().product, expiry_date="2026-10-15")
    shown = a_batch(product=product, expected_expiry="2027-10-12", banner="near-expiry")
    html = html_of(shown, f"?lang={locale}")
    assert f"<h1>{say(locale, 'scan.head.attention.title')}</h1>" in html
    assert "2027-10-12" in html
    assert "2027-10-12" not in html_of(a_batch())


def test_a_status_that_is_old_is_said_in_the_head_and_a_fresh_one_behind_a_tap():
    old = Freshness("stale", "2026-10-20T08:00:00+08:00", 2)
    for state, above in ((old, True), (replace(old, state="clear"), False)):
        html = html_of(a_batch(freshness=state))
        told = say("zh-CN", f"scan.freshness.{state.state}", at="2026-10-20 08:00", hours=2)
        assert (told in html.partition("</header>")[0]) is above
        assert told in html.partition("</header>")[2]


@pytest.mark.parametrize(
    ("today", "key"),
    [("2027-05-21", "valid"), ("2027-05-31", "last"), ("2027-06-01", "over")],
)
def test_a_mark_says_how_many_days_it_still_runs(today, key):
    html = html_of(a_batch(seen_on=today))
    assert say("zh-CN", f"scan.days-left.{key}", days=10, day="2027-05-31") in html
    running = a_batch().green_mark
    assert running
    cancelled = replace(running, state="cancelled")
    for other in (None, cancelled, MarkLicence("LB-1", "unknown", None, None)):
        shown = html_of(a_batch(green_mark=other, seen_on=today))
        assert say("zh-CN", f"scan.days-left.{key}", days=10, day="2027-05-31") not in shown


def lines_of(html: str, phase: str) -> str:
    after = html.partition(f"<h3>{say('zh-CN', f'scan.phase.{phase}')}")[2]
    return re.sub(r"<[^>]+>", " ", after.partition('<ul class="facts">')[2].partition("</ul>")[0])


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (a_step("plot", "2026-10-01", detail={"crop": "水稻", "areaMu": 29}), ["约 29 亩"]),
        (
            a_step(
                "operation", "2026-08-01", detail={"operation": "spray", "intervalDays": 7, "daysBefore": 61}
            ),
            ["采收前 61 天（安全间隔期 7 天）"],
        ),
        (a_step("operation", "2026-08-01", detail={"operation": "sow", "daysBefore": 61}), ["采收前 61 天"]),
        (
            a_step("harvest", "2026-10-01", "稻谷", detail={"share": "48", "shareOf": "harvest"}),
            ["占采收总量的 48 %"],
        ),
        (
            a_step(
                "receipt",
                "2026-10-03",
                "稻谷",
                detail={"share": "48", "shareOf": "material", "daysFrom": 0, "daysTo": 2},
            ),
            ["占进货总量的 48 %", "采收后 0 至 2 天"],
        ),
        (
            a_step("production", "2026-10-03", "大米", detail={"yield": "68", "daysFrom": 2, "daysTo": 2}),
            ["出品率 68 %", "采收后第 2 天", "上海市崇明区"],
        ),
        (a_step("merge", "2026-10-03", "稻谷", detail={"daysFrom": 0, "daysTo": 0}), ["采收当天"]),
        (a_step("certificate", "2026-10-01", "C-1", detail={"basis": "self_tested"}), ["编号 C-1"]),
        (
            a_step("test", "2026-10-12", "J1", statement="test", detail={"conclusion": "pass"}),
            ["镉（以 Cd 计） 0.06 mg/kg（限值 0.2）", "报告 J1"],
        ),
        (a_step("pack", "2026-10-12", "米"), ["共 2400 件", "每件 5 kg"]),
    ],
)
def test_an_unfolded_step_tells_what_its_line_does_not(step, told):
    html = html_of(a_batch(timeline=(step,)))
    lines = lines_of(html, step.kind)
    for text in told:
        assert text in lines, lines
    said_again = step.text and step.text in lines and step.kind not in {"certificate", "test"}
    assert not said_again, lines
    assert "密钥" not in lines


@pytest.mark.parametrize("unit", list("斤亩件袋箱盒瓶罐桶托个只枚株把头份"))
def test_every_counting_unit_has_an_english_word(unit):
    product = replace(a_batch().product, packs={"value": "3", "unit": unit})
    html = html_of(a_batch(product=product, timeline=(a_step("pack", "2026-10-12", "米"),)), "?lang=en")
    assert f"3 {say('en', f'scan.unit.{unit}')} in all" in html


@pytest.mark.parametrize("locale", LOCALES)
def test_a_report_that_passes_what_is_above_a_limit_is_no_plain_pass(locale):
    doubt = ResultDoubt("law", "镉", "0.27 mg/kg", "0.2 mg/kg", "GB 2762-2022", unverified=True)
    page = a_batch(tests=(a_test(doubts=(doubt,)),))
    (step,) = (one for one in page.timeline if one.kind == "test")
    page = replace(page, tests=(replace(page.tests[0], statement=step.statement),))
    html = html_of(page, f"?lang={locale}")
    assert html.count(say(locale, "scan.conclusion.doubted")) == 4  # on top, as a step, over and in the list
    assert say(locale, "scan.head.attention.title") in html
    assert ("GB 2762-2022" in html) and (say(locale, "scan.doubt.verify") in html)
    assert facts_in(html)[0][1] == say(locale, "scan.conclusion.doubted")


def test_a_result_that_cannot_be_compared_is_said_to_be_so_and_alarms_nobody():
    doubt = ResultDoubt("not-compared", "镉", "O.27", "0.2")
    html = html_of(a_batch(tests=(a_test(doubts=(doubt,)),)))
    assert "“镉”的结果 O.27 与限值 0.2 不能直接比较" in html
    assert facts_in(html)[0] == ("出厂检验", "合格")
