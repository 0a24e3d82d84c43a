"""The page of a batch from hand-made answers: every state, both languages, hostile text, size, outline."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import quote

import brotli
import pytest

from scanner_web.frame.terms import term
from tests.builders.batch_pages import (
    BATCH,
    DIGEST,
    GTIN,
    Answering,
    a_batch,
    a_mark,
    a_step,
    a_test,
    pages_over,
)
from tests.builders.weights import PAGE_BUDGET, page_weight
from trace.usecases.batch_page.page import Enterprise, MarkLicence, Origin, ProofShown
from trace.wording import LOCALES, say

HERE = f"/01/{GTIN}/10/{BATCH}"
TONES = {
    "normal": "ok",
    "near-expiry": "warn near-expiry",
    "expired": "danger expired",
    "recalled": "danger",
    "withdrawn": "danger withdrawn",
    "inactive": "mute",
}
VOID = {"meta", "link", "input", "br", "path", "use", "ellipse", "circle", "rect"}


class Outline(HTMLParser):
    """What assistive technology and a policy see of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, name: str, tag: str | None = None) -> list[str]:
        return [value for of, attribute, value in self.attributes if attribute == name and tag in {None, of}]


def fetch(shown, query="", **headers):
    return pages_over(Answering(shown)).test_client().get(f"{HERE}{query}", headers=headers)


def text_of(shown, query="", **headers):
    return fetch(shown, query, **headers).get_data(as_text=True)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("banner", TONES)
def test_every_state_has_its_colour_and_its_words_in_both_languages(banner, locale):
    answer = fetch(a_batch(banner=banner), f"?lang={locale}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == (410 if banner == "withdrawn" else 200)
    assert answer.headers["Content-Language"] == locale
    assert f'<html lang="{locale}">' in html
    assert f'<header class="trust {TONES[banner]}">' in html
    assert f"<h1>{say(locale, f'scan.head.{banner}.title')}</h1>" in html


@pytest.mark.parametrize("locale", LOCALES)
def test_the_four_legal_groups_stand_on_the_page(locale):
    html = text_of(a_batch(), f"?lang={locale}")
    for text in (
        *("（演示）子虚米业有限公司", "上海市崇明区（演示）", "000-00000004", "91310151XN0000442L"),
        *("SC10131015199019", "稻谷", "子虚牌绿色大米 5kg", "5 kg/袋", "GB/T 1354", "2026-10-12"),
        *("12个月", "阴凉干燥处", "合格", "镉（以 Cd 计）"),
    ):
        assert (term(locale, text) or text) in html


def test_what_was_not_stated_is_said_to_be_missing():
    bare = replace(
        a_batch().product, spec=None, standard=None, storage=None, shelf_life=None, expiry_date=None
    )
    shown = a_batch(
        enterprise=Enterprise(None, None, None, None, None),
        product=bare,
        ingredients=(),
        tests=(),
        green_mark=None,
        origins=(),
        release_conclusion=None,
    )
    assert text_of(shown).count(f'<span class="none">{say("zh-CN", "scan.not-stated")}</span>') == 11


@pytest.mark.parametrize("locale", LOCALES)
def test_hostile_text_is_shown_and_never_run(locale):
    evil = "</style><script>alert(1)</script>'\"&{{7*7}}<img src=x onerror=alert(1)>"
    shown = a_batch(
        enterprise=Enterprise(evil, evil, evil, evil, evil),
        ingredients=(evil,),
        product=replace(a_batch().product, name=evil, spec=evil, storage=evil),
        release_conclusion=evil,
        tests=(
            a_test(
                product_name=evil,
                report_no=evil,
                laboratory=evil,
                items=({**a_test().items[0], "name": evil},),
            ),
        ),
        timeline=(a_step("harvest", "2026-10-01", evil, actor=evil), a_step("odd", "2026-10-02", evil)),
        marks=(a_mark("gap", declared=evil, product_name=evil),),
        lot=f"urn:lot:X:{evil}",
    )
    outline = Outline(text_of(shown, f"?lang={locale}&v={evil}"))
    sources = [value for tag, name, value in outline.attributes if tag == "script" and name == "src"]
    assert [source.split(".")[0] for source in sources] == ["/static/panel", "/static/acts"]
    assert outline.tags.count("script") == len(sources)
    assert "img" not in outline.tags
    assert not [name for _, name, _ in outline.attributes if name.startswith("on") or name == "style"]


def test_the_policy_allows_this_style_and_only_scripts_of_our_own_files():
    answer = fetch(a_batch())
    html = answer.get_data(as_text=True)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def the_longest_page():
    steps = [
        a_step("operation", f"2026-0{1 + n % 9}-11", f"（演示）肥料 {n}", detail={"operation": "fertilise"})
        for n in range(200)
    ]
    marks = [
        a_mark(code, rule=f"R{n:02}") for n, code in enumerate(("gap", "failed-report", "late-upload") * 4)
    ]
    tests = [a_test(report_no=f"J{n}", product_name=f"原料 {n}") for n in range(12)]
    return a_batch(
        banner="recalled",
        timeline=(*a_batch().timeline, *steps),
        marks=tuple(marks),
        tests=tuple(tests),
        disputes=2,
        truncated=True,
        receivers="none",
    )


@pytest.mark.parametrize("query", ["", "?lang=en", "?m=elder", "?v=wrong"])
def test_even_the_longest_page_fits_the_first_flight_of_packets(query):
    for shown in (a_batch(), the_longest_page()):
        assert page_weight(f"page{query}", fetch(shown, query).data) <= PAGE_BUDGET


def test_it_is_sent_compressed_to_those_who_can_read_it_so():
    plain = fetch(a_batch())
    assert "Content-Encoding" not in plain.headers
    for accepted, coding, unpack in (
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0.5, gzip;q=0.8", "gzip", gzip.decompress),
    ):
        packed = fetch(a_batch(), **{"Accept-Encoding": accepted})
        assert packed.headers["Content-Encoding"] == coding
        assert len(packed.data) == int(packed.headers["Content-Length"]) <= PAGE_BUDGET
        assert unpack(packed.data) == plain.data
        assert "Accept-Encoding" in packed.headers["Vary"]
    refused = fetch(a_batch(), **{"Accept-Encoding": "gzip;q=0, br;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_a_phase_shows_a_dozen_records_and_says_how_many_more_there_are():
    html = text_of(the_longest_page())
    operations = 204
    assert say("zh-CN", "scan.more", count=operations - 12) in html
    assert say("zh-CN", "scan.truncated") in html


@pytest.mark.parametrize("query", ["", "?lang=en", "?m=elder&lang=en", "?v=wrong"])
@pytest.mark.parametrize("shown", [a_batch(), the_longest_page()], ids=["usual", "longest"])
def test_the_outline_is_in_order(shown, query):
    outline = Outline(text_of(shown, query))
    assert outline.open == []
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    steps = zip(outline.headings, outline.headings[1:], strict=False)
    assert all(lower - upper <= 1 for upper, lower in steps)
    assert len(outline.ids) == len(set(outline.ids))
    assert [tag for tag in outline.tags if tag in {"header", "nav", "main", "footer"}] == [
        "header", "nav", "main", "footer",
    ]  # fmt: skip
    drawn = {value[1:] for value in outline.values("href", "use")}
    assert drawn <= set(outline.ids)
    for reference in outline.values("aria-labelledby"):
        assert reference in outline.ids
    assert "#main" in outline.values("href", "a")


def test_an_english_page_marks_what_was_entered_in_chinese():
    html = text_of(a_batch(), "?lang=en")
    assert '<span lang="zh-CN">（演示）子虚米业有限公司</span>' in html
    assert '<span lang="zh-CN">（演示）沪软 1212</span>' in html
    assert '<span lang="zh-CN">稻谷</span>' not in html, "a term with a word of its own"
    assert "Records in order" in html


def test_a_label_that_belongs_to_the_record_is_confirmed():
    html = text_of(a_batch(), f"?v={DIGEST}")
    assert say("zh-CN", "scan.label.matches") in html
    assert '<header class="trust ok">' in html


def test_without_a_digest_the_page_says_that_nothing_was_compared():
    assert say("zh-CN", "scan.label.not-printed") in text_of(a_batch())


def test_a_recall_stands_above_a_foreign_label():
    html = text_of(a_batch(banner="recalled"), f"?v={DIGEST[::-1]}")
    assert f"<h1>{say('zh-CN', 'scan.head.recalled.title')}</h1>" in html
    assert say("zh-CN", "scan.label.differs") in html


@pytest.mark.parametrize(
    "changed",
    [
        {"tests": (a_test(conclusion="fail", purpose="sampling"),)},
        {"disputes": 1},
        {"marks": (a_mark("pre-harvest-interval", gates=("certificate",)),)},
        {"marks": (a_mark("gap", gates=(), declared="地磅故障"),)},
    ],
    ids=["failed test", "open dispute", "closed gate", "declared gap"],
)
def test_bad_news_behind_a_batch_is_never_called_normal(changed):
    html = text_of(a_batch(**changed))
    assert f"<h1>{say('zh-CN', 'scan.head.attention.title')}</h1>" in html
    assert '<header class="trust warn">' in html


def test_a_failed_test_of_the_goods_themselves_turns_the_page_red():
    html = text_of(a_batch(marks=(a_mark("failed-report", own=True),)))
    assert f"<h1>{say('zh-CN', 'scan.head.failed.title')}</h1>" in html
    assert '<header class="trust danger">' in html


def test_a_late_record_is_shown_as_late_and_does_not_alarm():
    html = text_of(a_batch())
    assert say("zh-CN", "scan.late-hours", hours=31) in html
    assert '<header class="trust ok">' in html
    months = a_step("operation", "2026-05-28", detail={"operation": "sow"}, late=True, late_hours=3023)
    assert say("en", "scan.late-days", days=125) in text_of(a_batch(timeline=(months,)), "?lang=en")


def test_marks_say_what_where_and_the_reason_declared_in_a_shoppers_words():
    html = text_of(a_batch(marks=(a_mark("gap", rule="R18", declared="地磅故障，按袋数折算"),)))
    for text in (say("zh-CN", "mark.gap.title"), "采收批", "地磅故障，按袋数折算", "已要求暂停出厂和销售"):
        assert text in html
    assert "R18" not in html


def test_a_mark_that_nobody_worded_stands_under_its_code():
    assert "a-mark-of-tomorrow" in text_of(a_batch(marks=(a_mark("a-mark-of-tomorrow"),)))


def test_harvests_of_one_variety_in_one_district_are_one_origin():
    def grown(variety, day):
        return Origin("崇明区", "水稻", variety, day, day)

    origins = (grown("甲", "2026-10-05"), grown("甲", "2026-10-06"), grown("乙", "2026-10-07"))
    html = text_of(a_batch(origins=origins))
    assert html.count("上海市崇明区</b>") == 2
    assert say("zh-CN", "scan.origin.harvested", day="2026-10-05 – 2026-10-06") in html


def test_a_phase_sums_up_its_reports_and_says_how_many_failed():
    def report(number, conclusion):
        detail = {"reportNo": number, "purpose": "sampling", "conclusion": conclusion}
        return a_step("test", "2026-10-20", number, detail=detail)

    html = text_of(a_batch(timeline=(report("J1", "pass"), report("J2", "fail"))))
    assert say("zh-CN", "scan.tests-passed", count=2, passed=1) in html
    assert say("zh-CN", "scan.failed", count=1) in html
    assert '<div class="dot bad">' in html


def test_a_natural_person_has_no_name_here():
    person = a_step("harvest", "2026-10-01", "稻谷", actor=None)
    assert say("zh-CN", "scan.private-person") in text_of(a_batch(timeline=(person,)))


def test_a_batch_that_nobody_received_is_said_not_to_be_shipped():
    steps = tuple(step for step in a_batch().timeline if step.kind != "shipment")
    html = text_of(a_batch(receivers="none", timeline=steps))
    assert say("zh-CN", "scan.not-shipped") in html
    assert 'id="i-truck"' in html
    assert say("zh-CN", "scan.not-shipped") not in text_of(a_batch())


def test_while_a_witness_is_missing_the_page_says_so_and_offers_no_evidence():
    waiting = a_batch(proof=ProofShown("pending", 1, 2, (), None, None))
    html = text_of(waiting)
    assert say("zh-CN", "scan.proof.pending", present=1, needed=2) in html
    assert "/bundle" not in "".join(Outline(html).values("href"))


def test_both_witnesses_are_named_with_their_times_in_shanghai():
    html = text_of(a_batch())
    assert "witness.demo/agri" in html
    assert "2026-10-12 16:00" in html
    assert f"/api/v1/lots/{a_batch().lot}/bundle" in Outline(html).values("href", "a")


@pytest.mark.parametrize("state", ["lapsed", "not-yet", "cancelled", "unknown"])
def test_a_mark_licence_that_does_not_hold_is_not_shown_as_a_green_mark(state):
    html = text_of(a_batch(green_mark=MarkLicence("LB-1", state, None, None)))
    assert say("zh-CN", f"scan.mark.{state}") in html
    assert f">{say('zh-CN', 'scan.mark-state.valid')}<" not in html


def test_the_demo_is_stated_on_every_page_of_a_demo_and_on_no_other():
    asked = [HERE, "/", "/privacy", "/verify-help", "/t/ZZZZ-ZZZZ-ZZZZ"]
    for origin, stated in (("trace.demo/food/demo-clock", True), ("trace.example.cn/food", False)):
        client = pages_over(Answering(a_batch(), origin=origin)).test_client()
        for path in asked:
            assert (say("zh-CN", "scan.demo") in client.get(path).get_data(as_text=True)) is stated


def test_the_command_survives_a_batch_number_that_holds_shell_signs():
    batch = "A';rm(-r)&%HOME;'"
    client = pages_over(Answering(a_batch(batch_no=batch))).test_client()
    html = client.get(f"/01/{GTIN}/10/{quote(batch, safe='')}", query_string={"v": f"{DIGEST}$(id)"}).text
    (command,) = re.findall(r'<p class="cmd"><code>(.*?)</code>', html)
    assert f"?v={DIGEST}" in command
    assert "$(" not in command
    assert "rm(" not in command


def test_the_bundle_address_is_quoted():
    html = text_of(a_batch(lot='urn:lot:X:a/b?c"d'))
    assert "/api/v1/lots/urn:lot:X:a%2Fb%3Fc%22d/bundle" in html


def test_the_page_says_how_many_lots_time_leaves_out_of_the_origin():
    assert say("zh-CN", "scan.origin.left-out", count=2) in text_of(a_batch(left_out=2))
    assert say("zh-CN", "scan.origin.left-out", count=0) not in text_of(a_batch())
